internal import TUI

/// The facilitator's keys.
extension ExerciseScreen {
  static let keys: KeyContext = "exercise"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "E",
      action: .show(.exercise),
      command: "exercise",
      label: "exercise",
      help: "Go to the exercise that you facilitate: injects, what is expected, players.",
      isHarmless: true
    ),
    key("f", .fire, "fire", "fire", "Let the inject happen now; asks.", isInFooter: true),
    key("h", .hold, "hold", "hold", "Hold the inject back, or let it go again.", isInFooter: true),
    key("s", .skip, "skip", "skip", "Leave the inject out, with a reason.", isInFooter: true),
    key(
      "v",
      .judge,
      "judge",
      "judge",
      "Judge the expected action: met, late or missed; of one that is judged, note another word.",
      isInFooter: true
    ),
    key("space", .clock, "clock", "clock", "Let the clock stand, or go.", isInFooter: true),
    key("+", .faster, "faster", "faster", "Let the clock go faster, up to ×60."),
    key("-", .slower, "slower", "slower", "Let the clock go slower."),
    key("J", .jump, "jump", "jump", "Jump to the next inject by the clock; asks."),
    ConsoleKeys.Binding(
      "N",
      action: .note,
      command: "note",
      label: "note",
      help: "Note something for the report; players do not see it.",
      context: keys
    ),
    ConsoleKeys.Binding(
      "enter",
      "l",
      action: .open,
      command: "open",
      label: "open",
      help: "Open the step in the exercise's run, or the player's run.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "tab",
      action: .nextGrouping,
      command: "players",
      label: "players",
      help: "Go to the players below, and back.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "B",
      action: .exercise(.begin),
      command: "begin",
      label: "begin",
      help: "Begin the exercise; asks, and the clock runs from there.",
      context: keys,
      // It asks: a torn arrow key begins nothing.
      isHarmless: true
    ),
    key("e", .end, "end", "end", "End the exercise before its time; asks."),
    ConsoleKeys.Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the exercise again.",
      context: keys,
      isHarmless: true
    ),
  ]

  private static func key(
    _ key: Key,
    _ action: ExerciseAction,
    _ command: String,
    _ label: String,
    _ help: String,
    isInFooter: Bool = false
  ) -> ConsoleKeys.Binding {
    ConsoleKeys.Binding(
      key,
      action: .exercise(action),
      command: command,
      label: label,
      help: help,
      context: keys,
      isInFooter: isInFooter
    )
  }
}
