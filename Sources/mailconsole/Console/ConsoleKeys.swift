internal import TUI

/// The one table of keys: dispatch, footer, `?`, `:` and docs/keys.md come from it.
enum ConsoleKeys {
  static let runbooks: KeyContext = "runbooks"
  static let run: KeyContext = "run"
  static let step: KeyContext = "step"
  static let queue: KeyContext = "queue"
  static let messages: KeyContext = "messages"
  static let text: KeyContext = "text"
  static let journal: KeyContext = "journal"
  static let runs: KeyContext = "runs"
  static let evidence: KeyContext = "evidence"
  /// A question that binds evidence, while it lies over a screen.
  static let form: KeyContext = "form"

  typealias Binding = KeyBinding<ConsoleAction>

  /// The table with the keys as shipped.
  static func table() throws(KeyTableError) -> KeyTable<ConsoleAction> {
    try KeyTable(
      runbookBindings + runBindings + stepBindings + queueBindings + readingBindings
        + globalBindings
    )
  }

  private static let runbookBindings: [Binding] = [
    Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Start the runbook, or go on with its unfinished run.",
      context: runbooks,
      isInFooter: true
    )
  ]

  private static let runBindings: [Binding] = [
    Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "look",
      help: "Look at the step: purpose, exact command, output, evidence.",
      context: run,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "a",
      action: .act,
      command: "act",
      label: "act",
      help: "Do what the selected step waits for: go ahead, answer, sign off, decide.",
      context: run,
      isInFooter: true
    ),
    Binding(
      "n",
      action: .nextWaiting,
      command: "next",
      label: "next",
      help: "Go to the next step that waits for a person.",
      context: run,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "f",
      action: .follow,
      command: "follow",
      label: "follow",
      help: "Let the pointer go along with the run again, or stay.",
      context: run,
      isHarmless: true
    ),
    Binding(
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Open what shows what the selected step did.",
      context: run,
      isHarmless: true
    ),
    Binding(
      "p",
      action: .pause,
      command: "pause",
      label: "pause",
      help: "Start no further step, or go on after a pause. What runs finishes.",
      context: run,
      isInFooter: true
    ),
    Binding(
      "J",
      action: .showJournal,
      command: "journal",
      label: "journal",
      help: "Read the record of this run.",
      context: run,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "w",
      action: .rewind,
      command: "rewind",
      label: "rewind",
      help: "Go back to the selected step; it and all after it are done again.",
      context: run
    ),
    Binding(
      "N",
      action: .note,
      command: "note",
      label: "note",
      help: "Write a remark into the record.",
      context: run
    ),
    Binding(
      "o",
      action: .offerDrive,
      command: "offer",
      label: "offer",
      help: "Offer the drive to whoever watches; you drive until it is taken.",
      context: run
    ),
    Binding(
      "t",
      action: .takeDrive,
      command: "drive",
      label: "drive",
      help:
        "Take the drive that is offered or that nobody holds; take over a run without a runner.",
      context: run
    ),
    Binding(
      action: .abort,
      command: "abort",
      label: "abort",
      help: "End the run once what is under way has ended. Asks first.",
      context: run
    ),
    Binding(
      action: .rollBack,
      command: "rollback",
      label: "rollback",
      help: "Undo what the run did, the last first, and end it. Shows what, and asks first.",
      context: run
    ),
  ]

  private static let stepBindings: [Binding] = [
    Binding(
      "a",
      "enter",
      action: .act,
      command: "act",
      label: "act",
      help: "Do what the step waits for: go ahead, answer, sign off, decide.",
      context: step,
      isInFooter: true
    ),
    Binding(
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Open what shows what the step did, or what its sign-off binds.",
      context: step,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "n",
      action: .nextWaiting,
      command: "next",
      label: "next",
      help: "Go to the next step that waits for a person.",
      context: step,
      isHarmless: true
    ),
    Binding(
      "f",
      action: .follow,
      command: "follow",
      label: "follow",
      help: "Follow the output as it comes, or stay.",
      context: step,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "w",
      action: .wrap,
      command: "wrap",
      label: "wrap",
      help: "Wrap long lines, or cut them.",
      context: step,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "N",
      action: .note,
      command: "note",
      label: "note",
      help: "Write a remark about the step into the record.",
      context: step
    ),
    Binding(
      "J",
      action: .showJournal,
      command: "journal",
      label: "journal",
      help: "Read the record of this run.",
      context: step,
      isHarmless: true
    ),
  ]
}
