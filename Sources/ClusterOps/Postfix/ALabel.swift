/// The ASCII form of a domain written in Unicode (RFC 5890, RFC 3492), by which both spellings
/// of one domain are one.
///
/// Letters are made lower case; nothing else is mapped or composed (RFC 5895 would need tables),
/// so that a domain in an unusual spelling stays one of its own.
enum ALabel {
  /// `пример.test` as `xn--e1afmkfd.test`; nil: it is ASCII already, or no text.
  static func domain(_ domain: some Collection<UInt8>) -> [UInt8]? {
    guard domain.contains(where: { $0 >= 0x80 }), domain.count <= 320,
      let text = String(validating: domain, as: UTF8.self)
    else { return nil }
    var labels: [[UInt8]] = []
    for label in text.lowercased().split(separator: ".", omittingEmptySubsequences: false) {
      if label.utf8.allSatisfy({ $0 < 0x80 }) {
        labels.append(Array(label.utf8))
      } else {
        guard label.unicodeScalars.count <= 63 else { return nil }
        labels.append(Array("xn--".utf8) + punycode(label.unicodeScalars.map(\.value)))
      }
    }
    return Array(labels.joined(separator: [UInt8(ascii: ".")]))
  }

  /// RFC 3492, section 6.3; at most 63 scalars, so that nothing overflows.
  private static func punycode(_ scalars: [UInt32]) -> [UInt8] {
    var out = scalars.filter { $0 < 0x80 }.map { UInt8(truncatingIfNeeded: $0) }
    let basic = out.count
    var handled = basic
    if basic > 0 { out.append(UInt8(ascii: "-")) }
    var code = 128
    var delta = 0
    var bias = 72
    while handled < scalars.count {
      let next = scalars.lazy.map(Int.init).filter { $0 >= code }.min() ?? code
      delta += (next - code) * (handled + 1)
      code = next
      for scalar in scalars.lazy.map(Int.init) {
        if scalar < code { delta += 1 }
        guard scalar == code else { continue }
        var quotient = delta
        var step = 36
        while true {
          let limit = min(max(step - bias, 1), 26)
          if quotient < limit { break }
          out.append(digit(limit + (quotient - limit) % (36 - limit)))
          quotient = (quotient - limit) / (36 - limit)
          step += 36
        }
        out.append(digit(quotient))
        bias = adapted(delta, points: handled + 1, isFirst: handled == basic)
        delta = 0
        handled += 1
      }
      delta += 1
      code += 1
    }
    return out
  }

  private static func digit(_ value: Int) -> UInt8 {
    UInt8(truncatingIfNeeded: value < 26 ? value + 0x61 : value - 26 + 0x30)
  }

  private static func adapted(_ delta: Int, points: Int, isFirst: Bool) -> Int {
    var delta = isFirst ? delta / 700 : delta / 2
    delta += delta / points
    var k = 0
    while delta > 455 {
      delta /= 35
      k += 36
    }
    return k + 36 * delta / (delta + 38)
  }
}
