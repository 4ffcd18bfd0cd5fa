// Keys and waiting.

#define _GNU_SOURCE 1
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_NOMACROS 1

#include "CNcurses.h"
#include "internal.h"

#include <errno.h>
#include <ncursesw/curses.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

// Codes above every one of ncurses' own.
enum own_code {
  OWN_PASTE_START = KEY_MAX + 1,
  OWN_PASTE_END,
  OWN_FOCUS_IN,
  OWN_FOCUS_OUT,
};

// What xterm, tmux, screen, rxvt, PuTTY and the Linux console send but their
// usual terminfo entries leave out, or what a fallback entry cannot know.
static const struct {
  const char *sequence;
  int code;
} extra_keys[] = {
    {"\033[200~", OWN_PASTE_START}, {"\033[201~", OWN_PASTE_END},
    {"\033[I", OWN_FOCUS_IN},       {"\033[O", OWN_FOCUS_OUT},
    {"\033[A", KEY_UP},             {"\033[B", KEY_DOWN},
    {"\033[C", KEY_RIGHT},          {"\033[D", KEY_LEFT},
    {"\033OA", KEY_UP},             {"\033OB", KEY_DOWN},
    {"\033OC", KEY_RIGHT},          {"\033OD", KEY_LEFT},
    {"\033[H", KEY_HOME},           {"\033[F", KEY_END},
    {"\033OH", KEY_HOME},           {"\033OF", KEY_END},
    {"\033[1~", KEY_HOME},          {"\033[4~", KEY_END},
    {"\033[7~", KEY_HOME},          {"\033[8~", KEY_END},
    {"\033[2~", KEY_IC},            {"\033[3~", KEY_DC},
    {"\033[5~", KEY_PPAGE},         {"\033[6~", KEY_NPAGE},
    {"\033[Z", KEY_BTAB},           {"\033OM", KEY_ENTER},
    {"\033OP", KEY_F(1)},           {"\033OQ", KEY_F(2)},
    {"\033OR", KEY_F(3)},           {"\033OS", KEY_F(4)},
    {"\033[11~", KEY_F(1)},         {"\033[12~", KEY_F(2)},
    {"\033[13~", KEY_F(3)},         {"\033[14~", KEY_F(4)},
    {"\033[[A", KEY_F(1)},          {"\033[[B", KEY_F(2)},
    {"\033[[C", KEY_F(3)},          {"\033[[D", KEY_F(4)},
    {"\033[[E", KEY_F(5)},          {"\033[15~", KEY_F(5)},
    {"\033[17~", KEY_F(6)},         {"\033[18~", KEY_F(7)},
    {"\033[19~", KEY_F(8)},         {"\033[20~", KEY_F(9)},
    {"\033[21~", KEY_F(10)},        {"\033[23~", KEY_F(11)},
    {"\033[24~", KEY_F(12)},
};

void tui_keys_define(void) {
  for (size_t i = 0; i < sizeof extra_keys / sizeof *extra_keys; i++) {
    // The paste markers must win over what terminfo says of them; for the
    // rest terminfo knows better.
    if (extra_keys[i].code >= OWN_PASTE_START || key_defined(extra_keys[i].sequence) <= 0)
      define_key(extra_keys[i].sequence, extra_keys[i].code);
  }
}

static uint32_t named(wint_t code) {
  switch (code) {
  case KEY_UP: return TUI_NAMED_UP;
  case KEY_DOWN: return TUI_NAMED_DOWN;
  case KEY_LEFT: return TUI_NAMED_LEFT;
  case KEY_RIGHT: return TUI_NAMED_RIGHT;
  case KEY_HOME: return TUI_NAMED_HOME;
  case KEY_END: return TUI_NAMED_END;
  case KEY_PPAGE: return TUI_NAMED_PAGE_UP;
  case KEY_NPAGE: return TUI_NAMED_PAGE_DOWN;
  case KEY_IC: return TUI_NAMED_INSERT;
  case KEY_DC: return TUI_NAMED_DELETE;
  case KEY_BACKSPACE: return TUI_NAMED_BACKSPACE;
  case KEY_ENTER: return TUI_NAMED_ENTER;
  case KEY_BTAB: return TUI_NAMED_BACK_TAB;
  case OWN_PASTE_START: return TUI_NAMED_PASTE_START;
  case OWN_PASTE_END: return TUI_NAMED_PASTE_END;
  case OWN_FOCUS_IN: return TUI_NAMED_FOCUS_IN;
  case OWN_FOCUS_OUT: return TUI_NAMED_FOCUS_OUT;
  default: break;
  }
  if (code > KEY_F(0) && code <= KEY_F(24))
    return TUI_NAMED_F0 + (uint32_t)(code - KEY_F(0));
  return TUI_NAMED_UNKNOWN;
}

struct tui_key tui_read_key(void) {
  struct tui_key key = {TUI_KEY_NONE, 0};
  wint_t code = 0;
  for (;;) {
    int result = wget_wch(stdscr, &code);
    if (result == ERR)
      return key;
    // resizeterm() pushes this one; the loop knows of the size already.
    if (result == KEY_CODE_YES && code == KEY_RESIZE)
      continue;
    key.kind = result == KEY_CODE_YES ? TUI_KEY_NAMED : TUI_KEY_CHARACTER;
    key.value = result == KEY_CODE_YES ? named(code) : (uint32_t)code;
    return key;
  }
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
