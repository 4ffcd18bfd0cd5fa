internal import Runbooks

/// What one server said to one question.
struct DNSReply: Hashable, Sendable {
  /// What is known of name and type by it.
  enum Status: String, Sendable {
    /// There are records (NOERROR with data).
    case found = "NOERROR"
    /// The name is there, records of the type are not (RFC 2308 §2.2).
    case noData = "NODATA"
    case noName = "NXDOMAIN"
    case serverFailure = "SERVFAIL"
    case refused = "REFUSED"
    /// It points elsewhere, or answers for a zone without being its server.
    case lame = "LAME"
    /// Another return code (RFC 6895 §2.3).
    case other = "OTHER"
    /// What it answered did not come whole, not even over TCP.
    case truncated = "TRUNCATED"
    /// It did not answer in time.
    case timeout = "TIMEOUT"
    /// No question could be sent to it.
    case unreachable = "UNREACHABLE"

    /// Whether it says what is published.
    var isVerdict: Bool { self == .found || self == .noData || self == .noName }
  }

  let question: DNSQuestion
  let server: DNSServer
  let status: Status
  /// The data of the records of the type, sorted (``DNSText/words(_:_:)``).
  var answers: [String] = []
  /// The data of the records that stand at the name itself, as kdig printed it; at most ``limit``.
  var presented: [String] = []
  /// Seconds, the least of the records.
  var ttl: Int?
  /// Seconds for which it may be kept that there is nothing: the SOA record's minimum or its own time
  /// to live, whichever is less (RFC 2308 §5); nil where it was not told.
  var negativeTTL: Int?
  /// Whether the server vouches for it by DNSSEC (AD).
  var isAuthenticated = false
  var isTruncated = false
  /// kdig's words, where it did not answer.
  var detail = ""

  /// Records that are taken of one answer.
  static let limit = 200

  /// The reply in a few words.
  var words: String {
    switch status {
    case .found: Self.list(answers)
    case .noData: "nothing of that type (NODATA)"
    case .noName: "no such name (NXDOMAIN)"
    default: "\(status.rawValue)"
    }
  }

  /// The first of many texts.
  static func list(_ texts: [String], _ count: Int = 3) -> String {
    let shown = texts.prefix(count).map { capped($0, 120) }.joined(separator: ", ")
    return texts.count > count ? "\(shown) and \(texts.count - count) more" : shown
  }
}

/// What one server said to all that it was asked.
struct DNSReplies: Sendable {
  let server: DNSServer
  private let byQuestion: [DNSQuestion: DNSReply]

  /// The reply to a question that was asked.
  subscript(question: DNSQuestion) -> DNSReply {
    byQuestion[question] ?? DNSReply(question: question, server: server, status: .timeout)
  }

  /// Reads what kdig printed.
  ///
  /// - Throws: where kdig itself is what is wrong; a server that is silent is a reply.
  init(
    _ outcome: CommandOutcome,
    to questions: [DNSQuestion],
    of server: DNSServer,
    by command: Command
  ) throws(OperationFailure) {
    guard !outcome.isTruncated, let messages = Kdig.messages(outcome.stdout) else {
      throw DNSFailure.malformed(server, command)
    }
    let complaint = DNSFailure.complaint(outcome)
    if outcome.exit != 0, complaint == nil { throw DNSFailure.failed(outcome, command) }
    var byQuestion: [DNSQuestion: DNSReply] = [:]
    for message in messages where message.code != nil {
      guard let type = DNSType(rawValue: message.type) else { continue }
      let question = DNSQuestion(name: DNSName.canonical(message.name), type: type)
      byQuestion[question] = DNSReply(message, to: question, of: server)
    }
    let isUnsent = complaint.map(DNSFailure.isUnsent) ?? false
    for question in questions where byQuestion[question] == nil {
      byQuestion[question] = DNSReply(
        question: question,
        server: server,
        status: isUnsent ? .unreachable : .timeout,
        detail: complaint ?? ""
      )
    }
    self.server = server
    self.byQuestion = byQuestion
  }
}

extension DNSReply {
  fileprivate init(_ message: Kdig.Message, to question: DNSQuestion, of server: DNSServer) {
    let records = message.answers.filter { $0.type == question.type.rawValue }.prefix(Self.limit)
    self.question = question
    self.server = server
    answers = Set(records.map { DNSText.words($0.type, $0.data) }).sorted()
    presented = records.filter { DNSName.canonical($0.name) == question.name }.map(\.data)
    ttl = records.map(\.ttl).min()
    negativeTTL = message.authorities.first { $0.type == DNSType.soa.rawValue }.flatMap { record in
      SOAData(DNSText.words(record.type, record.data)).map { min(record.ttl, $0.minimum) }
    }
    isAuthenticated = message.isAuthenticated
    isTruncated = message.isTruncated
    status = Self.status(message, answers, server)
  }

  private static func status(
    _ message: Kdig.Message,
    _ answers: [String],
    _ server: DNSServer
  ) -> Status {
    guard !message.isTruncated else { return .truncated }
    let isLame = server.isAuthority && !message.isAuthoritative
    switch message.code {
    case 0:
      if isLame { return .lame }
      guard answers.isEmpty else { return .found }
      // A referral (RFC 2308 §2.2) says nothing of the name itself.
      let types = Set(message.authorities.map(\.type))
      let isReferral = message.answers.isEmpty && types.contains("NS") && !types.contains("SOA")
      return isReferral && !message.isAuthoritative ? .lame : .noData
    case 2: return .serverFailure
    case 3: return isLame ? .lame : .noName
    case 5: return .refused
    default: return .other
    }
  }
}
