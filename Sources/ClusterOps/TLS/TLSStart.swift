/// How a TLS session begins on a port.
enum TLSStart: String, ArgumentChoice {
  /// As is customary on the port.
  case auto
  /// With the first byte (RFC 8314).
  case implicit
  case smtp, imap, pop3, sieve

  /// The options of openssl-s_client(1) that begin it.
  func options(on port: Int) -> [String] {
    switch self {
    case .implicit: []
    case .auto: Self.customary(on: port).map { ["-starttls", $0.rawValue] } ?? []
    case .smtp, .imap, .pop3, .sieve: ["-starttls", rawValue]
    }
  }

  /// The protocol that STARTTLS belongs to on a port; nil: TLS begins with the first byte.
  private static func customary(on port: Int) -> TLSStart? {
    switch port {
    case 25, 587, 2525: .smtp
    case 143: .imap
    case 110: .pop3
    case 4190: .sieve
    default: nil
    }
  }
}
