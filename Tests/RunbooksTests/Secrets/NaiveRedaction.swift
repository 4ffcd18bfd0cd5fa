import Foundation

@testable import Runbooks

/// What the redactor has to give, worked out over the whole text in the most obvious way: read it
/// in each encoding, compare each form at each place, and replace what was found.
enum NaiveRedaction {
  struct Unit {
    let byte: UInt8
    let range: Range<Int>
  }

  private struct Found {
    var range: Range<Int>
    let owner: Int
  }

  static func redact(_ text: [UInt8], _ secrets: [(mark: SecretMark, bytes: [UInt8])]) -> [UInt8] {
    var found: [Found] = []
    for decode in [plain, percent, form, json] {
      let units = decode(text)
      for (owner, secret) in secrets.enumerated() {
        for pattern in SecretForms(of: secret.bytes).patterns {
          found += occurrences(of: pattern, in: units).map { Found(range: $0, owner: owner) }
        }
      }
      found += unfinished(secrets.map { SecretForms(of: $0.bytes) }, in: units)
    }
    // Overlapping ones are one; the longest says whose.
    found.sort { $0.range.lowerBound < $1.range.lowerBound }
    var regions: [[Found]] = []
    var end = 0
    for one in found {
      if !regions.isEmpty, one.range.lowerBound < end {
        regions[regions.count - 1].append(one)
      } else {
        regions.append([one])
        end = 0
      }
      end = max(end, one.range.upperBound)
    }
    var out: [UInt8] = []
    var position = 0
    for region in regions {
      let longest = region.map(\.range.count).max() ?? 0
      let first = region.filter { $0.range.count == longest }
        .min { ($0.range.lowerBound, $0.owner) < ($1.range.lowerBound, $1.owner) }
      out += text[position..<region[0].range.lowerBound]
      out += Array(secrets[first?.owner ?? 0].mark.description.utf8)
      position = region.map(\.range.upperBound).max() ?? position
    }
    return out + text[position...]
  }

  // MARK: Occurrences

  /// Units without the line ends, and for each how many line ends stand before it.
  private static func words(_ units: [Unit]) -> [(unit: Unit, gap: Int)] {
    var words: [(Unit, Int)] = []
    var gap = 0
    for unit in units {
      if unit.byte == 0x0A || unit.byte == 0x0D {
        gap += 1
      } else {
        words.append((unit, gap))
        gap = 0
      }
    }
    return words
  }

  private static func occurrences(
    of pattern: SecretForms.Pattern,
    in units: [Unit]
  ) -> [Range<Int>] {
    let words = words(units)
    let count = pattern.bytes.count
    guard words.count >= count else { return [] }
    var found: [Range<Int>] = []
    for start in 0...(words.count - count) {
      let part = words[start..<start + count]
      guard part.map(\.unit.byte) == pattern.bytes, part.dropFirst().allSatisfy({ $0.gap <= 8 })
      else { continue }
      var range =
        words[start].unit.range.lowerBound..<words[start + count - 1].unit.range.upperBound
      if pattern.hasLead { range = lead(start, words) ?? range.lowerBound..<range.upperBound }
      let last = words[start + count - 1].unit.range.upperBound
      var end = last
      if pattern.hasTrail, start + count < words.count, words[start + count].gap == 0,
        isDigit(words[start + count].unit.byte)
      {
        end = words[start + count].unit.range.upperBound
      }
      found.append(range.lowerBound..<end)
    }
    return found
  }

  /// From the base64 digit right before a place; nil: there is none.
  private static func lead(_ start: Int, _ words: [(unit: Unit, gap: Int)]) -> Range<Int>? {
    guard start > 0, words[start].gap == 0, isDigit(words[start - 1].unit.byte),
      words[start - 1].unit.range.upperBound == words[start].unit.range.lowerBound
    else { return nil }
    return words[start - 1].unit.range.lowerBound..<words[start].unit.range.lowerBound
  }

