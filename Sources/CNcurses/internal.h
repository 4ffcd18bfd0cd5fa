// What the C files share. Not seen by Swift.
#ifndef CNCURSES_INTERNAL_H
#define CNCURSES_INTERNAL_H

#include <stdbool.h>

// restore.c
void tui_restore_prepare(void);    // before newterm: termios, stderr
void tui_restore_arm(void);        // after newterm: crash handlers
void tui_restore_disarm(void);     // the terminal is back to normal by endwin
void tui_stderr_capture(void);
void tui_stderr_release(void);
void tui_restore_know(const char *terminal); // its name, for what it may be sent
void tui_write_modes(bool on);     // bracketed paste, and what others left on

// signals.c
void tui_signals_install(void);
void tui_signals_remove(void);
int tui_wake_descriptor(void);
void tui_wake_clear(void);

#endif
