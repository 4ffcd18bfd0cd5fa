/// Whose words a delay reason holds.
struct ReasonHops: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  /// Nobody's reply: what our own Postfix met.
  static let event = Self(rawValue: 1)
  /// Our relay, while we log in to it.
  static let login = Self(rawValue: 2)
  /// A service of our own: a socket, loopback, or a name and address inside the cluster.
  static let service = Self(rawValue: 4)
  /// A receiver, instead of a greeting.
  static let greeting = Self(rawValue: 8)
  /// A receiver, during the conversation.
  static let receiver = Self(rawValue: 16)

  static let remote: Self = [.greeting, .receiver]
  static let any: Self = [.event, .login, .service, .greeting, .receiver]
}
