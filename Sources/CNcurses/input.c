// Reading and waiting. What bytes mean is decided in Swift.

#define _GNU_SOURCE 1
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_NOMACROS 1

#include "CNcurses.h"
#include "internal.h"

#include <errno.h>
#include <ncursesw/curses.h>
#include <ncursesw/term.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

int tui_read(uint8_t *bytes, int capacity) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  if (poll(&input, 1, 0) != 1 || !(input.revents & POLLIN))
    return 0;
  ssize_t count = read(STDIN_FILENO, bytes, (size_t)capacity);
  return count > 0 ? (int)count : 0;
}

bool tui_has_input(void) {
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, 0) == 1 && input.revents & POLLIN;
}

const char *tui_capability(const char *name) {
  const char *value = tigetstr(name);
  return value == (const char *)-1 ? NULL : value;
}

int tui_poll(int timeout_milliseconds, bool until_writable) {
  struct pollfd watched[] = {
      {.fd = tui_wake_descriptor(), .events = POLLIN},
      {.fd = STDIN_FILENO, .events = POLLIN},
      {.fd = STDOUT_FILENO, .events = POLLOUT},
  };
  int ready = poll(watched, until_writable ? 3 : 2, timeout_milliseconds);
  if (ready < 0)
    return errno == EINTR ? TUI_POLL_WOKEN : TUI_POLL_HANG_UP;
  int flags = 0;
  if (watched[0].revents & POLLIN) {
    tui_wake_clear();
    flags |= TUI_POLL_WOKEN;
  }
  if (watched[1].revents & POLLIN)
    flags |= TUI_POLL_INPUT;
  if (watched[1].revents & (POLLHUP | POLLERR | POLLNVAL))
    flags |= TUI_POLL_HANG_UP;
  if (until_writable && watched[2].revents & POLLOUT)
    flags |= TUI_POLL_WRITABLE;
  if (until_writable && watched[2].revents & (POLLHUP | POLLERR | POLLNVAL))
    flags |= TUI_POLL_HANG_UP;
  return flags;
}

bool tui_is_writable(void) {
  struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&output, 1, 0) == 1;  // an error counts: writing returns at once
}

bool tui_terminal_is_lost(void) {
  struct termios state;
  return tcgetattr(STDIN_FILENO, &state) != 0;
}
