import Testing

@testable import Runbooks

/// Readings in doubt: never a pass.
@Suite struct UndeterminedTests {
  private static let parts = Doubt(.parts, "5 lines were not understood", advice: "Look.")
  private static let end = Doubt(.end, "the end did not arrive", advice: "Read again.")

  private func result(_ doubt: Doubt?) -> OperationResult {
    OperationResult(
      values: ["deferred": .integer(0)],
      summary: "0 messages.",
      evidence: [Evidence(name: "queue", mediaType: "text/plain", bytes: [1])],
      doubt: doubt
    )
  }

  @Test("a step that reads is done, warned of, or undetermined, by what is in doubt")
  func reading() {
    #expect(Judgement.end(of: result(nil)).outcome == .passed)
    let parts = Judgement.end(of: result(Self.parts))
    #expect(parts.outcome == .warned)
    #expect(parts.failure == nil)
    let end = Judgement.end(of: result(Self.end))
    #expect(end.outcome == .failed)
    #expect(end.failure?.reason == .undetermined)
    #expect(end.summary.hasPrefix("undetermined: "))
    #expect(end.evidence.count == 1)
  }

  @Test("a check in doubt neither passes nor warns; one that does not hold fails as before")
  func check() throws {
    let position = SourcePosition(file: "check.yaml", line: 1, column: 1)
    func end(_ pass: String, _ warn: String?, _ doubt: Doubt?) throws -> StepEnd {
      let check = Check(
        subject: .command(CommandLine(arguments: [], position: position)),
        pass: try Expression(parsing: pass, at: position),
        warn: try warn.map { try Expression(parsing: $0, at: position) }
      )
      return Judgement.end(of: check, result(doubt), in: Scope())
    }
    #expect(try end("result.deferred <= 30", nil, nil).outcome == .passed)
    for doubt in [Self.parts, Self.end] {
      for (pass, warn) in [("result.deferred <= 30", nil), ("result.deferred > 30", "true")] {
        let end = try end(pass, warn, doubt)
        #expect(end.outcome == .failed)
        #expect(end.failure?.reason == .undetermined)
        #expect(end.outputs["deferred"] == .integer(0))
      }
    }
    #expect(try end("result.deferred > 30", nil, Self.parts).failure?.reason == .failed)
  }

  @Test("the record names the reason, and a record without it is read as before")
  func record() throws {
    let failure = OperationFailure(undetermined: "whether it is empty", Self.end)
    let bytes = try RecordCoding.encode(failure)
    #expect(String(decoding: bytes, as: UTF8.self).contains("\"undetermined\""))
  }

  @Test("a failing command is told with what it said, without warnings")
  func quotation() {
    func quoted(_ text: String) -> String { StandardError.quotation(of: Array(text.utf8)) }
    #expect(quoted("") == "")
    #expect(quoted("Warning: old\nfatal: no such map\n") == "; it said: ‘fatal: no such map’")
    #expect(quoted("a: warning: old\n").contains("a: warning: old"))
    let many = quoted("first cause\nthen\nand then\nexit\n")
    #expect(many.contains("first cause") && many.contains("exit"))
  }
}
