// The screen: opening, drawing, resizing, lending the terminal to others.

#define _GNU_SOURCE 1
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_NOMACROS 1

#include "CNcurses.h"
#include "internal.h"

#include <langinfo.h>
#include <locale.h>
#include <ncursesw/curses.h>
#include <ncursesw/term.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// term.h names every capability by a macro, this common word included.
#undef columns

static SCREEN *screen;
static char terminal_name[64];
static bool has_colour;
static int cursor_visibility;

// Colour pairs are allocated as they are met. Ours are few: a role table of
// some twenty looks.
#define MAX_PAIRS 128
static struct {
  int foreground, background;
} pairs[MAX_PAIRS];
static int pair_count;

bool tui_has_terminal(void) { return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO); }

bool tui_is_open(void) { return screen != NULL; }

const char *tui_terminal_name(void) { return terminal_name; }

static SCREEN *open_first_known(void) {
  const char *candidates[] = {getenv("TERM"), "xterm-256color", "vt100"};
  for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
    if (candidates[i] == NULL || *candidates[i] == '\0')
      continue;
    SCREEN *opened = newterm(candidates[i], stdout, stdin);
    if (opened != NULL) {
      strncpy(terminal_name, candidates[i], sizeof terminal_name - 1);
      tui_restore_know(terminal_name);
      return opened;
    }
  }
  return NULL;
}

static void settle(void) {
  raw();     // ^C, ^Z and ^S are keys: the console decides what they mean
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  intrflush(stdscr, FALSE);
  idlok(stdscr, TRUE);
  scrollok(stdscr, FALSE);
  leaveok(stdscr, FALSE);
  // We read the keyboard ourselves: a refresh broken off for its sake would never be finished.
  typeahead(-1);
}

int tui_open(bool colour) {
  if (screen != NULL)
    return TUI_OPEN_ALREADY;
  if (!tui_has_terminal())
    return TUI_OPEN_NOT_A_TERMINAL;

  // ncurses decides by the locale how bytes become characters.
  setlocale(LC_ALL, "");
  tui_restore_prepare();
  screen = open_first_known();
  if (screen == NULL) {
    tui_restore_disarm();
    return TUI_OPEN_UNKNOWN_TERMINAL;
  }
  if (cursor_address == NULL) {
    endwin();
    delscreen(screen);
    screen = NULL;
    tui_restore_disarm();
    return TUI_OPEN_NO_CURSOR;
  }

  settle();
  // OSC 104 at the end would undo a palette that is the user's, not ours.
  orig_colors = NULL;
  has_colour = false;
  pair_count = 0;
  if (colour && has_colors() && start_color() == OK) {
    has_colour = use_default_colors() == OK;
  }
  cursor_visibility = curs_set(0) == ERR ? -1 : 0;

  // What reset_prog_mode brings back, here and after a stop.
  def_prog_mode();
  tui_stderr_capture();
  // newterm installs handlers that are not async-signal-safe: ours come after.
  tui_signals_install();
  tui_restore_arm();
  tui_write_modes(true);
  return TUI_OPEN_OK;
}

void tui_close(void) {
  if (screen == NULL)
    return;
  // Nobody reads: what was to be shown must not keep us from ending.
  if (!tui_is_writable()) {
    tcflow(STDOUT_FILENO, TCOON);
    tcflush(STDOUT_FILENO, TCOFLUSH);
  }
  tui_write_modes(false);
  if (cursor_visibility >= 0)
    curs_set(1);
  endwin();
  tui_restore_disarm();
  tui_signals_remove();
  delscreen(screen);
  screen = NULL;
  tui_stderr_release();
}

int tui_colours(void) { return has_colour ? COLORS : 0; }

void tui_size(int *columns, int *rows) {
  *columns = screen == NULL ? 0 : getmaxx(stdscr);
  *rows = screen == NULL ? 0 : getmaxy(stdscr);
}

// By the kernel's word and not ncurses' own: exported LINES and COLUMNS would
// otherwise pin the size.
void tui_resize(void) {
  struct winsize size;
  if (screen == NULL || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0)
    return;
  if (size.ws_row > 0 && size.ws_col > 0)
    resizeterm(size.ws_row, size.ws_col);
}

void tui_erase(void) { werase(stdscr); }

