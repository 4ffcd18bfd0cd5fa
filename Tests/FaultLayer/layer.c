/* The plan, the numbers, the log and the end of processes; the calls are in calls.c. */
#define _GNU_SOURCE
#include "faultlayer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MEMBERS = 256 };

/* Shared by the processes of one run. */
struct board {
  atomic_uint counts[2][FAULT_CLASSES];
  atomic_int error_from_now_on;
  atomic_uint members;
  struct {
    atomic_int pid;
    atomic_ullong started;
  } member[MEMBERS];
};

static const char *const class_words[FAULT_CLASSES] = {"write", "sync", "name", "tell", "spawn"};
static const char *const role_words[2] = {"runner", "supervisor"};

static struct board *board;
static const char *disk;
static size_t disk_length;
static int log_descriptor = -1;
static int role;

static struct {
  int role, class;
  unsigned number;
  char action[16];
} point = {.class = -1};

static const char *inheritance[15];

/* The kernel's own calls: nothing the layer does is counted. */
static void put(int descriptor, const char *bytes, size_t length) {
  syscall(SYS_write, descriptor, bytes, length);
}

/* When a process began, so that a later one of the same number is not taken for it; 0: it is gone. */
static unsigned long long started(pid_t pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int descriptor = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (descriptor < 0) return 0;
  ssize_t length = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  if (length <= 0) return 0;
  text[length] = 0;
  char *field = strrchr(text, ')');
  for (int skip = 0; field != NULL && skip < 20; skip++) field = strchr(field + 1, ' ');
  return field == NULL ? 0 : strtoull(field + 1, NULL, 10);
}

void fault_born(pid_t pid) {
  if (board == NULL || pid <= 0) return;
  unsigned slot = atomic_fetch_add(&board->members, 1) % MEMBERS;
  atomic_store(&board->member[slot].started, started(pid));
  atomic_store(&board->member[slot].pid, pid);
}

static void end(char whom) {
  for (unsigned slot = 0; whom == 'a' && slot < MEMBERS; slot++) {
    pid_t pid = atomic_load(&board->member[slot].pid);
    if (pid <= 0 || pid == getpid()) continue;
    unsigned long long since = atomic_load(&board->member[slot].started);
    if (since == 0 || started(pid) != since) continue;
    // A command leads its group; a process that leads none is ended alone.
    if (getpgid(pid) == pid) kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
  }
  syscall(SYS_kill, getpid(), SIGKILL);
}

static int error_named(const char *action) {
  if (strncmp(action, "ENOSPC", 6) == 0) return ENOSPC;
  if (strncmp(action, "EIO", 3) == 0) return EIO;
  return strcmp(action, "EAGAIN") == 0 ? EAGAIN : 0;
}

/* A full disk still renames and removes; a broken one does nothing. */
static bool meets(int error, enum fault_class class) {
  if (error == ENOSPC) return class == FAULT_WRITE;
  return class == FAULT_WRITE || class == FAULT_SYNC || class == FAULT_NAME;
}

struct fault fault_before(enum fault_class class, const char *call, const char *path) {
  struct fault fault = {0};
  if (board == NULL || path == NULL) return fault;
  int kept = errno;
  unsigned number = atomic_fetch_add(&board->counts[role][class], 1) + 1;
  bool is_hit = point.role == role && point.class == (int)class && point.number == number;
  char line[1024];
  int length = snprintf(line, sizeof line, "%s.%s %u %s %s%s%s\n", role_words[role],
                        class_words[class], number, call, path, is_hit ? " !" : "",
                        is_hit ? point.action : "");
  if (length > 0 && (size_t)length < sizeof line) put(log_descriptor, line, (size_t)length);
  int standing = atomic_load(&board->error_from_now_on);
  if (standing != 0 && meets(standing, class)) {
    fault.error = standing;
  } else if (is_hit) {
    const char *action = point.action;
    if (strcmp(action, "kill-before") == 0) end('k');
    if (strcmp(action, "all-before") == 0) end('a');
    if (strcmp(action, "kill-after") == 0) fault.kill_after = 'k';
    if (strcmp(action, "all-after") == 0) fault.kill_after = 'a';
    fault.is_full = strcmp(action, "torn") == 0;
    fault.is_half = fault.is_full || strcmp(action, "short") == 0;
    fault.error = error_named(action);
    if (fault.is_full) atomic_store(&board->error_from_now_on, ENOSPC);
    if (strstr(action, "-on") != NULL) atomic_store(&board->error_from_now_on, fault.error);
  }
  errno = kept;
  return fault;
}

