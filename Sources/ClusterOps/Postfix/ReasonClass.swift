/// Why a message is still in the queue, as far as it matters for what to do.
///
/// What each means is in ``says``, ``fault`` and ``advice``; which text is of which class is
/// decided by the table in ``ReasonRule``.
public enum ReasonClass: UInt8, Sendable, Hashable, CaseIterable {
  /// No delivery was attempted yet, or none is recorded.
  case none
  /// Nothing listens at the destination.
  case connectionRefused
  /// The destination does not answer, or stopped answering.
  case timeout
  /// The connection ended before the destination's greeting.
  case droppedGreeting
  /// There is no way to the destination's address.
  case noRoute
  /// The destination's name does not resolve.
  case dns
  /// The connection cannot be secured as our policy demands.
  case tls
  /// The receiver limits how much we may send.
  case throttled
  /// It limits what comes from our address.
  case addressRate
  /// It limits what comes from our domain.
  case domainRate
  /// The receiver asks to try again once, as it does with every stranger.
  case greylisted
  /// The receiver answers with another temporary failure.
  case putOff
  /// The recipient's mailbox takes no more.
  case mailboxFull
  /// The recipient does not exist.
  case recipientUnknown
  /// The recipient's mailbox is switched off.
  case recipientDisabled
  /// This one recipient gets more than it may.
  case recipientBusy
  /// The receiver answers with a permanent failure that is treated as temporary.
  case rejected
  /// The relay does not accept our login.
  case relayRefusesUs
  /// Our account at the relay has used up its allowance.
  case relayLimit
  /// Our address or domain is on a list, or is not trusted.
  case reputation
  /// Neither SPF nor DKIM vouches for the mail.
  case unauthenticated
  /// SPF does not name our address.
  case spf
  /// A DKIM signature is missing or does not verify.
  case dkim
  /// The mail fails the DMARC policy of its domain.
  case dmarc
  /// Our address has no name, or its name has not our address.
  case ourPTR
  /// The name we greet with is none that is accepted.
  case ourHelo
  /// The domain of the sender does not resolve.
  case senderDomain
  /// The cause is on our side: a transport, a milter, LMTP, the configuration.
  case local
  /// A text of no known form.
  case other

  /// The word used in reports, results and selections.
  public var word: String { meaning.word }

  public init?(word: String) {
    guard let reason = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = reason
  }

  /// Whether no conversation with the destination came about.
  public var isUnreachable: Bool {
    switch self {
    case .connectionRefused, .timeout, .droppedGreeting, .noRoute, .dns, .tls: true
    default: false
    }
  }

  /// Whether the destination answered and put the message off for a while.
  public var isPutOff: Bool {
    switch self {
    case .throttled, .addressRate, .domainRate, .greylisted, .putOff, .relayLimit: true
    default: false
    }
  }

  /// Whether a text of this class names what is at fault (``ReasonSample/culprit``), so that equal
  /// words are not one example.
  var namesCulprit: Bool {
    switch self {
    case .relayRefusesUs, .relayLimit, .local, .ourPTR, .ourHelo, .senderDomain: true
    default: false
    }
  }
}
