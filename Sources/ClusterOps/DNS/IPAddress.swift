internal import Glibc
internal import Runbooks

/// An IPv4 or IPv6 address.
struct IPAddress: Hashable, Sendable {
  /// Four or sixteen octets, in network order.
  let octets: [UInt8]

  /// Reads it as inet_pton(3) does; nil where it is none.
  init?(_ text: String) {
    var buffer = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &buffer) == 1 {
      octets = Array(buffer.prefix(4))
    } else if inet_pton(AF_INET6, text, &buffer) == 1 {
      octets = buffer
    } else {
      return nil
    }
  }

  var isIPv6: Bool { octets.count == 16 }

  /// The form of RFC 5952.
  var text: String {
    var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = isIPv6 ? AF_INET6 : AF_INET
    guard inet_ntop(family, octets, &buffer, socklen_t(buffer.count)) != nil else { return "" }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Octets of IPv4 or nibbles of IPv6 in reverse order (RFC 1035 §3.5, RFC 3596 §2.5, RFC 5782).
  var reversed: String {
    guard isIPv6 else { return octets.reversed().map(String.init).joined(separator: ".") }
    return octets.reversed().flatMap { [$0 & 15, $0 >> 4] }.map { String($0, radix: 16) }
      .joined(separator: ".")
  }

  /// The name of its PTR record.
  var pointer: String { reversed + (isIPv6 ? ".ip6.arpa" : ".in-addr.arpa") }

  /// The type of the records that hold such addresses.
  var type: DNSType { isIPv6 ? .aaaa : .a }

  /// Whether nobody on the internet sees it: loopback, link-local, RFC 1918, RFC 6598, RFC 4193.
  var isPrivate: Bool {
    guard !isIPv6 else {
      return octets.dropLast().allSatisfy { $0 == 0 } || octets[0] & 0xFE == 0xFC
        || (octets[0] == 0xFE && octets[1] & 0xC0 == 0x80)
    }
    switch (octets[0], octets[1]) {
    case (0, _), (10, _), (127, _), (169, 254), (192, 168): return true
    case (172, let second): return (16...31).contains(second)
    case (100, let second): return (64...127).contains(second)
    default: return false
    }
  }

  /// The addresses of an argument, each once; refuses what is none.
  static func checked(_ texts: [String], _ name: String) throws(OperationFailure) -> [String] {
    var checked: [String] = []
    for text in texts {
      guard let address = IPAddress(text)?.text else {
        throw .refusedArgument(name, text, advice: "Give IPv4 or IPv6 addresses.")
      }
      if !checked.contains(address) { checked.append(address) }
    }
    guard (1...16).contains(checked.count) else {
      throw .refusedArgument(
        name,
        checked.isEmpty ? "none" : "\(checked.count) addresses",
        advice: "Give 1 to 16 addresses, or name the site's in site.yaml (`addresses`)."
      )
    }
    return checked
  }
}
