/// Why a message is still in the queue, as far as it matters for what to do.
public enum ReasonClass: UInt8, Sendable, Hashable, CaseIterable {
  /// No delivery was attempted yet, or none is recorded.
  case none
  /// Nothing listens at the destination.
  case connectionRefused
  /// The destination does not answer, or stopped answering.
  case timeout
  /// There is no way to the destination's address.
  case noRoute
  /// The destination's name does not resolve.
  case dns
  /// The connection cannot be secured as our policy demands.
  case tls
  /// The receiver limits how much we may send: 421, 450 and 451 with 4.7, `rate`, `too many`.
  case throttled
  /// The receiver asks to try again once, as it does with every stranger.
  case greylisted
  /// The recipient's mailbox takes no more.
  case mailboxFull
  /// The receiver answers with another temporary failure.
  case putOff
  /// The receiver answers with a permanent failure that is treated as temporary.
  case rejected
  /// The cause is on our side: a transport, a milter, LMTP, the configuration.
  case local
  /// A text of no known form.
  case other

  /// The word used in reports, results and selections.
  public var word: String {
    switch self {
    case .none: "none"
    case .connectionRefused: "connection_refused"
    case .timeout: "timeout"
    case .noRoute: "no_route"
    case .dns: "dns"
    case .tls: "tls"
    case .throttled: "throttled"
    case .greylisted: "greylisted"
    case .mailboxFull: "mailbox_full"
    case .putOff: "put_off"
    case .rejected: "rejected"
    case .local: "local"
    case .other: "other"
    }
  }

  public init?(word: String) {
    guard let reason = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = reason
  }

  /// Whether no conversation with the destination came about.
  public var isUnreachable: Bool {
    switch self {
    case .connectionRefused, .timeout, .noRoute, .dns, .tls: true
    default: false
    }
  }

  /// Whether the destination answered and put the message off.
  public var isPutOff: Bool {
    switch self {
    case .throttled, .greylisted, .putOff: true
    default: false
    }
  }
}

/// What a delay reason says.
struct Reason: Sendable, Hashable {
  var reasonClass: ReasonClass
  /// The receiving host as Postfix names it, as a range of the text; empty where none is named.
  var host: Range<Int>
  /// Its address, as a range of the text; empty where none is named.
  var address: Range<Int>
  /// The enhanced status code (RFC 3463) or the reply code, as a range of the text.
  var code: Range<Int>
}
