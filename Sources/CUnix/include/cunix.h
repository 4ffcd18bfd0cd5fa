#ifndef CUNIX_H
#define CUNIX_H

#include <spawn.h>
#include <sys/types.h>

/* The few calls of glibc that need _GNU_SOURCE, which Swift's Glibc module is read without. */

/* The user at the other end of a unix socket (SO_PEERCRED, unix(7)); -1: not known. */
long cunix_peer_uid(int descriptor);

/* The effective group at the other end of a unix socket (SO_PEERCRED); -1: not known. */
long cunix_peer_gid(int descriptor);

/*
 * The supplementary groups of the process at the other end (SO_PEERGROUPS, unix(7)), as they were
 * when it connected or began to listen. How many there are; more than `room`: none was written.
 * -1: not known.
 */
int cunix_peer_groups(int descriptor, gid_t *groups, int room);

/* The process at the other end of a unix socket, or that listens there; -1: not known. */
long cunix_peer_pid(int descriptor);

/* accept4(2) with SOCK_CLOEXEC. */
int cunix_accept(int descriptor);

/* pipe2(2) with O_CLOEXEC. */
int cunix_pipe(int ends[2]);

/* Closes every descriptor from `first` on in the child. */
int cunix_spawn_closefrom(posix_spawn_file_actions_t *actions, int first);

/* Starts the child in a session of its own, all signals at their defaults and none blocked. */
int cunix_spawn_setsid(posix_spawnattr_t *attributes);

/* memfd_create(2) with MFD_CLOEXEC: a file without a name, for what must not lie on a disk. */
int cunix_memory_file(const char *name);

/* pidfd_open(2): readable once the process has ended. */
int cunix_pidfd(pid_t pid);

/* Blocks SIGTERM and gives a descriptor that is readable once it was sent (signalfd(2)). */
int cunix_termination_descriptor(void);

/*
 * Starts a process in a session of its own that does not begin before one byte is written to
 * *gate; when *gate is closed instead, the program never begins. *failure gives the errno of an
 * execve(2) that failed, else its end once the program has begun. Signals are at their defaults.
 * Only for a process with one thread: it forks.
 */
pid_t cunix_spawn_held(char *const argv[], const int streams[3], int *gate, int *failure);

/* Waits for a child: its exit status, or the signal that ended it. 0, or -1 with errno. */
int cunix_reap(pid_t pid, int *status, int *signal_number);

/* No core file and no reader of /proc/PID/mem from here on (RLIMIT_CORE, PR_SET_DUMPABLE); 0: done. */
int cunix_forbid_dumps(void);

/* Whether the process can be dumped and read by others of its user (PR_GET_DUMPABLE). */
int cunix_may_be_dumped(void);

/*
 * Gives every job of Swift's global executor to `take` instead of to libdispatch. Swift's runtime exports
 * its hook for that (swift/Runtime/Concurrency.h). To be called once, before the first task.
 */
void cunix_divert_jobs(void (*take)(void *job));

/*
 * Leaves the signals that others send to the other threads. Those that a thread gives rise to itself, as by
 * a fault, still reach it, or no trace would be left of a crash.
 */
void cunix_block_signals(void);

/* Runs a job that was taken. */
void cunix_run_job(void *job);

/* A timer that counts the time asleep too (timerfd_create(2), CLOCK_BOOTTIME); -1 with errno. */
int cunix_timer(void);

/* Has the timer ring once after that time; 0: never. */
void cunix_timer_set(int timer, long long nanoseconds);

/* Waits until it has rung. */
void cunix_timer_wait(int timer);

#endif
