#ifndef FAULTLAYER_H
#define FAULTLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A layer between mailconsole and the C library, loaded with LD_PRELOAD by tests alone.
 *
 * It numbers the calls that make a run what it is, and at one of them ends the process or lets the
 * call fail. The runner and the supervisors of its commands count on their own. The environment
 * says what to do; without it the layer does nothing:
 *
 *   FAULT_DISK    a directory, the state directory in it: calls on other files are not counted
 *   FAULT_LOG     a file that gets a line for each counted call: `ROLE.CLASS NUMBER CALL PATH`,
 *                 where the fault was injected with ` !ACTION` behind it
 *   FAULT_BOARD   a file that the processes share: numbers, and who is alive
 *   FAULT_POINT   `ROLE.CLASS NUMBER ACTION`; not set: only count
 *   FAULT_RECORD  a file that gets what each call did, to tell what a power cut may leave; see
 *                 record.c
 *   FAULT_WITNESS a file outside whose length says what had happened
 *
 * Actions: `kill-before`, `kill-after`: SIGKILL to the process, before or after the call;
 * `all-before`, `all-after`: to the runner, the supervisors and their commands;
 * `ENOSPC`, `EIO`, `EAGAIN`: the call fails once; `ENOSPC-on`, `EIO-on`: from there on;
 * `short`: a write writes half once; `torn`: it writes half, and then the disk is full (a write
 * within one page of a file that has that page already fails whole, as in the kernel).
 */

enum fault_class {
  FAULT_WRITE, /* bytes and lengths of files below FAULT_DISK */
  FAULT_SYNC,  /* fsync(2) and its like on them */
  FAULT_NAME,  /* names in it: made, changed, removed */
  FAULT_TELL,  /* what runner and supervisor tell each other, by pipe */
  FAULT_SPAWN, /* new processes */
  FAULT_CLASSES
};

/* What is to become of one call. */
struct fault {
  int error;       /* it fails with this errno; 0: it is made */
  bool is_half;    /* it writes half of its bytes */
  bool is_full;    /* ... because the disk is full from here on */
  char kill_after; /* `k`: the process, `a`: all of them; 0: nobody */
};

/* Counts a call, and kills before it where that is the plan. `path` NULL: the call is not counted. */
struct fault fault_before(enum fault_class class, const char *call, const char *path);

/* Kills after the call where that is the plan; keeps errno. */
void fault_after(struct fault fault);

/* The path of an open file below FAULT_DISK in `buffer`, else NULL. */
const char *fault_path(int descriptor, char *buffer, size_t length);

/* Whether a path lies below FAULT_DISK. */
bool fault_is_ours(const char *path);

/* Whether a descriptor leads to another process. */
bool fault_is_pipe(int descriptor);

/* Lets a new process be killed with the others. */
void fault_born(pid_t pid);

/* Whether the process is the supervisor of a command. */
bool fault_supervises(void);

/* The words that load the layer into a child: pairs of name and value, ended by NULL. */
const char *const *fault_inheritance(void);

/* Keeps what a call did, for the reconstruction of the disk. */
void fault_record(char kind, const char *path, const char *other, off_t offset, const void *bytes,
                  size_t length);

#endif
