/*
 * What each call did to the disk, in the order in which the calls ended, for a test that works out
 * what a power cut could have left (PowerCutTests).
 *
 * A record is a line `KIND OFFSET LENGTH WITNESS PATH[\tOTHER]`, followed by LENGTH bytes. Kinds:
 * `w` bytes written at OFFSET, `t` length set to OFFSET, `s` file or directory synced, `c` name made
 * with an empty file, `d` directory made, `r` PATH renamed to OTHER, `u` name removed, `o` bytes
 * shown on standard output. WITNESS is the length of the file FAULT_WITNESS at that moment: what
 * had happened outside.
 */
#define _GNU_SOURCE
#include "faultlayer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <sys/syscall.h>

void fault_record(char kind, const char *path, const char *other, off_t offset, const void *bytes,
                  size_t length) {
  const char *target = getenv("FAULT_RECORD");
  if (target == NULL || path == NULL) return;
  int kept = errno;
  struct stat witness = {0};
  const char *outside = getenv("FAULT_WITNESS");
  if (outside == NULL || stat(outside, &witness) != 0) witness.st_size = 0;
  char line[2048];
  int count = snprintf(line, sizeof line, "%c %lld %zu %lld %s%s%s\n", kind, (long long)offset,
                       length, (long long)witness.st_size, path, other == NULL ? "" : "\t",
                       other == NULL ? "" : other);
  int descriptor = (int)syscall(SYS_openat, AT_FDCWD, target,
                                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor >= 0) {
    struct iovec parts[2] = {{line, (size_t)count}, {(void *)bytes, length}};
    syscall(SYS_writev, descriptor, parts, length > 0 ? 2 : 1);
    close(descriptor);
  }
  errno = kept;
}
