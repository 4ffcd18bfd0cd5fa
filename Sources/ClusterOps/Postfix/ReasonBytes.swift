internal import Glibc

/// Bytes to be searched; they belong to the caller and are not kept.
struct ReasonBytes {
  let base: UnsafeRawPointer
  let count: Int

  subscript(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

  func isDigit(_ index: Int) -> Bool { self[index] &- 0x30 < 10 }

  func hasPrefix(_ prefix: StaticString, at start: Int) -> Bool {
    let length = prefix.utf8CodeUnitCount
    return start >= 0 && start + length <= count
      && memcmp(base + start, prefix.utf8Start, length) == 0
  }

  /// Whether the bytes at a place are those of a range.
  func matches(_ range: Range<Int>, at start: Int) -> Bool {
    !range.isEmpty && start + range.count <= count
      && memcmp(base + start, base + range.lowerBound, range.count) == 0
  }

  /// The place of a text; Glibc's `memmem` is an extension that Swift does not see.
  func find(_ needle: StaticString, from start: Int) -> Int? {
    let length = needle.utf8CodeUnitCount
    let first = Int32(needle.utf8Start.pointee)
    var at = start
    while at + length <= count, let hit = memchr(base + at, first, count - at - length + 1) {
      let place = UnsafeRawPointer(hit) - base
      if memcmp(base + place, needle.utf8Start, length) == 0 { return place }
      at = place + 1
    }
    return nil
  }

  func contains(_ needle: StaticString, in range: Range<Int>) -> Bool {
    ReasonBytes(base: base + range.lowerBound, count: range.count).find(needle, from: 0) != nil
  }

  /// The end of an enhanced status code (RFC 3463) at a place; nil: there is none.
  func endOfStatus(at start: Int) -> Int? {
    guard start < count, [0x32, 0x34, 0x35].contains(self[start]) else { return nil }
    var at = start + 1
    for _ in 0..<2 {
      guard at < count, self[at] == UInt8(ascii: ".") else { return nil }
      at += 1
      let begin = at
      while at < count, isDigit(at), at - begin < 3 { at += 1 }
      guard at > begin else { return nil }
    }
    if at < count, isDigit(at) || self[at] == UInt8(ascii: ".") && at + 1 < count && isDigit(at + 1)
    {
      return nil
    }
    return at
  }
}
