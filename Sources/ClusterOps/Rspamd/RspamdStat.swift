internal import Runbooks

/// `rspamd.stat`: what Rspamd counted since it started, by `rspamc stat`.
struct RspamdStat: CommandOperation {
  private static let version = ResultField<String>("version", help: "its version")
  private static let uptime = ResultField<Int>("uptime_seconds", help: "how long it runs")
  private static let scanned = ResultField<Int>("scanned", help: "messages it looked at")
  private static let spam = ResultField<Int>(
    "spam",
    help: "of these those it did more to than to let them through"
  )
  private static let ham = ResultField<Int>("ham", help: "those it let through")
  private static let rejected = ResultField<Int>("rejected", help: "those it refused")
  private static let deferred = ResultField<Int>(
    "deferred",
    help: "those whose sender has to try again: soft rejects and greylisting"
  )
  private static let marked = ResultField<Int>(
    "marked",
    help: "those marked as spam: a header or another subject"
  )
  private static let learned = ResultField<Int>("learned", help: "messages it was taught with")
  private static let milliseconds = ResultField<Int>(
    "milliseconds",
    help: "how long its latest messages took on average; -1: none yet"
  )

  let declaration = OperationDeclaration(
    "rspamd.stat",
    "Reads what Rspamd did with messages since it started.",
    parameters: [RspamdFamily.port, RspamdFamily.service.container],
    results: [
      version, uptime, scanned, spam, ham, rejected, deferred, marked, learned, milliseconds,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [try RspamdFamily.service.command(try RspamdFamily.argv("stat", call), call)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      .done(Self.result(try RspamdFamily.read(Reply.self, outcome, of: commands[0])))
    }
  }

  /// Rspamd's JSON, as version 3.4 has it.
  private struct Reply: Decodable {
    enum CodingKeys: String, CodingKey {
      case version, uptime, scanned, learned, actions
      case spam = "spam_count"
      case ham = "ham_count"
      case times = "scan_times"
    }

    let version: String
    let uptime: Int
    let scanned: Int
    let learned: Int
    let spam: Int
    let ham: Int
    let actions: [String: Int]
    /// Seconds; null where there were fewer messages than places.
    let times: [Double?]?
  }

  private static func result(_ reply: Reply) -> OperationResult {
    func sum(_ actions: String...) -> Int {
      actions.reduce(0) { $0.addingReportingOverflow(reply.actions[$1] ?? 0).partialValue }
    }
    let rejected = sum("reject")
    let deferred = sum("soft reject", "greylist")
    let times = (reply.times ?? []).compactMap(\.self).filter { 0..<1e6 ~= $0 }
    let average = times.isEmpty ? -1 : Int(times.reduce(0, +) / Double(times.count) * 1_000)
    return OperationResult(
      [
        version(capped(reply.version, 40)), uptime(reply.uptime), scanned(reply.scanned),
        spam(reply.spam), ham(reply.ham), Self.rejected(rejected),
        Self.deferred(deferred), marked(sum("add header", "rewrite subject")),
        learned(reply.learned), milliseconds(average),
      ],
      summary: "Rspamd looked at \(counted(reply.scanned, "message")) since it started "
        + "\(DurationText.format(.seconds(max(0, reply.uptime)))) ago: \(rejected) refused, "
        + "\(deferred) put off, \(reply.ham) let through."
    )
  }
}
