import Foundation
import TestSupport
import Testing

@testable import Runbooks

/// Secrets in every spelling and in pieces.
@Suite struct RedactorTests {
  static let alphabet = Array("abAB01 %+/\\\"\n=&:é😀-_.".utf8)

  static func secret(_ generator: inout SeededGenerator, _ length: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.filter({ $0 != 0x0A }).count < length {
      bytes += Array(
        String("abcABC019 %+/\\\"\n=&:é😀-_.".randomElement(using: &generator) ?? "a").utf8
      )
    }
    return bytes
  }

  private static func hex(_ byte: UInt8, _ isUpper: Bool) -> String {
    let text = String(byte, radix: 16, uppercase: isUpper)
    return text.count == 1 ? "0" + text : text
  }

  /// Everything a program may make of a secret before it prints it.
  static func spellings(
    of secret: [UInt8],
    _ generator: inout SeededGenerator
  ) throws -> [String: [UInt8]] {
    let text = String(decoding: secret, as: UTF8.self)
    var all: [String: [UInt8]] = ["as it is": secret]
    for (name, isUpper) in [("hex", false), ("HEX", true)] {
      all[name] = Array(secret.map { hex($0, isUpper) }.joined().utf8)
      all["percent \(name)"] = Array(secret.map { "%" + hex($0, isUpper) }.joined().utf8)
      let some = secret.map { byte -> String in
        Bool.random(using: &generator) || !(0x21..<0x7F).contains(byte) || byte == 0x25
          ? "%" + hex(byte, isUpper) : String(UnicodeScalar(byte))
      }
      all["some percent \(name)"] = Array(some.joined().utf8)
      all["form \(name)"] = Array(
        secret.map { $0 == 0x20 ? "+" : "%" + hex($0, isUpper) }.joined().utf8
      )
    }
    let json = try JSONEncoder().encode(text)
    all["JSON"] = Array(json.dropFirst().dropLast())
    all["JSON in ASCII"] = Array(
      text.utf16.map { unit in
        "\\u" + hex(UInt8(unit >> 8), true) + hex(UInt8(unit & 255), false)
      }.joined().utf8
    )
    all["JSON in JSON"] = Array(
      try JSONEncoder().encode(String(decoding: json, as: UTF8.self)).dropFirst(3).dropLast(3)
    )
    for before in 0..<3 {
      let prefix = (0..<before).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let after = (0..<Int.random(in: 0..<3, using: &generator)).map { _ in UInt8(0x7A) }
      let encoded = Data(prefix + secret + after).base64EncodedString()
      all["base64 after \(before)"] = Array(encoded.utf8)
      let url = encoded.replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
      all["base64url after \(before)"] = Array(url.utf8)
      let wrapped = encoded.enumerated()
        .map { $0.offset % 20 == 19 ? "\($0.element)\r\n" : "\($0.element)" }
      all["wrapped base64 after \(before)"] = Array(wrapped.joined().utf8)
      let escaped = Data(prefix + json.dropFirst().dropLast()).base64EncodedString()
      all["base64 of JSON after \(before)"] = Array(escaped.utf8)
      all["percent of base64 after \(before)"] = Array(
        encoded.replacingOccurrences(of: "+", with: "%2B")
          .replacingOccurrences(of: "/", with: "%2f").utf8
      )
    }
    return all
  }

  static func pieces(_ text: [UInt8], _ generator: inout SeededGenerator) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = text[...]
    while !rest.isEmpty {
      let count = Int.random(in: 1...7, using: &generator)
      pieces.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    return pieces
  }

  private func redact(_ pieces: [[UInt8]], _ patterns: SecretPatterns) -> [UInt8] {
    var redactor = Redactor(patterns)
    var out: [UInt8] = []
    for piece in pieces { out += redactor.take(piece) }
    return out + redactor.finish()
  }

  private func mark(_ text: String) -> SecretMark { SecretMark(Digest(of: text)) }

  @Test("every spelling is found whole, in pieces of any size", arguments: 1...40)
  func spellings(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Line ends around it are no part of it.
    let secret =
      [0x61] + Self.secret(&generator, Int.random(in: 8...48, using: &generator)) + [0x7A]
    let mark = mark("a")
    let patterns = SecretPatterns([(mark, secret)])
    for (name, spelling) in try Self.spellings(of: secret, &generator) {
      let text = Array("<<".utf8) + spelling + Array(">>".utf8)
      let out = redact(Self.pieces(text, &generator), patterns)
      let shown = String(decoding: out, as: UTF8.self)
      let hasPlaceForMore = name.contains("base64")
      #expect(shown.contains(mark.description), "\(name): \(shown)")
      if !hasPlaceForMore {
        #expect(shown == "<<\(mark)>>", "\(name)")
      } else {
        // Before and after it may be digits of what was encoded with it: four and four at most.
        #expect(shown.utf8.count <= "<<\(mark)>>".utf8.count + 12, "\(name): \(shown)")
      }
    }
  }

