internal import Runbooks
internal import TUI

/// The messages of an exercise in words; what they say is raw, as the exercise's file has it.
enum InboxText {
  /// `call 21:45 from the director`
  static func heading(_ message: InboxMessage) -> String {
    "\(message.channel.rawValue) \(message.at.minuteOfDay) from \(oneLine(message.sender))"
  }

  /// What is told of messages that have just come; nil: none has.
  ///
  /// - Parameters:
  ///   - fresh: the newest first.
  ///   - isInView: whether the list of messages is on the screen.
  static func arrival(_ fresh: [InboxMessage], isInView: Bool) -> String? {
    guard let last = fresh.first else { return nil }
    let way =
      isInView
      ? "g goes to it: "
      : fresh.count > 1 ? "M reads \(fresh.count) messages, the last " : "M reads it: "
    // What to do stands first: what comes after it may be cut off.
    return "\(way)\(heading(last)): \(oneLine(last.text))"
  }

  /// `tomas answered 21:47: We are on it.`
  static func answer(_ answer: InboxMessage.Answer) -> String {
    "\(answer.by) answered \(answer.at.minuteOfDay): \(answer.text)"
  }

  /// The first line of a text, as much of it as a line can hold.
  static func oneLine(_ text: String) -> String {
    let line = text.prefix(2_000).split(whereSeparator: \.isNewline).first { line in
      line.contains { !$0.isWhitespace }
    }
    return String((line ?? "").prefix(300))
  }

  /// `new`, `answered`, or nothing.
  static func standing(_ message: InboxMessage, isRead: Bool) -> (String, Style) {
    if !message.answers.isEmpty { return ("answered", .good) }
    return isRead ? ("read", .dim) : ("new", .waiting)
  }

  /// All of them, whole.
  static func lines(_ messages: [InboxMessage], isRead: (InboxMessage) -> Bool) -> [String] {
    guard !messages.isEmpty else { return ["No message has come."] }
    return messages.flatMap { message in
      ["\(heading(message)) (\(standing(message, isRead: isRead(message)).0))"]
        + message.text.split(whereSeparator: \.isNewline).map { "  \($0)" }
        + message.answers.map { "  \(answer($0))" }
    }
  }
}
