/// An aggregate report (RFC 9990, before RFC 7489 appendix C), added up.
struct DMARCReport: Sendable {
  fileprivate(set) var organisation = ""
  fileprivate(set) var identifier = ""
  /// The domain whose policy was found, in small letters.
  fileprivate(set) var domain = ""
  /// What was published then, e.g. `p=none sp=none`.
  fileprivate(set) var policy = ""
  fileprivate(set) var begin = 0
  fileprivate(set) var end = 0
  fileprivate(set) var messages = 0
  /// Messages that passed: by DKIM or by SPF, aligned.
  fileprivate(set) var aligned = 0
  /// Messages that did not, by the address they came from.
  fileprivate(set) var failing: [String: Int] = [:]

  /// Rows that a report can have, and messages in one of them.
  private static let rows = 50_000
  private static let messagesOfRow = 10_000_000

  /// Reads one as it is attached.
  ///
  /// - Throws: where any part of it is not understood: half a report is none.
  static func read(_ packed: [UInt8]) throws(ReportDamage) -> DMARCReport {
    let draft = Draft()
    let reader = try XMLReader { path, text in draft.take(path, text) }
    try Unpacking.open(packed) { piece throws(ReportDamage) in
      try reader.take(piece)
      if let damage = draft.damage { throw damage }
    }
    try reader.take([], isLast: true)
    return try draft.finish()
  }

  /// A report while it is read; a class because the reader of XML calls back.
  private final class Draft {
    private var report = DMARCReport()
    private var row = Row()
    private var rows = 0
    private var policy: [String] = []
    private var isReport = false
    private(set) var damage: ReportDamage?

    private struct Row {
      var source = ""
      var count = ""
      var passes = false
    }

    func take(_ path: String, _ text: String) {
      let text = text.trimmed
      switch path {
      case "/feedback": isReport = true
      case "/feedback/report_metadata/org_name": report.organisation = capped(text)
      case "/feedback/report_metadata/report_id": report.identifier = capped(text)
      case "/feedback/report_metadata/date_range/begin": report.begin = Int(text) ?? -1
      case "/feedback/report_metadata/date_range/end": report.end = Int(text) ?? -1
      case "/feedback/policy_published/domain": report.domain = DNSName.canonical(text)
      case "/feedback/policy_published/p": policy.append("p=\(capped(text, 20))")
      case "/feedback/policy_published/sp": policy.append("sp=\(capped(text, 20))")
      case "/feedback/record/row/source_ip": row.source = text
      case "/feedback/record/row/count": row.count = text
      case "/feedback/record/row/policy_evaluated/dkim",
        "/feedback/record/row/policy_evaluated/spf":
        if text.lowercased() == "pass" { row.passes = true }
      case "/feedback/record": endRow()
      default: break
      }
    }

    private func endRow() {
      defer { row = Row() }
      rows += 1
      guard rows <= DMARCReport.rows else {
        return fail("it has more than \(DMARCReport.rows) rows")
      }
      guard let source = IPAddress(row.source)?.text else {
        return fail("a row has no address of a source")
      }
      guard let count = Int(row.count), (0...DMARCReport.messagesOfRow).contains(count) else {
        return fail("a row has no number of messages")
      }
      report.messages += count
      if row.passes {
        report.aligned += count
      } else if count > 0 {
        report.failing[source, default: 0] += count
      }
    }

    private func fail(_ why: String) { damage = damage ?? ReportDamage(why) }

    func finish() throws(ReportDamage) -> DMARCReport {
      if let damage { throw damage }
      guard isReport else { throw ReportDamage("its XML is no aggregate report") }
      guard !report.organisation.isEmpty, !report.identifier.isEmpty, !report.domain.isEmpty else {
        throw ReportDamage("it does not say who reports, its id or the domain")
      }
      guard report.begin >= 0, report.end >= report.begin, report.end < 1 << 40 else {
        throw ReportDamage("it does not say of which time it is")
      }
      report.policy = EscapedText.escaped(policy.joined(separator: " "), 60)
      return report
    }
  }
}

extension String {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    let rest = drop(while: \.isWhitespace)
    return String(rest.reversed().drop(while: \.isWhitespace).reversed())
  }
}
