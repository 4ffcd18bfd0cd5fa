internal import Runbooks

/// Domain names as operations have them: lower case, without the dot at the end; `.` for the root.
enum DNSName {
  /// The canonical form of a name as programs print it (RFC 1035 §5.1), so that two ways to escape
  /// the same octet are the same name.
  static func canonical(_ text: String) -> String {
    var out = ""
    for octet in octets(Array(text.utf8)) {
      let byte = (0x41...0x5A).contains(octet.byte) ? octet.byte + 32 : octet.byte
      if !(0x21...0x7E).contains(byte) {
        out += DNSText.decimal(byte)
      } else if octet.isEscaped, byte == UInt8(ascii: ".") || byte == UInt8(ascii: "\\") {
        out += "\\" + String(UnicodeScalar(byte))
      } else {
        out += String(UnicodeScalar(byte))
      }
    }
    if out.count > 1, out.hasSuffix("."), !out.hasSuffix("\\.") { out.removeLast() }
    return out
  }

  /// Octets of presentation format, and which of them an escape stood for.
  static func octets(_ text: [UInt8]) -> [(byte: UInt8, isEscaped: Bool)] {
    var out: [(byte: UInt8, isEscaped: Bool)] = []
    var at = 0
    while at < text.count {
      guard text[at] == UInt8(ascii: "\\"), at + 1 < text.count else {
        out.append((text[at], false))
        at += 1
        continue
      }
      let digits = text[(at + 1)...].prefix(3)
      if digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
        let byte = UInt8(String(decoding: digits, as: UTF8.self))
      {
        out.append((byte, true))
        at += 4
      } else {
        out.append((text[at + 1], true))
        at += 2
      }
    }
    return out
  }

  /// Whether a canonical name can be an argument of a program: letters, digits, hyphens,
  /// underscores, a star, labels of 1 to 63 octets, 253 in all (RFC 1035 §2.3.4).
  static func isPlain(_ name: String) -> Bool {
    guard name != "." else { return true }
    let labels = name.split(separator: ".", omittingEmptySubsequences: false)
    return name.utf8.count <= 253 && !name.hasPrefix("-")
      && labels.allSatisfy { label in
        (1...63).contains(label.utf8.count)
          && label.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || "-_*/".utf8.contains($0)
          }
      }
  }

  /// The canonical form of an argument; refuses what is no name.
  static func checked(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let canonical = canonical(text)
    guard isPlain(canonical) else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give a domain name such as _dmarc.example.org; other letters as an A-label "
          + "(xn--…)."
      )
    }
    return canonical
  }
}
