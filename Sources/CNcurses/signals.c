// Signals become bits and a wake-up; the loop acts on them.
//
// Handlers and not SIG_IGN with a dispatch source: a caught signal is reset to
// its default at exec, so that children start clean.

#define _GNU_SOURCE 1

#include "CNcurses.h"
#include "internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

static const struct {
  int number;
  uint32_t bit;
} watched[] = {
    {SIGHUP, TUI_SIGNAL_HANG_UP},    {SIGINT, TUI_SIGNAL_INTERRUPT},
    {SIGTERM, TUI_SIGNAL_TERMINATE}, {SIGQUIT, TUI_SIGNAL_QUIT},
    {SIGWINCH, TUI_SIGNAL_RESIZE},   {SIGCONT, TUI_SIGNAL_CONTINUE},
    {SIGTSTP, TUI_SIGNAL_STOP},
};
#define WATCHED_COUNT (sizeof watched / sizeof *watched)

static atomic_uint pending;
static struct sigaction before[WATCHED_COUNT];
static struct sigaction pipe_before;

static pthread_once_t wake_once = PTHREAD_ONCE_INIT;
static int wake_descriptor = -1;
static void wake_prepare(void) { wake_descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int tui_wake_descriptor(void) {
  pthread_once(&wake_once, wake_prepare);
  return wake_descriptor;
}

static void wake_now(void) {
  uint64_t one = 1;
  // Full means that a wake-up is due already.
  ssize_t ignored = write(wake_descriptor, &one, sizeof one);
  (void)ignored;
}

void tui_wake(void) {
  pthread_once(&wake_once, wake_prepare);
  wake_now();
}

void tui_wake_clear(void) {
  uint64_t count;
  ssize_t ignored = read(wake_descriptor, &count, sizeof count);
  (void)ignored;
}

static void on_signal(int number) {
  int saved = errno;
  for (size_t i = 0; i < WATCHED_COUNT; i++) {
    if (watched[i].number == number)
      atomic_fetch_or(&pending, watched[i].bit);
  }
  wake_now();
  errno = saved;
}

void tui_signals_install(void) {
  tui_wake_descriptor();
  for (size_t i = 0; i < WATCHED_COUNT; i++) {
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    sigaction(watched[i].number, NULL, &before[i]);
    // `nohup` asked for SIGHUP to be ignored. The poll loop sees a lost
    // terminal without it.
    if (watched[i].number == SIGHUP && before[i].sa_handler == SIG_IGN)
      continue;
    sigaction(watched[i].number, &action, NULL);
  }
  struct sigaction ignore = {.sa_handler = SIG_IGN};
  sigaction(SIGPIPE, &ignore, &pipe_before);
}

void tui_signals_remove(void) {
  for (size_t i = 0; i < WATCHED_COUNT; i++) {
    // ncurses' own handlers, found in place by `install`, die with its screen.
    struct sigaction plain = {.sa_handler = SIG_DFL};
    bool ours_to_keep = before[i].sa_handler == SIG_IGN;
    sigaction(watched[i].number, ours_to_keep ? &before[i] : &plain, NULL);
  }
  sigaction(SIGPIPE, &pipe_before, NULL);
}

uint32_t tui_take_signals(void) { return atomic_exchange(&pending, 0); }
