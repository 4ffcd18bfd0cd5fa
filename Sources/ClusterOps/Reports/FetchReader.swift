/// A message as `doveadm -f json fetch … "uid text"` gives it.
struct FetchedMail: Sendable {
  let uid: String
  /// Header and body as they were stored.
  let text: [UInt8]
  /// Whether it is longer than what is kept of it.
  let isCut: Bool
}

/// Reads the list of messages that doveadm-fetch(1) prints in JSON as it comes, one message at a time.
///
/// Dovecot's other formats do not tell a message from the next: what stands in one may look like the
/// end of it. Seen in doveadm-print-json.c of 2.3: an array of objects whose values are strings;
/// 2.4 writes numbers without quotes.
struct FetchReader: Sendable {
  /// Bytes of a message that are kept, as they are written in JSON.
  static let limit = 32 << 20

  /// What may come next.
  private enum Place: Sendable, Equatable {
    case list, item, name, colon, value, next, after, over
    case broken
  }

  private var place = Place.list
  private var isInside = false
  private var isEscaped = false
  private var isCut = false
  private var string: [UInt8] = []
  private var field = ""
  private var uid = ""
  private var text: [UInt8] = []
  private var tail: [UInt8] = []

  /// Whether nothing came that does not belong into such a list.
  var isUnderstood: Bool { place != .broken }
  /// Whether the list and the mark after it came.
  var isWhole: Bool { place == .over && tail == EndMark.bytes }

  /// Takes more of the output, and gives each message that it completes.
  mutating func take(_ bytes: [UInt8], each: (FetchedMail) -> Void) {
    var at = 0
    while at < bytes.count {
      if isInside {
        at = takeString(bytes, at)
      } else {
        takeMark(bytes[at], each)
        at += 1
      }
    }
  }

  /// Takes a string as far as it goes; where what comes after it begins.
  private mutating func takeString(_ bytes: [UInt8], _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      if isEscaped {
        isEscaped = false
      } else if bytes[at] == UInt8(ascii: "\\") {
        isEscaped = true
      } else if bytes[at] == UInt8(ascii: "\"") {
        break
      }
      at += 1
    }
    let taken = min(at - start, Self.limit - string.count)
    string += bytes[start..<start + taken]
    if taken < at - start { isCut = true }
    guard at < bytes.count else { return at }
    isInside = false
    if place == .name {
      field = String(decoding: string.prefix(40), as: UTF8.self)
      place = .colon
    } else {
      endValue()
      place = .next
    }
    string.removeAll(keepingCapacity: string.capacity < 1 << 20)
    return at + 1
  }

  private mutating func endValue() {
    let plain = string.withUnsafeBytes { JSONBytes.unescaped($0) }
    switch field {
    case "uid": uid = String(decoding: plain.prefix(20), as: UTF8.self)
    case "text": text = plain
    default: break
    }
  }

  private mutating func takeMark(_ byte: UInt8, _ each: (FetchedMail) -> Void) {
    if place == .over {
      if tail.count <= EndMark.bytes.count { tail.append(byte) }
      return
    }
    let isBlank = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    switch (place, byte) {
    case (.broken, _): break
    case (.value, UInt8(ascii: ",")) where !string.isEmpty,
      (.value, UInt8(ascii: "}")) where !string.isEmpty:
      // A number or null, which has no end of its own.
      endValue()
      string = []
      place = .next
      takeMark(byte, each)
    case _ where isBlank: break
    case (.list, UInt8(ascii: "[")): place = .item
    case (.item, UInt8(ascii: "{")): place = .name
    case (.item, UInt8(ascii: "]")), (.after, UInt8(ascii: "]")): place = .over
    case (.name, UInt8(ascii: "\"")): isInside = true
    case (.value, UInt8(ascii: "\"")) where string.isEmpty: isInside = true
    case (.colon, UInt8(ascii: ":")): place = .value
    case (.value, _) where Self.isWord(byte) && string.count < 20: string.append(byte)
    case (.next, UInt8(ascii: ",")): place = .name
    case (.next, UInt8(ascii: "}")):
      each(FetchedMail(uid: uid, text: text, isCut: isCut))
      (uid, text, isCut, place) = ("", [], false, .after)
    case (.after, UInt8(ascii: ",")): place = .item
    default: place = .broken
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
