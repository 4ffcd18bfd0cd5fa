/*
 * The calls that are looked at, under their names in the C library (64-bit Linux: the names with and
 * without `64` take the same arguments).
 */
#define _GNU_SOURCE
#include "faultlayer.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* The same function behind us. */
#define NEXT(name) ((__typeof__(&name))next(&next_##name, #name))
#define DECLARE_NEXT(name) static void *next_##name

static void *next(void **kept, const char *name) {
  if (*kept == NULL) *kept = dlsym(RTLD_NEXT, name);
  return *kept;
}

DECLARE_NEXT(write);
DECLARE_NEXT(pwrite);
DECLARE_NEXT(writev);
DECLARE_NEXT(ftruncate);
DECLARE_NEXT(fsync);
DECLARE_NEXT(fdatasync);
DECLARE_NEXT(rename);
DECLARE_NEXT(renameat);
DECLARE_NEXT(unlink);
DECLARE_NEXT(unlinkat);
DECLARE_NEXT(link);
DECLARE_NEXT(mkdir);
DECLARE_NEXT(openat);
DECLARE_NEXT(fork);
DECLARE_NEXT(posix_spawn);
DECLARE_NEXT(posix_spawnp);
DECLARE_NEXT(execve);
DECLARE_NEXT(syscall);

static int failed(struct fault fault) {
  errno = fault.error;
  return -1;
}

// MARK: Bytes

/* How much of a write is made; 0: nothing, the disk is full. */
static size_t part(struct fault fault, int descriptor, off_t offset, size_t length) {
  if (!fault.is_half || length < 2) return length;
  struct stat status;
  bool is_there = fstat(descriptor, &status) == 0 && offset + (off_t)length <= status.st_size;
  return fault.is_full && is_there && length <= 4096 ? 0 : length / 2;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
  char buffer[PATH_MAX];
  const char *path = fault_path(descriptor, buffer, sizeof buffer);
  enum fault_class class = FAULT_WRITE;
  if (path == NULL && fault_is_pipe(descriptor)) {
    class = FAULT_TELL;
    snprintf(buffer, sizeof buffer, "pipe-%d", descriptor);
  } else if (path == NULL) {
    ssize_t count = NEXT(write)(descriptor, bytes, length);
    if (descriptor == 1 && count > 0 && !fault_supervises()) {
      fault_record('o', "-", NULL, 0, bytes, (size_t)count);
    }
    return count;
  }
  struct fault fault = fault_before(class, "write", buffer);
  if (fault.error != 0) return failed(fault);
  off_t offset = fault.is_half ? lseek(descriptor, 0, SEEK_CUR) : 0;
  size_t made = part(fault, descriptor, offset, length);
  if (made == 0 && length > 0) return failed((struct fault){.error = ENOSPC});
  ssize_t count = NEXT(write)(descriptor, bytes, made);
  if (path != NULL && count > 0) {
    off_t end = lseek(descriptor, 0, SEEK_CUR);
    fault_record('w', path, NULL, end - count, bytes, (size_t)count);
  }
  fault_after(fault);
  return count;
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
  char buffer[PATH_MAX];
  const char *path = fault_path(descriptor, buffer, sizeof buffer);
  struct fault fault = fault_before(FAULT_WRITE, "pwrite", path);
  if (fault.error != 0) return failed(fault);
  size_t made = part(fault, descriptor, offset, length);
  if (made == 0 && length > 0) return failed((struct fault){.error = ENOSPC});
  ssize_t count = NEXT(pwrite)(descriptor, bytes, made, offset);
  if (count > 0) fault_record('w', path, NULL, offset, bytes, (size_t)count);
  fault_after(fault);
  return count;
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off_t offset)
    __attribute__((alias("pwrite")));

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  char buffer[PATH_MAX];
  // Nothing of ours writes a file that way; it is counted so that a test would notice.
  const char *path = fault_path(descriptor, buffer, sizeof buffer);
  struct fault fault = fault_before(FAULT_WRITE, "writev", path);
  if (fault.error != 0) return failed(fault);
  ssize_t result = NEXT(writev)(descriptor, parts, count);
  fault_after(fault);
  return result;
}

