internal import Runbooks

/// `reports.dmarc`: what receivers say of mail in a domain's name: how much of it passes DMARC, and
/// where the rest comes from (RFC 9990).
///
/// Reports are sent by strangers, and so is the mail they are about: a source that fails may be a
/// forger or a forgotten printer. Who it is a person has to say.
struct DMARCReports: CommandOperation {
  private static let since = ReportsFamily.since(14)

  private static let reports = ResultField<Int>("reports", help: "reports that were counted")
  private static let duplicates = ResultField<Int>(
    "duplicates",
    help: "reports that came again and count once"
  )
  private static let damaged = ResultField<[String]>(
    "damaged",
    help: "reports that cannot be read, `message UID, FILE: why`; after 50 how many more"
  )
  private static let messages = ResultField<Int>("messages", help: "messages in the domain's name")
  private static let aligned = ResultField<Int>(
    "aligned",
    help: "of these, those that pass: DKIM or SPF, aligned"
  )
  private static let percent = ResultField<Int>(
    "aligned_percent",
    help: "aligned of 100 messages, rounded down; 0 where there is none"
  )
  private static let failing = ResultField<[String]>(
    "sources_failing",
    help: "`ADDRESS COUNT` of messages that do not pass, most first, at most 50"
  )
  private static let ours = ResultField<Int>(
    "ours_failing",
    help: "messages from `addresses` that do not pass"
  )
  private static let days = ResultField<Int>("days", help: "days (UTC) that reports are of")
  private static let first = ResultField<String>("first", help: "begin of the first; empty: none")
  private static let last = ResultField<String>("last", help: "end of the last; empty: none")
  private static let policy = ResultField<String>(
    "policy",
    help: "what the newest report found published, e.g. `p=none sp=none`"
  )

  let declaration = OperationDeclaration(
    "reports.dmarc",
    "Adds up what receivers report of mail in the domain's name: how much passes DMARC, and who fails.",
    parameters: [
      since, MailPolicyFamily.domain, DNSArguments.addresses, ReportsFamily.user,
      DovecotFamily.service.container,
    ],
    results: [
      reports, duplicates, damaged, messages, aligned, percent, failing, ours, days, first, last,
      policy,
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
    let totals = DMARCTotals(
      of: try call[MailPolicyFamily.domain],
      ours: try call[DNSArguments.addresses]
    )
    return .readReports(commands[0], into: totals) { Self.result($0) }
  }

  private static func result(_ reading: ReportIntake<DMARCTotals>.Reading) -> OperationResult {
    let (totals, ledger) = (reading.totals, reading.totals.ledger)
    let sources = totals.failingSources
    var summary =
      "\(counted(ledger.reports, "report")) on \(capped(ledger.domain, 120)), of "
      + "\(counted(ledger.days, "day")): \(totals.percent) % of "
      + "\(counted(totals.messages, "message")) pass"
    if totals.oursFailing > 0 { summary += "; \(totals.oursFailing) of ours do not" }
    if let top = sources.first {
      summary += "; \(counted(sources.count, "failing source")), most messages \(top)"
    }
    if reading.damagedCount > 0 {
      summary += "; \(counted(reading.damagedCount, "report")) cannot be read"
    }
    return OperationResult(
      [
        reports(ledger.reports), duplicates(ledger.duplicates), damaged(reading.damage),
        messages(totals.messages), aligned(totals.aligned), percent(totals.percent),
        failing(Array(sources.prefix(50))), ours(totals.oursFailing), days(ledger.days),
        first(ledger.first > 0 ? KubernetesObjects.timestamp(ledger.first) : ""),
        last(ledger.last > 0 ? KubernetesObjects.timestamp(ledger.last) : ""),
        policy(totals.policy),
      ],
      summary: summary + "."
    )
  }
}
