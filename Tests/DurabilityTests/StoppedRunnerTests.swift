import Glibc
import TestSupport
import Testing

/// A runner that is stopped (SIGSTOP) while a step is under way.
@Suite(.serialized) struct StoppedRunnerTests {
  @Test(
    "who takes over from a stopped runner is refused: it still holds the run; continued, it goes on"
  )
  func refused() throws {
    let slow = try SlowRun()
    slow.process.send(SIGSTOP)
    let refused = try slow.takeOver()
    #expect(refused.status == 75, "\(refused.output)\(refused.errors)")
    #expect(refused.errors.contains("is driven by tomas (process \(slow.process.pid))"))
    // The command ends meanwhile; its supervisor is not stopped and writes its end down.
    try slow.letEnd()
    try Waiting.until("the command's end") { try slow.ledger() == ["ran", "late"] }
    #expect(try slow.timeline().types(of: "long") == ["step.started", "step.spawned"])
    slow.process.send(SIGCONT)
    #expect(slow.process.wait() == 0)
    #expect(try slow.ledger() == ["ran", "late", "next"])
    try slow.verify()
  }

  @Test("a stopped runner is ended, and whoever takes over records the command's real end")
  func ended() throws {
    let slow = try SlowRun()
    slow.process.send(SIGSTOP)
    #expect(try slow.takeOver().status == 75)
    try slow.letEnd()
    slow.killRunner()
    let result = try slow.takeOver()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(try slow.ledger() == ["ran", "late", "next"])
    #expect(try slow.timeline().types(of: "long").contains("step.adopted"))
    try slow.verify()
  }
}