int ftruncate(int descriptor, off_t length) {
  char buffer[PATH_MAX];
  const char *path = fault_path(descriptor, buffer, sizeof buffer);
  struct fault fault = fault_before(FAULT_WRITE, "ftruncate", path);
  if (fault.error != 0) return failed(fault);
  int result = NEXT(ftruncate)(descriptor, length);
  if (result == 0) fault_record('t', path, NULL, length, NULL, 0);
  fault_after(fault);
  return result;
}

int ftruncate64(int descriptor, off_t length) __attribute__((alias("ftruncate")));

// MARK: Syncs

int fsync(int descriptor) {
  char buffer[PATH_MAX];
  const char *path = fault_path(descriptor, buffer, sizeof buffer);
  struct fault fault = fault_before(FAULT_SYNC, "fsync", path);
  if (fault.error != 0) return failed(fault);
  int result = NEXT(fsync)(descriptor);
  if (result == 0) fault_record('s', path, NULL, 0, NULL, 0);
  fault_after(fault);
  return result;
}

int fdatasync(int descriptor) {
  char buffer[PATH_MAX];
  const char *path = fault_path(descriptor, buffer, sizeof buffer);
  struct fault fault = fault_before(FAULT_SYNC, "fdatasync", path);
  if (fault.error != 0) return failed(fault);
  int result = NEXT(fdatasync)(descriptor);
  if (result == 0) fault_record('s', path, NULL, 0, NULL, 0);
  fault_after(fault);
  return result;
}

// MARK: Names

static const char *ours(const char *path) { return fault_is_ours(path) ? path : NULL; }

int rename(const char *from, const char *to) {
  struct fault fault = fault_before(FAULT_NAME, "rename", ours(to));
  if (fault.error != 0) return failed(fault);
  int result = NEXT(rename)(from, to);
  if (result == 0) fault_record('r', ours(from), to, 0, NULL, 0);
  fault_after(fault);
  return result;
}

int renameat(int from_directory, const char *from, int to_directory, const char *to) {
  struct fault fault = fault_before(FAULT_NAME, "renameat", ours(to));
  if (fault.error != 0) return failed(fault);
  int result = NEXT(renameat)(from_directory, from, to_directory, to);
  if (result == 0) fault_record('r', ours(from), to, 0, NULL, 0);
  fault_after(fault);
  return result;
}

int link(const char *from, const char *to) {
  struct fault fault = fault_before(FAULT_NAME, "link", ours(to));
  if (fault.error != 0) return failed(fault);
  int result = NEXT(link)(from, to);
  fault_after(fault);
  return result;
}

int unlink(const char *path) {
  struct fault fault = fault_before(FAULT_NAME, "unlink", ours(path));
  if (fault.error != 0) return failed(fault);
  int result = NEXT(unlink)(path);
  if (result == 0) fault_record('u', ours(path), NULL, 0, NULL, 0);
  fault_after(fault);
  return result;
}

int unlinkat(int directory, const char *path, int flags) {
  struct fault fault = fault_before(FAULT_NAME, "unlinkat", ours(path));
  if (fault.error != 0) return failed(fault);
  int result = NEXT(unlinkat)(directory, path, flags);
  if (result == 0) fault_record('u', ours(path), NULL, 0, NULL, 0);
  fault_after(fault);
  return result;
}

int mkdir(const char *path, mode_t mode) {
  struct stat status;
  // Making what is there changes nothing.
  const char *made = ours(path) && stat(path, &status) != 0 ? path : NULL;
  struct fault fault = fault_before(FAULT_NAME, "mkdir", made);
  if (fault.error != 0) return failed(fault);
  int result = NEXT(mkdir)(path, mode);
  if (result == 0) fault_record('d', made, NULL, 0, NULL, 0);
  fault_after(fault);
  return result;
}

