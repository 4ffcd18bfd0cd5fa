/// What reports of one kind come to.
protocol ReportTotals: Sendable {
  static var kind: ReportKind { get }
  var ledger: ReportLedger { get }

  /// Adds a report as it is attached; one that is no good adds nothing.
  mutating func add(_ packed: [UInt8]) throws(ReportDamage)
}

/// Which reports on a domain were counted, and of which time they are.
struct ReportLedger: Sendable {
  /// Reports that are counted, so that what is kept of them is bounded.
  static let limit = 20_000

  let domain: String
  private(set) var reports = 0
  private(set) var duplicates = 0
  /// Begin of the first and end of the last, in seconds since 1970; 0: there is none.
  private(set) var first = 0
  private(set) var last = 0
  /// Whether there are more than are counted.
  private(set) var isFull = false
  private var seen: Set<String> = []
  private var daysCovered: Set<Int> = []

  init(of domain: String) { self.domain = domain }

  /// Days (UTC) that a report is of.
  var days: Int { daysCovered.count }

  /// Whether a domain is the one, or below it.
  func isOurs(_ name: String) -> Bool { name == domain || name.hasSuffix(".\(domain)") }

  /// Whether a report is to be counted: it came for the first time (RFC 9990: who reports, and the
  /// report's id, tell one from the next).
  mutating func admits(
    _ organisation: String,
    _ identifier: String,
    _ domain: String,
    from begin: Int,
    to end: Int
  ) -> Bool {
    let key = [organisation.lowercased(), identifier, domain].joined(separator: "\n")
    guard !seen.contains(key) else {
      duplicates += 1
      return false
    }
    guard seen.count < Self.limit else {
      isFull = true
      return false
    }
    seen.insert(key)
    reports += 1
    first = reports == 1 ? begin : min(first, begin)
    last = max(last, end)
    // Of more than a month no report is; and 400 days are more than anybody asks for.
    let (begin, end) = (begin / 86_400, max(begin, end - 1) / 86_400)
    for day in begin...min(end, begin + 31) where daysCovered.count < 400 {
      daysCovered.insert(day)
    }
    return true
  }
}

/// What aggregate reports on a domain come to.
struct DMARCTotals: ReportTotals {
  static let kind = ReportKind.dmarc

  private(set) var ledger: ReportLedger
  private(set) var messages = 0
  private(set) var aligned = 0
  /// Messages from addresses of ours that did not pass.
  private(set) var oursFailing = 0
  /// Messages that did not pass, by source, of the first 10,000 sources.
  private(set) var failing: [String: Int] = [:]
  /// As the newest report saw it.
  private(set) var policy = ""
  private var policySeen = -1
  private let ours: Set<String>

  private static let sources = 10_000

  /// - Parameter ours: the addresses that send our mail.
  init(of domain: String, ours: [String]) {
    ledger = ReportLedger(of: domain)
    self.ours = Set(ours)
  }

  /// Of 100 messages, how many passed; rounded down, 0 where there is none.
  var percent: Int { messages > 0 ? aligned * 100 / messages : 0 }

  /// `ADDRESS COUNT`, most messages first.
  var failingSources: [String] {
    failing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
  }

  mutating func add(_ packed: [UInt8]) throws(ReportDamage) {
    let report = try DMARCReport.read(packed)
    guard ledger.isOurs(report.domain),
      ledger.admits(
        report.organisation,
        report.identifier,
        report.domain,
        from: report.begin,
        to: report.end
      )
    else { return }
    messages += report.messages
    aligned += report.aligned
    for (source, count) in report.failing {
      if ours.contains(source) { oursFailing += count }
      if failing[source] != nil || failing.count < Self.sources {
        failing[source, default: 0] += count
      }
    }
    if report.end > policySeen { (policy, policySeen) = (report.policy, report.end) }
  }
}

/// What reports on TLS with a domain come to.
struct TLSTotals: ReportTotals {
  static let kind = ReportKind.tls

  private(set) var ledger: ReportLedger
  private(set) var successful = 0
  private(set) var failed = 0
  /// Failed sessions by result type, of the first 100 types.
  private var failures: [String: Int] = [:]

  private static let types = 100

  init(of domain: String) { ledger = ReportLedger(of: domain) }

  /// `TYPE COUNT`, most sessions first.
  var failedByType: [String] {
    failures.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
  }

  mutating func add(_ packed: [UInt8]) throws(ReportDamage) {
    let report = try TLSReport.read(packed)
    // Where no policy was found, some name no domain.
    let policies = report.policies.filter { $0.domain.isEmpty || ledger.isOurs($0.domain) }
    guard !policies.isEmpty,
      ledger.admits(
        report.organisation,
        report.identifier,
        ledger.domain,
        from: report.begin,
        to: report.end
      )
    else { return }
    for policy in policies {
      successful = Self.sum(successful, policy.successful)
      failed = Self.sum(failed, policy.failed)
      for (type, count) in policy.failures where count > 0 {
        let type = EscapedText.escaped(type, 60)
        if failures[type] != nil || failures.count < Self.types {
          failures[type] = Self.sum(failures[type] ?? 0, count)
        }
      }
    }
  }

  /// The sum, no larger than a number of sessions can be.
  private static func sum(_ one: Int, _ other: Int) -> Int { min(one + other, 1 << 53) }
}
