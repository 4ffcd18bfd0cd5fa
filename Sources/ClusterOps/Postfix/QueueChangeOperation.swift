internal import Runbooks

/// `postfix.hold`, `postfix.release`, `postfix.requeue`, `postfix.delete`: postsuper(1) on
/// selected messages.
///
/// Reads the queue anew, gives postsuper the ids of what matches now, then
/// reads once more: a message that left the queue in between explains a
/// difference in postsuper's count, one that is still as it was is a failure.
struct QueueChangeOperation: CommandOperation {
  enum Change: String, Sendable {
    case hold, release, requeue, delete
  }

  let change: Change
  let declaration: OperationDeclaration

  private static let exported = Parameter<[String]>(
    "exported",
    check: { ids, name throws(OperationFailure) in
      _ = try QueueSelection.checked(ids, name)
      return ids
    },
    help: "the `ids` of postfix.export; a selected message that is not among them refuses all"
  )

  private static let count = ResultField<Int>(
    "count",
    help: "messages changed, as postsuper counts them"
  )
  private static let selected = ResultField<Int>(
    "selected",
    help: "messages the selection matched"
  )
  private static let skipped = ResultField<Int>(
    "skipped",
    help: "of these, already so or gone before they could be changed"
  )
  private static let digest = ResultField<String>(
    "digest",
    help: "SHA-256 of the selected ids, sorted, one a line"
  )

  init(change: Change) {
    self.change = change
    declaration = OperationDeclaration(
      "postfix.\(change.rawValue)",
      change.summary,
      parameters: (change == .delete ? [Self.exported] : []) + QueueSelection.parameters,
      results: [Self.count, Self.selected, Self.skipped, Self.digest],
      risk: change == .delete ? .destructive : .change,
      isRepeatable: true
    )
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    _ = try selection(call)
    return [
      .postfix(["postqueue", "-j"], on: site, keep: 0, streams: false),
      .postfix(
        ["postsuper", change.option, "-"],
        on: site,
        inputDescription: "the queue ids of the selected messages, one a line",
        changes: true
      ),
      .postfix(["postqueue", "-j"], on: site, keep: 0, streams: false),
    ]
  }

  /// The ids of the messages that were copied before they may go; none for another change.
  private func exported(_ call: Call) throws(OperationFailure) -> [String] {
    change == .delete ? try call[Self.exported] : []
  }

  private func selection(_ call: Call) throws(OperationFailure) -> QueueSelection {
    let selection = try QueueSelection(call)
    _ = try exported(call)
    guard selection.isEverything else { return selection }
    throw OperationFailure(
      .refused,
      "no messages are selected, and \(change.verb) the whole queue is not on offer",
      advice: "Select by sender, domain, reason, queue, age or ids.",
      effect: .none
    )
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let site = call.site
    let selection = try selection(call)
    let exported = try exported(call)
    return .readQueue(commands[0], selection: selection, now: now, on: site) {
      report throws(OperationFailure) in
      try report.requireEnd("which messages \(selection.words) there are")
      let matched = report.selected
      guard !matched.isEmpty else {
        return try nothing(selection, report, exported, commands, site, now)
      }
      if change == .delete { try demandExport(of: matched, exported) }
      let ids = matched.filter { change.applies(to: $0.queue) }.map(\.id).sorted()
      let outset = Outset(
        ids: ids,
        matched: matched.count,
        words: selection.words,
        doubt: report.doubt
      )
      guard !ids.isEmpty else { return .done(result(outset, count: 0, gone: 0)) }
      return act(outset, commands, site, now)
    }
  }

  /// A named cause without a message is a failure, but for a deletion done before: then none of
  /// the exported messages is there any more.
  private func nothing(
    _ selection: QueueSelection,
    _ report: QueueReport,
    _ exported: [String],
    _ commands: [Command],
    _ site: Site,
    _ now: Int
  ) throws(OperationFailure) -> Procedure {
    if let doubt = report.doubt {
      throw OperationFailure(
        undetermined: "whether there are messages \(selection.words)",
        doubt
      )
    }
    let failure = QueueSelection.matchedNothing(selection)
    guard change == .delete, !exported.isEmpty else { throw failure }
    let copied = QueueSelection(ids: Set(exported))
    return .readQueue(commands[2], selection: copied, now: now, on: site) {
      report throws(OperationFailure) in
      try report.requireAll("whether the exported messages have left the queue")
      guard report.selected.isEmpty else { throw failure }
      let outset = Outset(ids: [], matched: 0, words: selection.words, doubt: nil)
      return .done(result(outset, count: 0, gone: exported.count))
    }
  }

  /// What was selected before anything was done.
  private struct Outset {
    let ids: [String]
    let matched: Int
    let words: String
    /// What the reading that selected them did not tell.
    let doubt: Doubt?
    var list: [UInt8] { QueueSelection.lines(ids) }
  }

  /// Nothing may be deleted that was not copied first.
  private func demandExport(
    of matched: [QueuedMessage],
    _ exported: [String]
  ) throws(OperationFailure) {
    let copied = Set(exported)
    let missing = matched.filter { !copied.contains($0.id) }
    guard !missing.isEmpty else { return }
    throw OperationFailure(
      .refused,
      "\(missing.count) of \(counted(matched.count, "selected message")) "
        + "\(missing.count == 1 ? "is" : "are") not in the export, e.g. \(missing[0].id)",
      advice: "Hold the messages, export them again with the same selection, and have the new "
        + "export approved.",
      effect: .none
    )
  }

