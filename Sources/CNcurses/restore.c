// Whatever happens, the terminal comes back: on a crash by the handlers here,
// on exit() by an atexit hook, and stderr is shown once the screen is gone.
//
// The handlers call write, tcsetattr, dup2, pread and sigaction only: all
// async-signal-safe, which endwin() is not.

#define _GNU_SOURCE 1

#include "CNcurses.h"
#include "internal.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

// Kept of what stderr receives while the screen is ours.
#define STDERR_LIMIT (256 * 1024)

// What another program may have left on and what would reach us as bytes that are no keys: mouse
// reports in every encoding, focus. Harmless where they are unknown.
#define QUIET                                                                                      \
  "\033[?9l\033[?1000l\033[?1001l\033[?1002l\033[?1003l\033[?1004l\033[?1005l\033[?1006l\033[?1015l"  \
  "\033[?1016l"
static const char modes_on[] = QUIET "\033[?2004h";
static const char modes_off[] = QUIET "\033[?2004l";
// xterm's modifyOtherKeys and kitty's keyboard: as usual.
static const char extended_off[] = "\033[>4;0m\033[=0u";
// Attributes off, margins and keypad as usual, cursor shown, alternate screen left.
static const char reset[] = "\033[0m\033[r\033[?1l\033>\033[?25h\033[?1049l\r";
// Terminals that would print the private sequences are not sent them.
static bool knows_extended;

static const int crashes[] = {SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSYS};
#define CRASH_COUNT (sizeof crashes / sizeof *crashes)

static struct termios saved_termios;
static struct sigaction crash_before[CRASH_COUNT];
static bool handlers_installed;
static atomic_bool armed;
static int stderr_copy = -1;   // the real stderr
static int stderr_store = -1;  // where it goes meanwhile
static char alternate_stack[64 * 1024];

static void write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written <= 0)
      return;
    bytes += written;
    count -= (size_t)written;
  }
}

void tui_restore_know(const char *terminal) {
  static const char *const families[] = {"xterm",   "tmux", "screen", "rxvt",  "foot",  "alacritty",
                                         "kitty", "wezterm", "ghostty", "konsole", "gnome", "st-"};
  knows_extended = false;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++)
    knows_extended |= strncmp(terminal, families[i], strlen(families[i])) == 0;
}

void tui_write_modes(bool on) {
  write_all(STDOUT_FILENO, on ? modes_on : modes_off, sizeof modes_on - 1);
  if (knows_extended)
    write_all(STDOUT_FILENO, extended_off, sizeof extended_off - 1);
}

// A file of a fixed size that cannot grow: a chatty library costs 256 kB, then
// its writes fail.
void tui_stderr_capture(void) {
  if (stderr_copy >= 0 || !isatty(STDERR_FILENO))
    return;  // `2>file` is the operator's own choice
  stderr_store = memfd_create("stderr", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (stderr_store < 0)
    return;
  if (ftruncate(stderr_store, STDERR_LIMIT) == 0)
    fcntl(stderr_store, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK);
  stderr_copy = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  if (stderr_copy >= 0)
    dup2(stderr_store, STDERR_FILENO);
}

void tui_stderr_release(void) {
  if (stderr_copy < 0)
    return;
  off_t length = lseek(stderr_store, 0, SEEK_CUR);
  dup2(stderr_copy, STDERR_FILENO);
  char chunk[1024];
  for (off_t offset = 0; offset < length;) {
    size_t wanted = length - offset < (off_t)sizeof chunk ? (size_t)(length - offset) : sizeof chunk;
    ssize_t count = pread(stderr_store, chunk, wanted, offset);
    if (count <= 0)
      break;
    write_all(STDERR_FILENO, chunk, (size_t)count);
    offset += count;
  }
  close(stderr_copy);
  close(stderr_store);
  stderr_copy = -1;
  stderr_store = -1;
}

// Once only: a second reset would wipe out what the first one let appear.
static void restore_now(void) {
  if (!atomic_exchange(&armed, false))
    return;
  tui_write_modes(false);
  write_all(STDOUT_FILENO, reset, sizeof reset - 1);
  tcsetattr(STDIN_FILENO, TCSANOW, &saved_termios);
  tui_stderr_release();
}

static void on_crash(int number) {
  restore_now();
  for (size_t i = 0; i < CRASH_COUNT; i++) {
    if (crashes[i] == number)
      sigaction(number, &crash_before[i], NULL);
  }
  // Blocked until we return, then it meets the handler that was there before.
  raise(number);
}

void tui_restore_prepare(void) {
  static bool registered = false;
  tcgetattr(STDIN_FILENO, &saved_termios);
  if (!registered) {
    registered = true;
    atexit(restore_now);
  }
}

void tui_restore_arm(void) {
  if (!handlers_installed) {
    handlers_installed = true;
    // Of the main thread only: a stack overflow elsewhere ends unrestored.
    stack_t stack;
    if (sigaltstack(NULL, &stack) == 0 && stack.ss_flags & SS_DISABLE) {
      stack_t ours = {.ss_sp = alternate_stack, .ss_size = sizeof alternate_stack};
      sigaltstack(&ours, NULL);
    }
    for (size_t i = 0; i < CRASH_COUNT; i++) {
      struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
      sigemptyset(&action.sa_mask);
      sigaction(crashes[i], &action, &crash_before[i]);
    }
  }
  atomic_store(&armed, true);
}

void tui_restore_disarm(void) { atomic_store(&armed, false); }

void tui_silence_crashes(void) {
  for (size_t i = 0; i < CRASH_COUNT; i++) {
    if (handlers_installed)
      crash_before[i] = (struct sigaction){.sa_handler = SIG_DFL};
    else
      signal(crashes[i], SIG_DFL);
  }
}
