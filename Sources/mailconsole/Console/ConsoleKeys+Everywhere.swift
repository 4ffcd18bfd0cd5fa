internal import TUI

/// The keys that mean the same on every screen.
extension ConsoleKeys {
  static let globalBindings: [Binding] = [
    Binding(
      "up",
      "k",
      action: .up,
      command: "up",
      label: "up",
      help: "One row up.",
      isHarmless: true
    ),
    Binding(
      "down",
      "j",
      action: .down,
      command: "down",
      label: "down",
      help: "One row down.",
      isHarmless: true
    ),
    Binding(
      "pgup",
      "ctrl-b",
      action: .pageUp,
      command: "page-up",
      label: "page up",
      help: "One screen up.",
      isHarmless: true
    ),
    Binding(
      "pgdn",
      "ctrl-f",
      action: .pageDown,
      command: "page-down",
      label: "page down",
      help: "One screen down.",
      isHarmless: true
    ),
    Binding(
      "ctrl-u",
      action: .halfUp,
      command: "half-up",
      label: "half up",
      help: "Half a screen up.",
      isHarmless: true
    ),
    Binding(
      "ctrl-d",
      action: .halfDown,
      command: "half-down",
      label: "half down",
      help: "Half a screen down.",
      isHarmless: true
    ),
    Binding(
      "g",
      "home",
      action: .first,
      command: "first",
      label: "first",
      help: "The first row.",
      isHarmless: true
    ),
    Binding(
      "G",
      "end",
      action: .last,
      command: "last",
      label: "last",
      help: "The last row.",
      isHarmless: true
    ),
    Binding(
      "left",
      action: .left,
      command: "left",
      label: "left",
      help: "Half a screen to the left, in text.",
      isHarmless: true
    ),
    Binding(
      "right",
      action: .right,
      command: "right",
      label: "right",
      help: "Half a screen to the right, in text.",
      isHarmless: true
    ),
    Binding(
      "esc",
      "h",
      action: .back,
      command: "back",
      label: "back",
      help: "One level up.",
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "q",
      action: .quit,
      command: "quit",
      label: "quit",
      help: "Leave the console; asks while a step runs.",
      isInFooter: true
    ),
    Binding(
      "Q",
      action: .show(.queue),
      command: "queue",
      label: "queue",
      help: "Browse the mail queue of the site.",
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "R",
      action: .show(.runbooks),
      command: "runbooks",
      label: "runbooks",
      help: "Go to the waves and runbooks.",
      isHarmless: true
    ),
    Binding(
      "X",
      action: .show(.runs),
      command: "runs",
      label: "runs",
      help: "List all runs, those that have ended too; enter opens one.",
      isHarmless: true
    ),
    Binding(
      "/",
      action: .filter,
      command: "filter",
      label: "filter",
      help: "Show only rows that contain a text; `!text`: only those that do not.",
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      ":",
      action: .command,
      command: "command",
      label: "command",
      help: "Type a command by name.",
      isHarmless: true
    ),
    Binding(
      "?",
      "f1",
      action: .help,
      command: "help",
      label: "help",
      help: "All keys of this screen.",
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      action: .showAsText,
      command: "text",
      label: "text",
      help: "Show the screen as plain text: whole lines, to read aloud or to copy.",
      isHarmless: true
    ),
    Binding(
      "ctrl-l",
      action: .repaint,
      command: "repaint",
      label: "repaint",
      help: "Draw the screen again.",
      isHarmless: true
    ),
    Binding(
      "ctrl-z",
      action: .suspend,
      command: "suspend",
      label: "suspend",
      help: "Stop the console until the shell continues it, where a shell can.",
      isHarmless: true
    ),
  ]
}