  @Test("no base64 digit that tells a bit of the secret is left, wrapped lines apart")
  func base64Edges() throws {
    let secret = Array("S3cr3t-zeta".utf8)
    let patterns = SecretPatterns([(mark("a"), secret)])
    for before in 0..<3 {
      for after in 0..<3 {
        func encoded(_ secret: [UInt8]) -> [UInt8] {
          let bytes = [UInt8](repeating: 0, count: before) + secret
          return Array(Data(bytes + [UInt8](repeating: 0, count: after)).base64EncodedString().utf8)
        }
        // The digits that a change of the first and last byte changes are those to go.
        let text = encoded(secret)
        let other = encoded(secret.map { ~$0 })
        let out = String(decoding: patterns.redact(text), as: UTF8.self)
        let bare = out.replacingOccurrences(of: mark("a").description, with: "")
        let common = zip(text, other).filter { $0 == $1 }.map(\.0)
        #expect(bare == String(decoding: common, as: UTF8.self), "\(before), \(after): \(out)")
      }
    }
  }

  @Test(
    "what comes out is what a naive reference gives, however the pieces fall",
    arguments: 1...150
  )
  func reference(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var secrets: [(mark: SecretMark, bytes: [UInt8])] = []
    for number in 0..<Int.random(in: 1...3, using: &generator) {
      let length = Int.random(in: 4...12, using: &generator)
      secrets.append((mark("\(number)"), Self.secret(&generator, length)))
    }
    // One secret inside another, so that occurrences overlap.
    if let first = secrets.first, first.bytes.count > 6, Bool.random(using: &generator) {
      secrets.append((mark("inner"), Array(first.bytes.prefix(5)) + Array("z".utf8)))
    }
    var text: [UInt8] = []
    for _ in 0..<Int.random(in: 1...10, using: &generator) {
      let noise = Int.random(in: 0...6, using: &generator)
      text += (0..<noise).compactMap { _ in Self.alphabet.randomElement(using: &generator) }
      guard let secret = secrets.randomElement(using: &generator) else { continue }
      let all = try Self.spellings(of: secret.bytes, &generator).sorted { $0.key < $1.key }
      guard let spelling = all.randomElement(using: &generator)?.value else { continue }
      // Whole, cut short, or run into the next one.
      let isWhole = Int.random(in: 0..<4, using: &generator) > 0
      text += isWhole ? spelling : Array(spelling.prefix(spelling.count / 2))
    }
    let expected = NaiveRedaction.redact(text, secrets)
    let patterns = SecretPatterns(secrets)
    for _ in 0..<5 {
      let out = redact(Self.pieces(text, &generator), patterns)
      #expect(out == expected, "\(String(decoding: text, as: UTF8.self).debugDescription)")
    }
    #expect(patterns.redact(text) == expected)
  }

  @Test("what is held back is bounded, and a text without secrets comes out at once and as it was")
  func held() {
    let secret = Array("0123456789abcdef".utf8)
    var redactor = Redactor(SecretPatterns([(mark("a"), secret)]))
    let line = Array("an ordinary line of output.\n".utf8)
    #expect(redactor.take(line) == line)
    var longest = 0
    // Always about to be the secret, with escapes and line ends in between.
    let teasing = Array(#"0123456789\u0061\n\n"#.utf8) + [0x0A, 0x0A] + Array("%30%31%3".utf8)
    for _ in 0..<2_000 {
      _ = redactor.take(teasing)
      longest = max(longest, redactor.rest.count)
    }
    for _ in 0..<2_000 {
      _ = redactor.take([0x0A])
      longest = max(longest, redactor.rest.count)
    }
    #expect(longest < 1_000)
  }

  @Test("a secret of several lines is found line by line")
  func lines() {
    let key = "-----BEGIN KEY-----\nMIIBOgIBAAJBAKj34Gky\nFg5Yh8zWqPmXr7Tn\n-----END KEY-----\n"
    let patterns = SecretPatterns([(mark("a"), Array(key.utf8))])
    let text = "error in line `MIIBOgIBAAJBAKj34Gky`: no key"
    let out = String(decoding: patterns.redact(Array(text.utf8)), as: UTF8.self)
    #expect(out == "error in line `\(mark("a"))`: no key")
  }

  @Test("a secret that becomes known on the way is looked for from there on")
  func late() throws {
    let vault = SecretVault()
    let stream = RedactedStream(vault)
    #expect(stream.take(Array("before ".utf8)) == Array("before ".utf8))
    let first = try vault.take(Array("first-secret".utf8))
    var out = stream.take(Array("a first-sec".utf8))
    let second = try vault.take(Array("other-secret".utf8))
    out += stream.take(Array("ret b other-secret c".utf8)) + stream.finish()
    #expect(String(decoding: out, as: UTF8.self) == "a \(first) b \(second) c")
  }
}
