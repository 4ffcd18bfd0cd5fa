/// A listening TCP socket of `/proc/net/tcp` or `tcp6`.
struct Listener: Hashable, Comparable {
  /// As a person writes it: `0.0.0.0`, `::1`.
  let address: String
  let port: Int
  let isIPv6: Bool

  var isLoopback: Bool {
    address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
  }
  var text: String { isIPv6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

  static func < (a: Listener, b: Listener) -> Bool {
    (a.port, a.isIPv6 ? 1 : 0, a.address) < (b.port, b.isIPv6 ? 1 : 0, b.address)
  }

  /// The listeners, each once, by port.
  static func read(_ text: String) -> [Listener] {
    Set(text.split(separator: "\n").compactMap(listener)).sorted()
  }

  private static func listener(_ line: Substring) -> Listener? {
    // "sl: local remote st …": 0A is TCP_LISTEN (include/net/tcp_states.h).
    let fields = line.split(separator: " ")
    guard fields.count > 3, fields[3] == "0A" else { return nil }
    let parts = fields[1].split(separator: ":")
    guard parts.count == 2, let port = Int(parts[1], radix: 16),
      let bytes = hostOrderBytes(parts[0])
    else { return nil }
    guard bytes.count == 16 else {
      return Listener(
        address: bytes.map(String.init).joined(separator: "."),
        port: port,
        isIPv6: false
      )
    }
    return Listener(address: ipv6(bytes), port: port, isIPv6: true)
  }

  /// The address in the order of the network; the kernel prints 32-bit words of the machine.
  private static func hostOrderBytes(_ hex: Substring) -> [UInt8]? {
    guard hex.count == 8 || hex.count == 32 else { return nil }
    var bytes: [UInt8] = []
    var rest = hex
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
      rest = rest.dropFirst(8)
    }
    return bytes
  }

  private static func ipv6(_ bytes: [UInt8]) -> String {
    let zeros = bytes.prefix(while: { $0 == 0 }).count
    if zeros == 16 { return "::" }
    if zeros == 15, bytes[15] == 1 { return "::1" }
    if zeros == 10, bytes[10] == 0xFF, bytes[11] == 0xFF {
      return "::ffff:" + bytes[12...].map { String($0) }.joined(separator: ".")
    }
    return stride(from: 0, to: 16, by: 2).map {
      String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
    }.joined(separator: ":")
  }
}
