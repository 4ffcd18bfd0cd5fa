/// Whose fault it is that a message waits, by the hop whose words say so.
public enum ReasonFault: String, Sendable, Hashable, CaseIterable {
  /// We mend it: waiting changes nothing.
  case us
  /// The service that takes our mail onward, under the account we have there.
  case provider
  /// The servers of the recipient's domain.
  case receiver
  /// The one mailbox that is written to.
  case recipient
  /// Nobody: it passes by itself.
  case nobody
  /// The text does not say.
  case unknown

  /// Whose it is, in words.
  public var words: String {
    switch self {
    case .us: "ours"
    case .provider: "our provider's"
    case .receiver: "the receiver's"
    case .recipient: "the recipient's"
    case .nobody: "nobody's: wait"
    case .unknown: "not known"
    }
  }
}
