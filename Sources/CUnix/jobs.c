#define _GNU_SOURCE
#include "cunix.h"

#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SWIFT_CALL __attribute__((swiftcall))

/* As swift/Runtime/Concurrency.h declares them; the last argument is what would be called without a hook. */
extern void(SWIFT_CALL *swift_task_enqueueGlobal_hook)(void *job, void *original);
extern void(SWIFT_CALL *swift_task_enqueueGlobalWithDelay_hook)(
    unsigned long long nanoseconds, void *job, void *original);
extern void(SWIFT_CALL *swift_task_enqueueGlobalWithDeadline_hook)(
    long long seconds, long long nanoseconds, long long tolerance_seconds,
    long long tolerance_nanoseconds, int clock, void *job, void *original);

/* A serial executor is two words; both are zero for the global one. */
SWIFT_CALL void swift_job_run(void *job, void *identity, uintptr_t implementation);

/* swift_clock_id_suspending; the other clock counts the time asleep too. */
enum { suspending = 2 };

static void (*take_now)(void *job);
static void (*take_then)(void *job, long long nanoseconds);

static SWIFT_CALL void now_hook(void *job, void *original) {
  (void)original;
  take_now(job);
}

static SWIFT_CALL void delay_hook(unsigned long long nanoseconds, void *job, void *original) {
  (void)original;
  take_then(job, nanoseconds > INT64_MAX ? INT64_MAX : (long long)nanoseconds);
}

static SWIFT_CALL void deadline_hook(
    long long seconds, long long nanoseconds, long long tolerance_seconds,
    long long tolerance_nanoseconds, int clock, void *job, void *original) {
  (void)tolerance_seconds, (void)tolerance_nanoseconds, (void)original;
  struct timespec now;
  clock_gettime(clock == suspending ? CLOCK_MONOTONIC : CLOCK_BOOTTIME, &now);
  long long left = 0;
  if (__builtin_sub_overflow(seconds, (long long)now.tv_sec, &left) ||
      __builtin_mul_overflow(left, 1000000000LL, &left) ||
      __builtin_add_overflow(left, nanoseconds - (long long)now.tv_nsec, &left)) {
    left = seconds > now.tv_sec ? INT64_MAX : 0;
  }
  take_then(job, left);
}

void cunix_divert_jobs(void (*take)(void *job), void (*take_later)(void *job, long long nanoseconds)) {
  take_now = take;
  take_then = take_later;
  swift_task_enqueueGlobal_hook = now_hook;
  swift_task_enqueueGlobalWithDelay_hook = delay_hook;
  swift_task_enqueueGlobalWithDeadline_hook = deadline_hook;
}

void cunix_run_job(void *job) { swift_job_run(job, NULL, 0); }

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
