// The whole of ncurses as Swift sees it. No curses type, macro or variadic
// function crosses this line: they are not importable (A_BOLD, getmaxyx,
// printw), not safe under strict concurrency (stdscr, LINES), or differ from
// one platform to the next (WINDOW *).
//
// Everything here must be called from one thread, except the functions under
// "From any thread".

#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdbool.h>
#include <stdint.h>

// MARK: screen.c

/// Why `tui_open` could not take the terminal.
enum tui_open_result {
  TUI_OPEN_OK = 0,
  TUI_OPEN_NOT_A_TERMINAL = 1,    // stdin or stdout is a pipe or a file
  TUI_OPEN_UNKNOWN_TERMINAL = 2,  // no terminfo entry, nor for the fallbacks
  TUI_OPEN_NO_CURSOR = 3,         // the terminal cannot move its cursor
  TUI_OPEN_ALREADY = 4,
};

/// Attribute bits of `tui_put`; A_* are macros Swift cannot import.
enum tui_attribute {
  TUI_BOLD = 1 << 0,
  TUI_DIM = 1 << 1,
  TUI_UNDERLINE = 1 << 2,
  TUI_REVERSE = 1 << 3,
};

/// Takes the terminal: raw input, alternate screen, bracketed paste, signal
/// and crash handlers, stderr kept aside. Tries $TERM, xterm-256color, vt100.
int tui_open(bool colour);

/// Gives the terminal back and prints what stderr received meanwhile. Harmless
/// when not open.
void tui_close(void);
bool tui_is_open(void);

/// Lets no handler that was there before ours describe a crash: what it prints of memory could be
/// a secret. The terminal is still given back.
void tui_silence_crashes(void);

/// The terminfo entry in use, which differs from $TERM after a fallback.
const char *tui_terminal_name(void);

/// The number of colours that can be asked for: 0, 8, 16, 88 or 256.
int tui_colours(void);

void tui_size(int *columns, int *rows);

/// Asks the kernel for the size and tells ncurses. Not for signal handlers.
void tui_resize(void);

void tui_erase(void);

/// Puts a run of cells that share one look. A colour of -1 is the terminal's
/// own. The text must hold no control character.
void tui_put(int row, int column, const char *utf8, int length, unsigned attributes,
             int foreground, int background);

/// Shows the cursor at a cell, or hides it.
void tui_cursor(int row, int column, bool visible);

/// Sends what differs from the last refresh.
void tui_refresh(void);

/// Makes the next refresh send everything, for a garbled screen.
void tui_repaint(void);
void tui_bell(void);

/// Leaves curses mode for another program; `tui_enter` takes it back.
void tui_leave(void);
void tui_enter(void);

/// Takes the terminal back after a stop that was not ours.
void tui_recover(void);

/// Whether somebody is there to continue us: the parent is in our session but
/// in another process group, as a job-control shell is.
bool tui_may_suspend(void);

/// Leaves, stops our process group, and takes the terminal back after SIGCONT.
void tui_suspend(void);

// MARK: input.c

/// Reads what is there, without blocking; 0 when nothing is.
int tui_read(uint8_t *bytes, int capacity);

/// Whether something is there to be read.
bool tui_has_input(void);

/// A string of the terminal's description by its terminfo name, e.g. `kcuu1`; NULL without one.
const char *tui_capability(const char *name);

enum tui_poll_flag {
  TUI_POLL_INPUT = 1 << 0,
  TUI_POLL_WOKEN = 1 << 1,
  TUI_POLL_HANG_UP = 1 << 2,
  TUI_POLL_WRITABLE = 1 << 3,
};

/// Waits for the terminal, a wake-up or the timeout (-1: for ever).
int tui_poll(int timeout_milliseconds, bool until_writable);

/// Whether the terminal takes output now. A dead link or a stopped one does
/// not, and writing would block.
bool tui_is_writable(void);

/// Whether the kernel says the terminal is gone (EIO on any request).
bool tui_terminal_is_lost(void);

// MARK: signals.c

enum tui_signal {
  TUI_SIGNAL_HANG_UP = 1 << 0,
  TUI_SIGNAL_INTERRUPT = 1 << 1,
  TUI_SIGNAL_TERMINATE = 1 << 2,
  TUI_SIGNAL_QUIT = 1 << 3,
  TUI_SIGNAL_RESIZE = 1 << 4,
  TUI_SIGNAL_CONTINUE = 1 << 5,
  TUI_SIGNAL_STOP = 1 << 6,
};

/// The signals since the last call, as bits; clears them.
uint32_t tui_take_signals(void);

// MARK: From any thread

/// Ends a `tui_poll` in progress, or the next one.
void tui_wake(void);

/// The kernel's thread id. glibc declares `pthread_self` const, so that an
/// optimiser may move it across an `await`; a system call cannot be moved.
int tui_thread_id(void);

/// The columns of a scalar in a UTF-8 locale: 0, 1, 2, or -1 when unprintable.
int tui_scalar_width(uint32_t scalar);

/// Whether the locale of the environment encodes text in UTF-8.
bool tui_locale_is_utf8(void);

/// Whether both stdin and stdout are terminals.
bool tui_has_terminal(void);

#endif
