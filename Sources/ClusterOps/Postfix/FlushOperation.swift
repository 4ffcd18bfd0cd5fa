internal import Runbooks

/// `postfix.flush`: `postqueue -f` for everything, `postqueue -i` for selected messages.
///
/// `postqueue -s DOMAIN` is not used: it works only for domains named in
/// `fast_flush_domains` (postqueue(1)), which by default are those we relay for.
struct FlushOperation: CommandOperation {
  private static let count = ResultField<Int>("count", help: "messages scheduled")
  private static let skipped = ResultField<Int>(
    "skipped",
    help: "selected messages that are not deferred"
  )
  private static let digest = ResultField<String>(
    "digest",
    help: "SHA-256 of the ids, sorted, one a line"
  )

  let declaration = OperationDeclaration(
    "postfix.flush",
    "Attempts delivery of the whole deferred queue, or of the selected messages, now.",
    parameters: QueueSelection.parameters,
    results: [count, skipped, digest],
    risk: .change,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    let selection = try QueueSelection(call)
    let flush: Command =
      selection.isEverything
      ? .postfix(["postqueue", "-f"], on: site, changes: true)
      : .postfix(
        ["xargs", "-r", "-n", "1", "postqueue", "-i"],
        on: site,
        inputDescription: "the queue ids of the selected messages, one a line",
        changes: true
      )
    return [.postfix(["postqueue", "-j"], on: site, keep: 0, streams: false), flush]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let site = call.site
    let selection = try QueueSelection(call)
    return .readQueue(commands[0], selection: selection, now: now, on: site) {
      report throws(OperationFailure) in
      try report.requireEnd("which messages \(selection.words) there are")
      if report.selected.isEmpty, !selection.isEverything || report.doubt != nil {
        try report.requireAll("whether there are messages \(selection.words)")
        throw QueueSelection.matchedNothing(selection)
      }
      let ids = report.selected.filter { $0.queue == .deferred }.map(\.id).sorted()
      let list = QueueSelection.lines(ids)
      let result = OperationResult(
        [
          Self.count(ids.count), Self.skipped(report.selected.count - ids.count),
          Self.digest(Digest(of: list).hex),
        ],
        summary:
          "Delivery of \(counted(ids.count, "message")) \(selection.words) is attempted now.",
        evidence: [Evidence(name: "queue ids", mediaType: "text/plain", bytes: list)],
        doubt: report.doubt
      )
      guard !ids.isEmpty else { return .done(result) }
      let acting = selection.isEverything ? commands[1] : commands[1].feeding(list)
      return .run(acting) { outcome throws(OperationFailure) in
        try PostfixFailure.require(outcome, of: acting)
        return .done(result)
      }
    }
  }
}
