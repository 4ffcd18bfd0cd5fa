import Runbooks
import TUI
import Testing

@testable import mailconsole

/// The live output of steps, with pieces that did not arrive.
@Suite("Live output") struct OutputLogsTests {
  private func piece(_ text: String, at offset: Int, _ attempt: Int = 1, of step: StepID = "a")
    -> OutputPiece
  {
    OutputPiece(step: step, attempt: attempt, offset: offset, bytes: Array(text.utf8))
  }

  private func lines(_ logs: OutputLogs, _ step: StepID = "a") -> [String] {
    guard let log = logs[step] else { return [] }
    return log.numbers.compactMap { log[$0] }
  }

  private func ended(_ length: Int?, attempt: Int = 1, loss: String? = nil) -> RunEvent.StepEnded {
    .init(
      step: "a",
      attempt: attempt,
      outcome: .passed,
      summary: "done",
      output: length.map { BlobReference(digest: Digest(of: "output"), length: $0) },
      outputLoss: loss,
      durationMilliseconds: 1,
      at: Moment(seconds: 0)
    )
  }

  @Test("a gap is marked in the text and no line is put together from two halves")
  func gap() {
    var logs = OutputLogs()
    logs.take(piece("one\ntw", at: 0))
    logs.take(piece("ee\nfour\n", at: 12))
    #expect(lines(logs) == ["one", "tw", OutputLogs.leftOut(6), "ee", "four"])
    let answer1 = logs.end(ended(20))
    #expect(answer1)
    logs.replace("a", 1, by: KeptOutput(offset: 0, bytes: Array("one\ntwo\nx\nthree\nfour\n".utf8)))
    #expect(lines(logs) == ["one", "two", "x", "three", "four"])
  }

  @Test("output that came whole is not read again; its last line needs no line end")
  func whole() {
    var logs = OutputLogs()
    logs.take(piece("one\n", at: 0))
    logs.take(piece("e\ntwo", at: 2))
    let answer2 = logs.end(ended(7))
    #expect(!answer2)
    #expect(lines(logs) == ["one", "two"])
  }

  @Test("an end that did not arrive is read from the kept output")
  func end() {
    var logs = OutputLogs()
    logs.take(piece("one\n", at: 0))
    let answer3 = logs.end(ended(8))
    #expect(answer3)
    var unseen = OutputLogs()
    let answer4 = unseen.end(ended(8))
    #expect(answer4)
    var silent = OutputLogs()
    let answer5 = silent.end(ended(nil))
    #expect(!answer5)
    #expect(silent["a"] == nil)
  }

  @Test("what was not kept is said, and what was seen of it stays")
  func loss() {
    var logs = OutputLogs()
    logs.take(piece("one\n", at: 0))
    logs.take(piece("nine\n", at: 90))
    let answer6 = logs.end(ended(50, loss: "45 bytes after the first 50 were not kept"))
    #expect(!answer6)
    #expect(lines(logs).last == "… 45 bytes after the first 50 were not kept")
    #expect(lines(logs).contains("nine"))
  }

  @Test("a later attempt follows the one before, whose pieces come too late then")
  func attempts() {
    var logs = OutputLogs()
    logs.take(piece("first", at: 0))
    logs.take(piece("second\n", at: 0, 2))
    logs.take(piece(" late\n", at: 5))
    #expect(lines(logs) == ["first", "second"])
    let answer7 = logs.end(ended(7, attempt: 2))
    #expect(!answer7)
  }

  @Test("of a long kept output the end is shown, and that there is more")
  func long() {
    var logs = OutputLogs()
    _ = logs.end(ended(1_000))
    logs.replace("a", 1, by: KeptOutput(offset: 990, bytes: Array("the end\n".utf8)))
    #expect(lines(logs) == [OutputLogs.leftOut(990), "the end"])
  }

  @Test("all logs together take so much; the one not written to for longest makes room")
  func room() {
    var logs = OutputLogs(limit: 3_000)
    for step in ["a", "b", "c"] as [StepID] {
      logs.take(piece(String(repeating: "x", count: 900) + "\n", at: 0, of: step))
    }
    logs.take(piece("y\n", at: 901, of: "a"))
    logs.take(piece(String(repeating: "x", count: 900) + "\n", at: 0, of: "d"))
    #expect(logs.lacks("b"))
    #expect(!logs.lacks("a"))
    #expect(!logs.lacks("d"))
    logs.take(piece(String(repeating: "x", count: 9_000) + "\n", at: 0, of: "e"))
    #expect(!logs.lacks("e"), "the newest stays whatever it takes")
    #expect(logs.lacks("a"))
  }
}
