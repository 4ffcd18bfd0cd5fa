/// Looks for secrets in a text that arrives byte by byte and is written in one encoding.
///
/// Positions are those of the bytes as they arrive. Memory is bounded by the longest pattern: line
/// ends inside an occurrence do not count, but only so many in a row.
struct SecretScan {
  /// A part of the text that shows a secret.
  struct Finding: Equatable {
    var range: Range<Int>
    /// Whose pattern it is.
    let owner: Int
  }

  /// The most line ends in a row inside an occurrence.
  static let lineEnds = 8

  private let automaton: PatternAutomaton
  private let encoding: ByteEncoding
  private var node = 0
  /// Bytes of an escape that has not come to its end.
  private var pending: [UInt8] = []
  /// The position after the last byte taken.
  private var position = 0
  /// Where the last units were written, as many as the longest pattern and one before it.
  private var recent: [Range<Int>]
  /// Which of them are base64 digits.
  private var isDigit: [Bool]
  private var count = 0
  private var skipped = 0
  /// A finding that the next base64 digit would belong to.
  private var trailing: Finding?

  init(_ automaton: PatternAutomaton, in encoding: ByteEncoding) {
    self.automaton = automaton
    self.encoding = encoding
    recent = Array(repeating: 0..<0, count: automaton.longest + 1)
    isDigit = Array(repeating: false, count: automaton.longest + 1)
  }

  /// Takes the next byte and tells what is found with it.
  mutating func take(_ byte: UInt8, _ tell: (Finding) -> Void) {
    position += 1
    if pending.isEmpty, encoding.isLiteral(byte) {
      return takeUnit(byte, position - 1..<position, tell)
    }
    pending.append(byte)
    read(tell)
  }

  private mutating func read(_ tell: (Finding) -> Void) {
    while !pending.isEmpty {
      guard case .unit(let bytes, let length) = encoding.read(pending) else { return }
      let start = position - pending.count
      pending.removeFirst(length)
      for byte in bytes { takeUnit(byte, start..<start + length, tell) }
    }
  }

  private mutating func takeUnit(
    _ byte: UInt8,
    _ range: Range<Int>,
    _ tell: (Finding) -> Void
  ) {
    if let finding = trailing, SecretForms.isBase64Digit(byte) {
      tell(Finding(range: finding.range.lowerBound..<range.upperBound, owner: finding.owner))
    }
    trailing = nil
    if SecretForms.isLineEnd(byte) {
      skipped += 1
      if skipped > Self.lineEnds { node = 0 }
      return
    }
    skipped = 0
    let place = count % recent.count
    recent[place] = range
    isDigit[place] = SecretForms.isBase64Digit(byte)
    count += 1
    node = automaton.next(node, byte)
    guard node != 0 else { return }
    for match in automaton.matches(at: node) {
      var start = unit(match.length).lowerBound
      if match.hasLead, let lead = lead(of: match.length) { start = lead }
      let finding = Finding(range: start..<range.upperBound, owner: match.owner)
      tell(finding)
      if match.hasTrail, finding.range.count > trailing?.range.count ?? 0 { trailing = finding }
    }
  }

  /// Where the unit was written that lies so many back; 1 is the last.
  private func unit(_ back: Int) -> Range<Int> { recent[(count - back) % recent.count] }

  /// Where the base64 digit begins that stands right before the last units; nil: there is none.
  private func lead(of length: Int) -> Int? {
    guard count > length else { return nil }
    let before = unit(length + 1)
    guard isDigit[(count - length - 1) % recent.count],
      before.upperBound == unit(length).lowerBound
    else { return nil }
    return before.lowerBound
  }

  /// The position before which nothing can become part of a finding any more.
  var settled: Int {
    let open = position - pending.count
    var settled = open
    let depth = automaton.depth(of: node)
    if depth > 0 {
      settled = min(unit(depth).lowerBound, lead(of: depth) ?? open)
    } else if count > 0, unit(1).upperBound == open, isDigit[(count - 1) % recent.count] {
      settled = unit(1).lowerBound
    }
    return min(settled, trailing?.range.lowerBound ?? settled)
  }

  /// Ends the text; what may have been the beginning of a secret is told as one.
  mutating func finish(_ tell: (Finding) -> Void) {
    while let first = pending.first {
      let start = position - pending.count
      pending.removeFirst()
      takeUnit(first, start..<start + 1, tell)
      read(tell)
    }
    let depth = automaton.depth(of: node)
    guard depth >= SecretForms.minimum else { return }
    let start = lead(of: depth) ?? unit(depth).lowerBound
    tell(Finding(range: start..<unit(1).upperBound, owner: automaton.owner(of: node)))
  }
}