static int opened(const char *call, int directory, const char *path, int flags, mode_t mode) {
  struct stat status;
  const char *file = NULL, *made = NULL;
  if (ours(path) && (flags & (O_CREAT | O_TRUNC)) != 0) {
    file = path;
    if ((flags & O_CREAT) != 0 && lstat(path, &status) != 0) made = path;
  }
  struct fault fault = fault_before(FAULT_NAME, call, made);
  if (fault.error != 0) return failed(fault);
  int result = NEXT(openat)(directory, path, flags, mode);
  if (result >= 0 && made != NULL) fault_record('c', made, NULL, 0, NULL, 0);
  if (result >= 0 && file != NULL && made == NULL && (flags & O_TRUNC) != 0) {
    fault_record('t', file, NULL, 0, NULL, 0);
  }
  fault_after(fault);
  return result;
}

static mode_t mode_of(int flags, va_list arguments) {
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened("open", AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

int openat(int directory, const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opened("openat", directory, path, flags, mode);
}

int openat64(int directory, const char *path, int flags, ...) __attribute__((alias("openat")));

// MARK: Processes

static bool is_console(const char *program) {
  const char *name = program == NULL ? NULL : strrchr(program, '/');
  return name != NULL && strcmp(name, "/mailconsole") == 0;
}

enum { VARIABLES = 256, WORDS = 16 * 1024 };

/* The environment of a child that is a supervisor: with the layer, like ours. */
static char *const *loaded(const char *program, char *const environment[], char *words[VARIABLES],
                           char text[WORDS]) {
  if (!is_console(program)) return environment;
  int count = 0;
  for (; environment[count] != NULL && count < VARIABLES - 8; count++) {
    words[count] = environment[count];
  }
  for (const char *const *pair = fault_inheritance(); pair[0] != NULL; pair += 2) {
    int length = snprintf(text, WORDS / 8, "%s=%s", pair[0], pair[1]);
    words[count++] = text;
    text += length + 1;
  }
  words[count] = NULL;
  return words;
}

int execve(const char *path, char *const argv[], char *const environment[]) {
  char *words[VARIABLES], text[WORDS];
  return NEXT(execve)(path, argv, loaded(path, environment, words, text));
}

int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const argv[], char *const environment[]) {
  char *words[VARIABLES], text[WORDS];
  struct fault fault = fault_before(FAULT_SPAWN, "posix_spawn", path);
  if (fault.error != 0) return fault.error;
  int result = NEXT(posix_spawn)(pid, path, actions, attributes, argv,
                                 loaded(path, environment, words, text));
  if (result == 0 && pid != NULL) fault_born(*pid);
  fault_after(fault);
  return result;
}

int posix_spawnp(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const argv[],
                 char *const environment[]) {
  char *words[VARIABLES], text[WORDS];
  struct fault fault = fault_before(FAULT_SPAWN, "posix_spawnp", path);
  if (fault.error != 0) return fault.error;
  int result = NEXT(posix_spawnp)(pid, path, actions, attributes, argv,
                                  loaded(path, environment, words, text));
  if (result == 0 && pid != NULL) fault_born(*pid);
  fault_after(fault);
  return result;
}

pid_t fork(void) {
  struct fault fault = fault_before(FAULT_SPAWN, "fork", "-");
  if (fault.error != 0) return failed(fault);
  pid_t pid = NEXT(fork)();
  if (pid == 0) return 0;
  fault_born(pid);
  fault_after(fault);
  return pid;
}

/* clone3(2) has no function of its own; the new process has a copy of our memory. */
long syscall(long number, ...) {
  va_list arguments;
  va_start(arguments, number);
  long words[6];
  for (int index = 0; index < 6; index++) words[index] = va_arg(arguments, long);
  va_end(arguments);
  bool is_clone = number == SYS_clone3;
  struct fault fault = fault_before(FAULT_SPAWN, "clone3", is_clone ? "-" : NULL);
  if (fault.error != 0) return failed(fault);
  long result =
      NEXT(syscall)(number, words[0], words[1], words[2], words[3], words[4], words[5]);
  if (!is_clone || result == 0) return result;
  if (result > 0) fault_born((pid_t)result);
  fault_after(fault);
  return result;
}