void fault_after(struct fault fault) {
  if (fault.kill_after != 0) end(fault.kill_after);
}

bool fault_is_ours(const char *path) {
  return board != NULL && path != NULL && strncmp(path, disk, disk_length) == 0
         && (path[disk_length] == '/' || path[disk_length] == 0);
}

const char *fault_path(int descriptor, char *buffer, size_t length) {
  if (board == NULL) return NULL;
  int kept = errno;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t count = readlink(link, buffer, length - 1);
  errno = kept;
  if (count <= 0) return NULL;
  buffer[count] = 0;
  return fault_is_ours(buffer) ? buffer : NULL;
}

bool fault_is_pipe(int descriptor) {
  if (board == NULL || (role == 0 && descriptor < 3)) return false;
  int kept = errno;
  struct stat status;
  bool is_pipe = fstat(descriptor, &status) == 0 && S_ISFIFO(status.st_mode);
  errno = kept;
  return is_pipe;
}

bool fault_supervises(void) { return role == 1; }

const char *const *fault_inheritance(void) { return inheritance; }

static int opened(const char *variable, int flags) {
  const char *path = getenv(variable);
  if (path == NULL) return -1;
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CREAT | O_CLOEXEC, 0600);
}

static void read_point(void) {
  const char *text = getenv("FAULT_POINT");
  char who[16], what[16];
  if (text == NULL) return;
  if (sscanf(text, "%15[a-z].%15[a-z] %u %15s", who, what, &point.number, point.action) != 4) {
    static const char complaint[] = "fault layer: FAULT_POINT is not ROLE.CLASS NUMBER ACTION\n";
    put(2, complaint, sizeof complaint - 1);
    _exit(99);
  }
  point.role = strcmp(who, role_words[1]) == 0;
  for (int class = 0; class < FAULT_CLASSES; class++) {
    if (strcmp(what, class_words[class]) == 0) point.class = class;
  }
}

__attribute__((constructor)) static void begin(int argc, char **argv) {
  disk = getenv("FAULT_DISK");
  log_descriptor = opened("FAULT_LOG", O_WRONLY | O_APPEND);
  int shared = opened("FAULT_BOARD", O_RDWR);
  if (disk == NULL || log_descriptor < 0 || shared < 0) return;
  disk_length = strlen(disk);
  role = argc > 1 && strcmp(argv[1], "supervise") == 0;
  read_point();
  static const char *const names[] = {"LD_PRELOAD", "FAULT_DISK", "FAULT_LOG",
                                      "FAULT_BOARD", "FAULT_POINT", "FAULT_RECORD", "FAULT_WITNESS"};
  int count = 0;
  for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
    const char *value = getenv(names[index]);
    if (value == NULL) continue;
    inheritance[count++] = names[index];
    inheritance[count++] = strdup(value);
  }
  if (syscall(SYS_ftruncate, shared, sizeof(struct board)) != 0) return;
  void *memory = mmap(NULL, sizeof(struct board), PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0);
  close(shared);
  if (memory == MAP_FAILED) return;
  board = memory;
  disk = strdup(disk);
  // The commands of a step are not ours; calls.c gives it to supervisors again.
  unsetenv("LD_PRELOAD");
  fault_born(getpid());
}