  private func act(
    _ outset: Outset,
    _ commands: [Command],
    _ site: Site,
    _ now: Int
  ) -> Procedure {
    let acting = commands[1].feeding(outset.list)
    return .run(acting) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: acting)
      let count = PostsuperCount.read(outcome.stderrText, change.announcement)
      let touched = QueueSelection(ids: Set(outset.ids))
      return .readQueue(commands[2], selection: touched, now: now, on: site) {
        report throws(OperationFailure) in
        try settle(outset, count: count, after: report)
      }
    }
  }

  private func settle(
    _ outset: Outset,
    count: Int,
    after report: QueueReport
  ) throws(OperationFailure) -> Procedure {
    let unchanged = report.selected.filter { change.isUndone(in: $0.queue) }
    // A message that is seen where it was sent was changed, whatever of postsuper's words was lost.
    let seen = change.destination.map { place in report.selected.count { $0.queue == place } } ?? 0
    let done = max(count, seen)
    let gone = outset.ids.count - done
    guard unchanged.isEmpty, gone >= 0 else {
      throw OperationFailure(
        .failed,
        "postsuper was given \(counted(outset.ids.count, "message")) and says it "
          + "\(change.past) \(count); \(unchanged.count) of them "
          + "\(unchanged.count == 1 ? "is" : "are") still as before",
        advice: "Read the queue again and see which messages are concerned, then repeat the step.",
        effect: .unknown
      )
    }
    // Only a whole reading says of the rest that it is gone.
    if gone > 0, let doubt = report.doubt {
      throw OperationFailure(
        undetermined: "postsuper says it \(change.past) \(count) of "
          + "\(counted(outset.ids.count, "message")), and what became of \(gone) is not known",
        doubt,
        effect: .unknown
      )
    }
    return .done(result(outset, count: done, gone: gone))
  }

  private func result(_ outset: Outset, count: Int, gone: Int) -> OperationResult {
    let already = outset.matched - outset.ids.count
    var summary = "\(counted(count, "message")) \(outset.words) \(change.past)"
    if already > 0 { summary += ", \(already) needed nothing" }
    if gone > 0 { summary += ", \(gone) had left the queue" }
    let list = outset.list
    return OperationResult(
      [
        Self.count(count), Self.selected(outset.matched), Self.skipped(outset.matched - count),
        Self.digest(Digest(of: list).hex),
      ],
      summary: summary + (outset.doubt.map { "; \($0.words)" } ?? "") + ".",
      evidence: [Evidence(name: "queue ids", mediaType: "text/plain", bytes: list)],
      doubt: outset.doubt
    )
  }
}

extension QueueChangeOperation.Change {
  /// What it does, in one sentence.
  var summary: String {
    switch self {
    case .hold:
      "Puts the selected messages on hold; they stay in the queue and are not delivered."
    case .release: "Releases the selected messages from hold."
    case .requeue:
      "Takes the selected messages through the queue anew, so that changed maps apply to them."
    case .delete: "Deletes the selected messages for good, and only those that were exported."
    }
  }

  /// The option of postsuper(1).
  var option: String {
    switch self {
    case .hold: "-h"
    case .release: "-H"
    case .requeue: "-r"
    case .delete: "-d"
    }
  }

  /// What postsuper prints before its count.
  var announcement: String {
    switch self {
    case .hold: "Placed on hold"
    case .release: "Released from hold"
    case .requeue: "Requeued"
    case .delete: "Deleted"
    }
  }

  var verb: String {
    switch self {
    case .hold: "holding"
    case .release: "releasing"
    case .requeue: "requeueing"
    case .delete: "deleting"
    }
  }

  var past: String {
    switch self {
    case .hold: "put on hold"
    case .release: "released"
    case .requeue: "requeued"
    case .delete: "deleted"
    }
  }

  /// Whether there is something to do for a message in that queue; the queues
  /// are those postsuper(1) searches for the option.
  func applies(to queue: QueueName) -> Bool {
    switch self {
    case .hold: queue == .active || queue == .deferred || queue == .incoming
    case .release: queue == .hold
    case .requeue, .delete:
      queue == .hold || queue == .active || queue == .deferred || queue == .incoming
    }
  }

  /// The queue in which a changed message is found; nil where it may be in any or none.
  var destination: QueueName? {
    self == .hold ? .hold : nil
  }

  /// Whether a message found in that queue afterwards shows that nothing happened to it.
  func isUndone(in queue: QueueName) -> Bool {
    switch self {
    case .hold: queue != .hold
    case .release: queue == .hold
    // A requeued message may keep its id or get a new one.
    case .requeue: false
    case .delete: true
    }
  }
}

/// postsuper's own count: `postsuper: Placed on hold: 3 messages`.
enum PostsuperCount {
  /// The number after the announcement; 0 where postsuper prints none, as it does for no message.
  static func read(_ text: String, _ announcement: String) -> Int {
    for line in text.split(whereSeparator: \.isNewline) {
      guard let range = line.firstRange(of: announcement + ": ") else { continue }
      let digits = line[range.upperBound...].prefix { $0.isASCII && $0.isNumber }
      if let count = Int(digits) { return count }
    }
    return 0
  }
}
