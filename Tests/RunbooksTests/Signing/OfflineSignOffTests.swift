import TestSupport
import Testing

@testable import Runbooks

@Suite("A sign-off that travels as text") struct OfflineSignOffTests {
  private static let document = SignOffDocument(
    run: RunID("queue-triage-1"),
    runbook: RunbookID("queue-triage"),
    runbookText: Digest(of: "text"),
    world: .live,
    site: "lab",
    siteRecord: Digest(of: "site"),
    step: StepID("agree"),
    decision: .approve,
    statement: "Delete \"them\".\nAll of them: é, \u{202E}x",
    evidence: [Digest(of: "a"), Digest(of: "b")],
    excluded: ["ana"],
    approver: "bo",
    roles: [Role("E4")],
    typed: nil,
    comment: "a \\ b: c",
    seen: Digest(of: "head"),
    expires: nil
  )

  @Test("is read back to what was written")
  func read() throws {
    let read = try OfflineSignOff(reading: Self.document.text)
    #expect(read.text == Self.document.text)
    #expect(read.step == Self.document.step)
    #expect(read.approver == "bo")
    #expect(read.comment == "a \\ b: c")
    #expect(read.seen == Self.document.seen)
    #expect(read.typed == nil)
    #expect(read.signature == nil)
    #expect(read.challenge == Self.document.challenge)
  }

  @Test("any text in quotes comes back, whatever is in it")
  func quotes() {
    var random = SeededGenerator(seed: 7)
    let pieces = [
      "\\", "\"", "\n", "\r", "\t", "\u{0}", "\u{202E}", "é", "u{41}", ": ", "none", " ",
    ]
    for _ in 0..<500 {
      let text = (0..<Int.random(in: 0..<8, using: &random))
        .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      #expect(SignOffDocument.unquoted(SignOffDocument.quoted(text)) == text)
    }
    for text in ["", "\"", "a", "\"\\x\"", "\"\\u{110000}\"", "\"\\u{41}\"", "\"a\"b\"", "\"\t\""] {
      #expect(SignOffDocument.unquoted(text) == nil, "\(text)")
    }
  }

  @Test("another text has another challenge, of eight characters that are read out easily")
  func challenge() {
    var other = Self.document
    other.comment += "."
    #expect(other.challenge != Self.document.challenge)
    let code = Self.document.challenge
    #expect(code.count == 9 && code.dropFirst(4).first == "-")
    #expect(code.allSatisfy { !"ILOU".contains($0) })
  }

  @Test(
    "that was broken on the way says where",
    arguments: [
      ("mailconsole sign-off 1", "hello", "has no line"),
      ("step: ", "sdep: ", "`step` is missing"),
      ("world: live\n", "world: live\nworld: plan\n", "says `world` twice"),
      ("approver: \"bo\"", "approver: bo", "`approver` is not in quotes"),
      ("decision: approve", "decision: yes", "its decision"),
      ("comment: \"a \\\\ b: c\"", "comment: \"a \\\\ b:\nc\"", "was broken or changed"),
      ("expires: none\n", "", "`expires` is missing"),
      ("expires: none\n", "expires: none\n-----BEGIN SSH SIGNATURE-----\nAAAA\n", "cut off"),
    ]
  )
  func broken(part: String, other: String, words: String) {
    let text = Self.document.text.replacing(part, with: other)
    #expect { try OfflineSignOff(reading: text) } throws: { "\($0)".contains(words) }
  }

  @Test("a megabyte is not read")
  func long() {
    let text = Self.document.text + String(repeating: "x", count: 1 << 20)
    #expect(throws: OfflineSignOffProblem.self) { try OfflineSignOff(reading: text) }
  }
}
