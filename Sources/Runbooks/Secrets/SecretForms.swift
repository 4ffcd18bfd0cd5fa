/// The byte patterns by which a secret is found, beside the escapes that ``ByteEncoding`` undoes.
///
/// Line ends count in no pattern: programs wrap long lines, and so do terminals.
struct SecretForms {
  /// A text to look for.
  struct Pattern: Hashable {
    let bytes: [UInt8]
    /// Whether the base64 digit before and after it tells bits of the secret as well.
    var hasLead = false
    var hasTrail = false
  }

  /// The least bytes of a secret, line ends apart: what is shorter is found everywhere.
  static let minimum = 4
  /// The most bytes of a secret; a private key of 16,384 bits has 12,700.
  static let maximum = 16_384

  let patterns: Set<Pattern>

  init(of secret: [UInt8]) {
    var patterns: Set<Pattern> = []
    func add(_ bytes: [UInt8], _ hasLead: Bool = false, _ hasTrail: Bool = false) {
      let bytes = bytes.filter { !Self.isLineEnd($0) }
      guard bytes.count >= Self.minimum else { return }
      patterns.insert(Pattern(bytes: bytes, hasLead: hasLead, hasTrail: hasTrail))
    }
    let spellings = [
      secret, Self.jsonEscaped(secret, slashes: false), Self.jsonEscaped(secret, slashes: true),
    ]
    for spelling in Set(spellings) {
      add(spelling)
      for alignment in 0..<3 {
        for alphabet in [Self.standardAlphabet, Self.urlAlphabet] {
          let (digits, lead, trail) = Self.base64(spelling, after: alignment, in: alphabet)
          add(digits, lead, trail)
        }
      }
    }
    add(Self.hex(secret, Array("0123456789abcdef".utf8)))
    add(Self.hex(secret, Array("0123456789ABCDEF".utf8)))
    // Of a secret with several lines, programs quote one.
    for line in secret.split(whereSeparator: Self.isLineEnd) where line.count >= 2 * Self.minimum {
      add(Array(line))
    }
    self.patterns = patterns
  }

  static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

  static func isBase64Digit(_ byte: UInt8) -> Bool { base64Digits[Int(byte)] }

  private static let base64Digits: [Bool] = {
    var digits = [Bool](repeating: false, count: 256)
    for digit in standardAlphabet + urlAlphabet { digits[Int(digit)] = true }
    return digits
  }()

  private static let standardAlphabet = alphabet("+/")
  private static let urlAlphabet = alphabet("-_")

  private static func alphabet(_ last: String) -> [UInt8] {
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(last)".utf8)
  }

  /// The base64 digits (RFC 4648) that the secret alone decides when it stands after so many bytes
  /// of something else, and whether a digit before and after them has bits of both.
  private static func base64(
    _ secret: [UInt8],
    after before: Int,
    in alphabet: [UInt8]
  ) -> (digits: [UInt8], hasLead: Bool, hasTrail: Bool) {
    let first = 8 * before
    let end = first + 8 * secret.count
    let bytes = [UInt8](repeating: 0, count: before) + secret
    var digits: [UInt8] = []
    var bit = (first + 5) / 6 * 6
    while bit + 6 <= end {
      let high = Int(bytes[bit / 8]) << 8
      let low = bit / 8 + 1 < bytes.count ? Int(bytes[bit / 8 + 1]) : 0
      digits.append(alphabet[(high | low) >> (10 - bit % 8) & 63])
      bit += 6
    }
    return (digits, first % 6 != 0, end % 6 != 0)
  }

  private static func hex(_ secret: [UInt8], _ digits: [UInt8]) -> [UInt8] {
    secret.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }

  /// As most writers of JSON escape it, for what is encoded once more.
  private static func jsonEscaped(_ secret: [UInt8], slashes: Bool) -> [UInt8] {
    secret.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "/") where slashes: [UInt8(ascii: "\\"), byte]
      case 0x0A: Array(#"\n"#.utf8)
      case 0x0D: Array(#"\r"#.utf8)
      case 0x09: Array(#"\t"#.utf8)
      case 0..<0x20: Array(#"\u00"#.utf8) + hex([byte], Array("0123456789abcdef".utf8))
      default: [byte]
      }
    }
  }
}