  /// The longest end of the text that begins a form of some secret, if it is long enough.
  private static func unfinished(_ forms: [SecretForms], in units: [Unit]) -> [Found] {
    let words = words(units)
    let longest = forms.flatMap(\.patterns).map(\.bytes.count).max() ?? 0
    var trailing = 0
    for unit in units.reversed() {
      guard unit.byte == 0x0A || unit.byte == 0x0D else { break }
      trailing += 1
    }
    guard trailing <= 8 else { return [] }
    for count in stride(from: min(longest, words.count), through: 4, by: -1) {
      let part = words[(words.count - count)...]
      guard part.dropFirst().allSatisfy({ $0.gap <= 8 }) else { continue }
      let bytes = part.map(\.unit.byte)
      guard
        let owner = forms.firstIndex(where: {
          $0.patterns.contains { $0.bytes.starts(with: bytes) }
        })
      else { continue }
      let start = words.count - count
      let from = lead(start, words)?.lowerBound ?? words[start].unit.range.lowerBound
      return [Found(range: from..<words[words.count - 1].unit.range.upperBound, owner: owner)]
    }
    return []
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_".utf8)
      .contains(byte)
  }

  // MARK: Encodings

  private static func plain(_ text: [UInt8]) -> [Unit] {
    text.indices.map { Unit(byte: text[$0], range: $0..<$0 + 1) }
  }

  private static func percent(_ text: [UInt8]) -> [Unit] { percent(text, plus: false) }
  private static func form(_ text: [UInt8]) -> [Unit] { percent(text, plus: true) }

  private static func percent(_ text: [UInt8], plus: Bool) -> [Unit] {
    var units: [Unit] = []
    var at = 0
    while at < text.count {
      if text[at] == UInt8(ascii: "%"), at + 2 < text.count,
        let value = number(text[(at + 1)...(at + 2)])
      {
        units.append(Unit(byte: UInt8(value), range: at..<at + 3))
        at += 3
      } else {
        let isBlank = plus && text[at] == UInt8(ascii: "+")
        units.append(Unit(byte: isBlank ? 0x20 : text[at], range: at..<at + 1))
        at += 1
      }
    }
    return units
  }

  private static func json(_ text: [UInt8]) -> [Unit] {
    let short = Array("\"\\/bfnrt".utf8)
    let meant: [UInt8] = Array("\"\\/".utf8) + [0x08, 0x0C, 0x0A, 0x0D, 0x09]
    var units: [Unit] = []
    var at = 0
    while at < text.count {
      if text[at] == UInt8(ascii: "\\"), at + 1 < text.count {
        if let index = short.firstIndex(of: text[at + 1]) {
          units.append(Unit(byte: meant[index], range: at..<at + 2))
          at += 2
          continue
        }
        if let high = escape(text, at) {
          var length = 6
          var scalar = Unicode.Scalar(UInt32(high))
          if (0xD800..<0xDC00).contains(high), let low = escape(text, at + 6),
            (0xDC00..<0xE000).contains(low)
          {
            scalar = Unicode.Scalar(UInt32(0x10000 + (high - 0xD800) * 1024 + (low - 0xDC00)))
            length = 12
          }
          if let scalar {
            for byte in Array(String(scalar).utf8) {
              units.append(Unit(byte: byte, range: at..<at + length))
            }
            at += length
            continue
          }
        }
      }
      units.append(Unit(byte: text[at], range: at..<at + 1))
      at += 1
    }
    return units
  }

  private static func escape(_ text: [UInt8], _ at: Int) -> Int? {
    guard at + 6 <= text.count, text[at] == UInt8(ascii: "\\"), text[at + 1] == UInt8(ascii: "u")
    else { return nil }
    return number(text[(at + 2)..<(at + 6)])
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: digits, as: UTF8.self)
    guard text.allSatisfy({ $0.isHexDigit && $0.isASCII }) else { return nil }
    return Int(text, radix: 16)
  }
}
