/// Replaces every occurrence of some secrets in a text that arrives in pieces.
///
/// What comes out does not depend on where the pieces end. Bytes that may be part of an occurrence
/// are held back, no more than the longest spelling of a secret takes.
struct Redactor {
  private let marks: [[UInt8]]
  private var scans: [SecretScan]
  /// Bytes taken and not given out, and the position of the first.
  private var held: [UInt8] = []
  private var start = 0
  private var findings: [SecretScan.Finding] = []

  /// - Parameter patterns: what to look for, and what to put in its place.
  init(_ patterns: SecretPatterns) {
    marks = patterns.marks.map { Array($0.description.utf8) }
    scans = ByteEncoding.allCases.map { SecretScan(patterns.automaton, in: $0) }
  }

  /// Takes a piece and gives out what is settled.
  mutating func take(_ bytes: [UInt8]) -> [UInt8] {
    held += bytes
    var findings = findings
    for index in scans.indices {
      for byte in bytes { scans[index].take(byte) { findings.append($0) } }
    }
    self.findings = findings
    return giveOut(before: scans.map(\.settled).min() ?? start + held.count)
  }

  /// Ends the text and gives out the rest.
  mutating func finish() -> [UInt8] {
    var findings = findings
    for index in scans.indices { scans[index].finish { findings.append($0) } }
    self.findings = findings
    return giveOut(before: start + held.count)
  }

  /// What was taken and not given out yet.
  var rest: [UInt8] { held }

  private mutating func giveOut(before limit: Int) -> [UInt8] {
    var out: [UInt8] = []
    var position = start
    var left: [SecretScan.Finding] = []
    for region in Self.regions(of: findings) {
      guard region.end <= limit, left.isEmpty else {
        left += region.findings
        continue
      }
      out += held[(position - start)..<(region.begin - start)]
      out += marks[region.owner]
      position = region.end
    }
    let limit = min(limit, left.map(\.range.lowerBound).min() ?? limit)
    if limit > position {
      out += held[(position - start)..<(limit - start)]
      position = limit
    }
    held.removeFirst(position - start)
    start = position
    findings = left
    return out
  }

  /// Findings that overlap, together: in their place stands the mark of the longest.
  private struct Region {
    var begin: Int
    var end: Int
    var findings: [SecretScan.Finding]

    var owner: Int {
      findings.max {
        ($0.range.count, $1.range.lowerBound, $1.owner)
          < ($1.range.count, $0.range.lowerBound, $0.owner)
      }?.owner ?? 0
    }
  }

  private static func regions(of findings: [SecretScan.Finding]) -> [Region] {
    var regions: [Region] = []
    for finding in findings.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      if let last = regions.indices.last, finding.range.lowerBound < regions[last].end {
        regions[last].end = max(regions[last].end, finding.range.upperBound)
        regions[last].findings.append(finding)
      } else {
        regions.append(
          Region(
            begin: finding.range.lowerBound,
            end: finding.range.upperBound,
            findings: [finding]
          )
        )
      }
    }
    return regions
  }
}

/// The secrets to look for, ready to be looked for.
struct SecretPatterns: Sendable {
  let marks: [SecretMark]
  let automaton: PatternAutomaton

  init(_ secrets: [(mark: SecretMark, bytes: [UInt8])]) {
    marks = secrets.map(\.mark)
    automaton = PatternAutomaton(secrets.map { SecretForms(of: $0.bytes) })
  }

  /// A text with every secret replaced.
  func redact(_ bytes: [UInt8]) -> [UInt8] {
    var redactor = Redactor(self)
    return redactor.take(bytes) + redactor.finish()
  }

  /// Whether a text shows one of them.
  func isShown(in bytes: [UInt8]) -> Bool {
    for encoding in ByteEncoding.allCases {
      var scan = SecretScan(automaton, in: encoding)
      var isFound = false
      for byte in bytes where !isFound { scan.take(byte) { _ in isFound = true } }
      if isFound { return true }
    }
    return false
  }
}
