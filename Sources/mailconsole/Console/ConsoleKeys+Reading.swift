internal import TUI

/// The keys of the queue, its messages, the journal and texts.
extension ConsoleKeys {
  static let queueBindings: [Binding] = [
    Binding(
      "enter",
      "l",
      action: .open,
      command: "open",
      label: "messages",
      help: "List the messages of the group.",
      context: queue,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "tab",
      "right",
      action: .nextGrouping,
      command: "by-next",
      label: "group by",
      help: "Group by the next of reason, domain, sender, age.",
      context: queue,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "shift-tab",
      "left",
      action: .previousGrouping,
      command: "by-previous",
      label: "",
      help: "Group by the previous one.",
      context: queue,
      isHarmless: true
    ),
    Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the queue again.",
      context: queue,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "message",
      help: "Show the message: envelope, reason, headers.",
      context: messages,
      isInFooter: true,
      isHarmless: true
    ),
  ]

  static let readingBindings: [Binding] = [
    Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Open the run: go on with it, watch it, or read it where it has ended.",
      context: runs,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the runs again.",
      context: runs,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "enter",
      "l",
      "v",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Read the file.",
      context: evidence,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "ctrl-o",
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Open what the sign-off binds; going back brings the form back as it was.",
      context: form,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "event",
      help: "Show the whole event.",
      context: journal,
      isInFooter: true,
      isHarmless: true
    ),
    Binding(
      "w",
      action: .wrap,
      command: "wrap",
      label: "wrap",
      help: "Wrap long lines, or cut them.",
      context: text,
      isInFooter: true,
      isHarmless: true
    ),
  ]
}