static int pair_for(int foreground, int background) {
  if (!has_colour || (foreground < 0 && background < 0))
    return 0;
  if (foreground >= COLORS)
    foreground = foreground < 16 ? foreground % 8 : -1;
  if (background >= COLORS)
    background = background < 16 ? background % 8 : -1;
  for (int i = 0; i < pair_count; i++) {
    if (pairs[i].foreground == foreground && pairs[i].background == background)
      return i + 1;
  }
  if (pair_count == MAX_PAIRS || pair_count + 1 >= COLOR_PAIRS)
    return 0;
  if (init_extended_pair(pair_count + 1, foreground, background) != OK)
    return 0;
  pairs[pair_count].foreground = foreground;
  pairs[pair_count].background = background;
  return ++pair_count;
}

void tui_put(int row, int column, const char *utf8, int length, unsigned attributes,
             int foreground, int background) {
  attr_t look = A_NORMAL;
  if (attributes & TUI_BOLD)
    look |= A_BOLD;
  if (attributes & TUI_DIM)
    look |= A_DIM;
  if (attributes & TUI_UNDERLINE)
    look |= A_UNDERLINE;
  if (attributes & TUI_REVERSE)
    look |= A_REVERSE;
  int pair = pair_for(foreground, background);
  // The extended pair goes by the pointer; the short one is then ignored.
  wattr_set(stdscr, look, (short)pair, &pair);
  // ERR in the last cell only says that the cursor could not go further.
  if (wmove(stdscr, row, column) == OK)
    waddnstr(stdscr, utf8, length);
}

void tui_cursor(int row, int column, bool visible) {
  if (visible)
    wmove(stdscr, row, column);
  if (cursor_visibility >= 0 && cursor_visibility != (visible ? 1 : 0)) {
    cursor_visibility = visible ? 1 : 0;
    curs_set(cursor_visibility);
  }
}

void tui_refresh(void) { wrefresh(stdscr); }

void tui_repaint(void) { clearok(curscr, TRUE); }

void tui_bell(void) { beep(); }

void tui_leave(void) {
  tui_write_modes(false);
  if (cursor_visibility >= 0)
    curs_set(1);
  def_prog_mode();
  endwin();
  tui_restore_disarm();
  tui_stderr_release();
}

void tui_enter(void) {
  tui_stderr_capture();
  tui_restore_arm();
  reset_prog_mode();
  tui_resize();
  tui_write_modes(true);
  if (cursor_visibility >= 0)
    curs_set(cursor_visibility);
  clearok(curscr, TRUE);
}

// Stopped and continued by others: the shell set the terminal its own way.
void tui_recover(void) {
  if (screen == NULL)
    return;
  reset_prog_mode();
  tui_write_modes(true);
  tui_resize();
  clearok(curscr, TRUE);
}

// SIGTSTP is dropped for an orphaned process group, and SIGSTOP would freeze a
// session in which nobody can say `fg`: as a login shell or a ForceCommand.
bool tui_may_suspend(void) {
  pid_t parent = getppid();
  return getsid(parent) == getsid(0) && getpgid(parent) != getpgrp();
}

void tui_suspend(void) {
  tui_leave();
  // Not SIGTSTP: refresh() ignores that one for a moment, and ignoring a
  // signal discards a pending one.
  kill(0, SIGSTOP);
  tui_enter();
}

int tui_thread_id(void) { return (int)syscall(SYS_gettid); }

bool tui_locale_is_utf8(void) {
  locale_t environment = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
  if (environment == (locale_t)0)
    return false;
  bool utf8 = strcasecmp(nl_langinfo_l(CODESET, environment), "UTF-8") == 0;
  freelocale(environment);
  return utf8;
}

static pthread_once_t width_once = PTHREAD_ONCE_INIT;
static locale_t width_locale;
static void width_prepare(void) { width_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }

// wcwidth is what ncurses measures with, but it obeys the locale of the
// thread; a golden must not depend on the LANG of whoever runs the tests.
int tui_scalar_width(uint32_t scalar) {
  pthread_once(&width_once, width_prepare);
  locale_t before = width_locale == (locale_t)0 ? (locale_t)0 : uselocale(width_locale);
  int width = wcwidth((wchar_t)scalar);
  if (before != (locale_t)0)
    uselocale(before);
  return width;
}
