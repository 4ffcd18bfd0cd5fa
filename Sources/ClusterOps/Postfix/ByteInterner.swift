internal import Glibc

/// Numbers for texts, handed out in the order of their first appearance.
///
/// Works straight on bytes, folding ASCII letters to lower case, so that a
/// million lines make no million strings. Number 0 stands for everything
/// beyond the limit. Longer texts are cut, and equal beginnings then share a number.
struct ByteInterner: Sendable {
  /// The most bytes of a text that count: a mailbox has at most 320 (RFC 5321).
  static let longest = 320

  private var arena: [UInt8] = []
  private var starts: [Int] = [0, 0]
  private var hashes: [UInt64] = [0]
  /// Open addressing; 0 is a free place.
  private var table: [UInt32]
  private var mask: Int
  private var folded: [UInt8]
  let limit: Int

  init(limit: Int) {
    self.limit = limit
    table = [UInt32](repeating: 0, count: 1024)
    mask = 1023
    folded = [UInt8](repeating: 0, count: Self.longest)
  }

  /// How many numbers are in use, 0 included.
  var count: Int { hashes.count }

  /// The number of a text; 0 where it is new and `limit + extra` texts are known.
  mutating func number(_ text: UnsafeRawBufferPointer, extra: Int = 0) -> UInt32 {
    let length = min(text.count, Self.longest)
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    folded.withUnsafeMutableBufferPointer { folded in
      for index in 0..<length {
        var byte = text[index]
        if byte &- 0x41 < 26 { byte |= 0x20 }
        folded[index] = byte
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    hash ^= hash >> 32
    var place = Int(truncatingIfNeeded: hash) & mask
    while true {
      let number = Int(table[place])
      if number == 0 { break }
      if hashes[number] == hash, isEqual(number, length) { return UInt32(number) }
      place = (place + 1) & mask
    }
    guard count <= limit + extra else { return 0 }
    let number = UInt32(hashes.count)
    hashes.append(hash)
    arena.append(contentsOf: folded[0..<length])
    starts.append(arena.count)
    table[place] = number
    if hashes.count * 2 > table.count { grow() }
    return number
  }

  private func isEqual(_ number: Int, _ length: Int) -> Bool {
    let start = starts[number]
    guard starts[number + 1] - start == length else { return false }
    return arena.withUnsafeBytes { arena in
      folded.withUnsafeBytes { folded in
        guard let known = arena.baseAddress, let new = folded.baseAddress else { return true }
        return memcmp(known + start, new, length) == 0
      }
    }
  }

  private mutating func grow() {
    mask = table.count * 2 - 1
    table = [UInt32](repeating: 0, count: mask + 1)
    for number in 1..<hashes.count {
      var place = Int(truncatingIfNeeded: hashes[number]) & mask
      while table[place] != 0 { place = (place + 1) & mask }
      table[place] = UInt32(number)
    }
  }

  /// The text of a number, which stands for exactly its bytes (``AddressText``).
  func text(_ number: UInt32) -> String {
    guard number > 0 else { return "(other)" }
    let range = starts[Int(number)]..<starts[Int(number) + 1]
    let text = AddressText.text(arena[range])
    return range.count == Self.longest ? text + "…" : text
  }
}

extension ByteInterner: Equatable {
  static func == (a: ByteInterner, b: ByteInterner) -> Bool {
    a.arena == b.arena && a.starts == b.starts
  }
}
