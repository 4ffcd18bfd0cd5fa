import Testing

@testable import Runbooks

@Suite("Hostile YAML") struct HostileYAMLTests {
  private func problems(_ bytes: [UInt8]) -> [RunbookProblem] {
    Samples.loader.read(bytes: bytes, path: "h.yaml").problems
  }

  /// The first problem of the YAML itself; those of the runbook come after.
  private func first(_ text: String) -> String {
    let found = problems(Array(text.utf8)).map(\.description)
    return found.first { !$0.contains("the runbook has no") && !$0.contains("unknown key") } ?? ""
  }

  @Test("nested deeply is refused", arguments: ["[", "{a: ", "- ", "? "])
  func depth(opening: String) {
    let text =
      "a: " + (opening == "- " || opening == "? " ? "\n  " : "")
      + String(repeating: opening, count: 50_000)
    #expect(first(text).contains("nesting is deeper than 64"))
  }

  @Test("that would expand without bound is refused at its first anchor")
  func aliases() {
    var text = "a: &a [x, x]\n"
    for letter in ["b", "c", "d", "e", "f", "g", "h"] {
      text += "\(letter): &\(letter) [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
    }
    #expect(first(text).hasPrefix("h.yaml:1:4: error: anchors and aliases are not read (`&a`)"))
  }

  @Test("with merge keys is refused")
  func merge() {
    #expect(first("a: 1\n<<: {b: 1}\n").hasPrefix("h.yaml:2:1: error: merge keys"))
  }

  @Test("of two megabytes is refused unread")
  func size() {
    #expect(
      problems(Array(repeating: 0x61, count: 2 << 20)).map(\.message) == [
        "the file is larger than 1024 KiB"
      ]
    )
  }

  @Test("of very many values is refused")
  func count() {
    let text = "a: [" + String(repeating: "x,", count: 200_000) + "]\n"
    #expect(first(text).contains("more than 100000 values"))
  }

  @Test("with control characters is refused where they stand", arguments: [0x00, 0x07, 0x1B, 0x7F])
  func control(byte: UInt8) throws {
    let found = try #require(problems(Array("a: 1\nbc: x".utf8) + [byte, 0x0A]).first)
    #expect(found.position == SourcePosition(file: "h.yaml", line: 2, column: 6))
    #expect(found.message.contains("control character"))
  }

  @Test("with an escaped NUL is refused")
  func escapedNUL() {
    #expect(first("a: \"x\\0y\"\n").contains("NUL"))
  }

  @Test(
    "that is not UTF-8 is refused where it breaks",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0xF5, 0x80, 0x80, 0x80],
    ] as [[UInt8]]
  )
  func invalid(bytes: [UInt8]) throws {
    let found = try #require(problems(Array("é: 1\nb: é".utf8) + bytes + [0x0A]).first)
    #expect(found.position == SourcePosition(file: "h.yaml", line: 2, column: 5))
    #expect(found.message.contains("UTF-8"))
  }

  @Test("in UTF-16 is refused") func wide() {
    #expect(problems([0xFF, 0xFE, 0x61, 0x00]).first?.message.contains("UTF-8") == true)
  }

  @Test("with invisible line separators is refused", arguments: ["\u{85}", "\u{2028}", "\u{2029}"])
  func separators(character: String) {
    #expect(first("a: 1\nb: x\(character)y\n").hasPrefix("h.yaml:2:5: error: an invisible"))
  }

  @Test("with a byte order mark is read")
  func byteOrderMark() {
    let reading = Samples.loader.read(text: "\u{FEFF}" + Samples.everyBody, path: "h.yaml")
    #expect(reading.value != nil)
  }

  @Test("with Windows line ends has the right positions")
  func windows() {
    #expect(first("a: 1\r\nb: x\r\nb: y\r\n").hasPrefix("h.yaml:3:1: error: the key `b`"))
  }

  @Test("of one very long line is read in linear time", .timeLimit(.minutes(1)))
  func longLine() {
    let steps = String(repeating: "{id: a, note: 'é ${inputs.a}', neds: 1}, ", count: 14_000)
    let text = "steps: [" + steps + "]\n"
    #expect(problems(Array(text.utf8)).count <= Reader.maximumProblems)
    let keys = (0..<30_000).map { "k\($0): 'é'" }.joined(separator: ", ")
    #expect(problems(Array("{\(keys)}\n".utf8)).count <= Reader.maximumProblems)
    let same = String(repeating: "é: 1, ", count: 40_000)
    #expect(problems(Array("{\(same)}\n".utf8)).count <= 2 * Reader.maximumProblems)
  }

  @Test("of one long chain of steps is read without recursion")
  func chain() throws {
    var steps = "  - {id: s0, note: x}\n"
    for index in 1..<1_000 { steps += "  - {id: s\(index), note: x, needs: [s\(index - 1)]}\n" }
    let runbook = try Samples.loader.read(text: Samples.runbook(steps), path: "h").get()
    #expect(StepGraph(runbook).order.count == 1_000)
    let more = steps + "  - {id: last, note: x}\n"
    #expect(first(Samples.runbook(more)).contains("more than 1000 steps"))
  }
}
