import TestSupport
import Testing

@testable import Runbooks

@Suite("A mutated runbook") struct FuzzTests {
  private static let pieces: [String] = [
    "\n", "  ", "\t", ": ", "- ", "[", "]", "{", "}", "'", "\"", "${", "}", "|", ">-", "&a", "*a",
    "!t", "#", "---\n", "...\n", "%", "@", "\u{0}", "é", "\u{2028}", "\\x", "0x1", "~", "<<: ",
    "needs: [look]", "id: look", "steps.look.total", "default(", " and ", "\r",
  ]

  @Test("ends in a runbook or in problems inside the file", arguments: 0..<20)
  func mutated(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let original = Array(Samples.everyBody.utf8)
    for _ in 0..<60 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0:
          bytes.insert(
            contentsOf: Self.pieces.randomElement(using: &generator)?.utf8 ?? "".utf8,
            at: place
          )
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 2:
          bytes.removeSubrange(
            place..<min(bytes.count, place + Int.random(in: 1...40, using: &generator))
          )
        case 3: bytes = Array(bytes.prefix(max(1, place)))
        default:
          let other = Int.random(in: 0...bytes.count, using: &generator)
          let range = min(place, other)..<min(max(place, other), min(place, other) + 200)
          bytes.insert(contentsOf: Array(bytes[range]), at: place)
        }
      }
      check(bytes)
    }
  }

  @Test("of nothing but noise ends in problems inside the file", arguments: 0..<10)
  func noise(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(1_000 + seed))
    for _ in 0..<100 {
      let count = Int.random(in: 0...60, using: &generator)
      let text = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }
        .joined()
      check(Array(text.utf8))
    }
  }

  private func check(_ bytes: [UInt8]) {
    let reading = Samples.loader.read(bytes: bytes, path: "fuzz.yaml")
    var problems = reading.problems
    if let runbook = reading.value {
      problems += Linter(operations: Samples.operations).problems(in: runbook)
    } else {
      #expect(problems.contains { $0.severity == .error })
    }
    let lines = lengths(of: bytes)
    for problem in problems {
      let (line, column) = (problem.position.line, problem.position.column)
      let isInside =
        line >= 1 && line <= lines.count && column >= 1 && column <= lines[line - 1] + 1
      #expect(isInside, "\(problem) in \(String(decoding: bytes, as: UTF8.self))")
    }
  }

  /// The length of each line in bytes, its end included.
  private func lengths(of bytes: [UInt8]) -> [Int] {
    var lengths = [0]
    for (index, byte) in bytes.enumerated() {
      lengths[lengths.count - 1] += 1
      let isLoneReturn =
        byte == 0x0D && (index + 1 == bytes.count || bytes[index + 1] != 0x0A)
      if byte == 0x0A || isLoneReturn { lengths.append(0) }
    }
    return lengths
  }
}
