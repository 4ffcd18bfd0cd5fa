internal import Runbooks

/// `reports.tlsrpt`: how senders fared with TLS to a domain's hosts, by their reports (RFC 8460).
struct TLSReports: CommandOperation {
  private static let since = ReportsFamily.since(7)

  private static let reports = ResultField<Int>("reports", help: "reports that were counted")
  private static let duplicates = ResultField<Int>(
    "duplicates",
    help: "reports that came again and count once"
  )
  private static let damaged = ResultField<[String]>(
    "damaged",
    help: "reports that cannot be read, `message UID, FILE: why`; after 50 how many more"
  )
  private static let successful = ResultField<Int>("sessions", help: "sessions that were good")
  private static let failed = ResultField<Int>("failed", help: "sessions that failed")
  private static let failures = ResultField<[String]>(
    "failures",
    help: "`TYPE COUNT` of failed sessions by result type, most first, e.g. `certificate-expired 3`"
  )
  private static let days = ResultField<Int>("days", help: "days (UTC) that reports are of")
  private static let first = ResultField<String>("first", help: "begin of the first; empty: none")
  private static let last = ResultField<String>("last", help: "end of the last; empty: none")

  let declaration = OperationDeclaration(
    "reports.tlsrpt",
    "Adds up what senders report of TLS with the domain: sessions that were good, and that failed.",
    parameters: [
      since, MailPolicyFamily.domain, ReportsFamily.user, DovecotFamily.service.container,
    ],
    results: [
      reports, duplicates, damaged, successful, failed, failures, days, first, last,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [try ReportsFamily.command(try call[Self.since], call)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let totals = TLSTotals(of: try call[MailPolicyFamily.domain])
    return .readReports(commands[0], into: totals) { Self.result($0) }
  }

  private static func result(_ reading: ReportIntake<TLSTotals>.Reading) -> OperationResult {
    let (totals, ledger) = (reading.totals, reading.totals.ledger)
    let types = totals.failedByType
    var summary =
      "\(counted(ledger.reports, "report")) on TLS with \(capped(ledger.domain, 120)), of "
      + "\(counted(ledger.days, "day")): \(counted(totals.successful, "session")) good, "
      + "\(totals.failed) failed"
    if let top = types.first { summary += "; most by \(top)" }
    if reading.damagedCount > 0 {
      summary += "; \(counted(reading.damagedCount, "report")) cannot be read"
    }
    return OperationResult(
      [
        reports(ledger.reports), duplicates(ledger.duplicates), damaged(reading.damage),
        successful(totals.successful), failed(totals.failed), failures(Array(types.prefix(50))),
        days(ledger.days),
        first(ledger.first > 0 ? KubernetesObjects.timestamp(ledger.first) : ""),
        last(ledger.last > 0 ? KubernetesObjects.timestamp(ledger.last) : ""),
      ],
      summary: summary + "."
    )
  }
}
