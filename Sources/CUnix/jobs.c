#define _GNU_SOURCE
#include "cunix.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SWIFT_CALL __attribute__((swiftcall))

/* As swift/Runtime/Concurrency.h declares it; the last argument is what would be called without a hook. */
extern void(SWIFT_CALL *swift_task_enqueueGlobal_hook)(void *job, void *original);

/* A serial executor is two words; both are zero for the global one. */
SWIFT_CALL void swift_job_run(void *job, void *identity, uintptr_t implementation);

static void (*take_job)(void *job);

static SWIFT_CALL void hook(void *job, void *original) {
  (void)original;
  take_job(job);
}

void cunix_divert_jobs(void (*take)(void *job)) {
  take_job = take;
  swift_task_enqueueGlobal_hook = hook;
}

void cunix_run_job(void *job) { swift_job_run(job, NULL, 0); }

void cunix_block_signals(void) {
  static const int own[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS};
  sigset_t signals;
  sigfillset(&signals);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) sigdelset(&signals, own[i]);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
}

int cunix_timer(void) { return timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC); }

void cunix_timer_set(int timer, long long nanoseconds) {
  struct itimerspec time = {{0, 0}, {nanoseconds / 1000000000, nanoseconds % 1000000000}};
  timerfd_settime(timer, 0, &time, NULL);
}

void cunix_timer_wait(int timer) {
  uint64_t rings;
  while (read(timer, &rings, sizeof rings) < 0 && errno == EINTR) {
  }
}
