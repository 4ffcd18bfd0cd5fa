import ClusterOps
import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

/// Commands of steps outlive their runner: real processes, real signals, a ledger outside.
@Suite("Adoption", .serialized)
struct AdoptionTests {
  @Test("only the runner is killed: its successor awaits the command and records its real end")
  func runner() throws {
    let slow = try SlowRun()
    slow.killRunner()
    let successor = try slow.successor()
    try Waiting.until("the adoption") {
      try slow.timeline().types(of: "long").last == "step.adopted"
    }
    #expect(try slow.ledger() == ["ran"])
    try slow.letEnd()
    #expect(successor.wait() == 0)
    #expect(
      try slow.timeline().types(of: "long")
        == ["step.started", "step.spawned", "step.adopted", "step.ended"]
    )
    #expect(try slow.ledger() == ["ran", "late", "next"])
    #expect(try slow.output(of: "long") == "began\nfinished\n")
    try slow.verify()
  }

  @Test("the command ends while no runner lives: its end is recorded from what was written down")
  func endedMeanwhile() throws {
    let slow = try SlowRun()
    let supervisor = try slow.supervisor()
    slow.killRunner()
    try slow.letEnd()
    try Waiting.until("the supervisor's end") { Self.hasEnded(supervisor) }
    let result = try slow.takeOver()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let line = try slow.timeline().lines.first { $0.type == "step.adopted" }
    #expect(line?.text == "command 1 has ended without its runner")
    #expect(try slow.ledger() == ["ran", "late", "next"])
    #expect(try slow.output(of: "long") == "began\nfinished\n")
    try slow.verify()
  }

  @Test("the runner is killed twice, the second time while it awaits the command")
  func twice() throws {
    let slow = try SlowRun()
    slow.killRunner()
    for _ in 0..<2 {
      let before = try slow.timeline().lines.count
      let successor = try slow.successor()
      try Waiting.until("the adoption") { try slow.timeline().lines.count > before + 1 }
      successor.send(SIGKILL)
      successor.wait()
    }
    try slow.letEnd()
    #expect(try slow.takeOver().status == 0)
    let types = try slow.timeline().types(of: "long")
    #expect(types.filter { $0 == "step.adopted" }.count == 3)
    #expect(types.filter { $0 == "step.started" }.count == 1)
    #expect(try slow.ledger() == ["ran", "late", "next"])
    try slow.verify()
  }

  @Test("only the supervisor is killed: the command ends by itself, and its outcome is unknown")
  func supervisor() throws {
    let slow = try SlowRun()
    kill(try slow.supervisor(), SIGKILL)
    try slow.letEnd()
    #expect(slow.process.wait() == 3)
    let ended = try slow.timeline().lines.first { $0.type == "step.ended" }
    #expect(ended?.text.contains("its supervisor was killed") == true)
    #expect(try slow.ledger().first == "ran")
    #expect(!(try slow.ledger().contains("next")))
    try slow.verify()
  }

  @Test("only the command is killed: its signal is its recorded end")
  func command() throws {
    let slow = try SlowRun()
    kill(try slow.child(), SIGKILL)
    #expect(slow.process.wait() == 3)
    let ended = try slow.timeline().lines.first { $0.type == "step.ended" }
    #expect(ended?.text.contains("exited with 137") == true)
    #expect(try slow.ledger() == ["ran"])
    try slow.verify()
  }

  @Test("the runner and the command are killed: the supervisor wrote the signal down")
  func runnerAndCommand() throws {
    let slow = try SlowRun()
    slow.killRunner()
    kill(try slow.child(), SIGKILL)
    #expect(try slow.takeOver().status == 3)
    let ended = try slow.timeline().lines.first { $0.type == "step.ended" }
    #expect(ended?.text.contains("exited with 137") == true)
    #expect(try slow.ledger() == ["ran"])
    try slow.verify()
  }

  @Test(
    "everything is killed: the outcome is unknown, the output so far is kept, nothing is repeated"
  )
  func everything() throws {
    let slow = try SlowRun()
    let child = try slow.child()
    kill(try slow.supervisor(), SIGKILL)
    kill(child, SIGKILL)
    slow.killRunner()
    try Waiting.until("the end of all") { Self.hasEnded(child) }
    #expect(try slow.takeOver().status == 3)
    let types = try slow.timeline().types(of: "long")
    #expect(types.contains("step.unknown"))
    #expect(types.last == "step.reconciled")
    #expect(types.filter { $0 == "step.started" }.count == 1)
    #expect(try slow.output(of: "long") == "began\n")
    #expect(try slow.ledger() == ["ran"])
    try slow.verify()
  }

  @Test("after another boot the same pid is not the command, even where it lives")
  func reboot() async throws {
    let slow = try SlowRun()
    let child = try slow.child()
    kill(try slow.supervisor(), SIGKILL)
    slow.killRunner()
    let status = try await afterReboot(slow)
    guard case .unknown = status else {
      Issue.record("\(status)")
      return
    }
    #expect(!Self.hasEnded(child), "nobody waited for it, and nobody touched it")
    let lines = try slow.timeline().lines
    #expect(lines.contains { $0.text == "command 1 has ended without its runner" })
    #expect(lines.contains { $0.type == "step.unknown" && $0.text.contains("started anew") })
    #expect(try slow.ledger() == ["ran"])
    try slow.verify()
  }

  @Test("an end that was written down counts after another boot as well")
  func endedBeforeReboot() async throws {
    let slow = try SlowRun()
    let supervisor = try slow.supervisor()
    slow.killRunner()
    try slow.letEnd()
    try Waiting.until("the supervisor's end") { Self.hasEnded(supervisor) }
    #expect(try await afterReboot(slow) == .ended(.completed, summary: "2 of 2 steps done"))
    let ledger = try slow.ledger()
    #expect(ledger == ["ran", "late", "next"])
    try slow.verify()
  }

  /// Takes the run over as a runner on a machine that was started again meanwhile.
  private func afterReboot(_ slow: SlowRun) async throws -> RunStatus {
    let clock = OtherBoot()
    let store = RunStore(state: slow.folder.path + "/state")
    let site = try #require(SiteLoader.read(directory: slow.site).value)
    let catalogue = OperationCatalogue.standard()
    let checked = try await store.open(
      RunID(try slow.run()),
      by: "tomas",
      on: site,
      clock: clock,
      signatures: SSHVerifier(),
      load: { source in
        try RunbookLoader(operations: catalogue.declarations)
          .read(text: source.text, path: source.path).get()
      }
    )
    let record = checked.record
    let engine = try RunEngine(
      record,
      checked.history,
      RunSetting(
        runbook: checked.history.state.runbook,
        site: site,
        siteRecord: checked.history.state.site,
        catalogue: catalogue,
        commands: CommandRunner(),
        clock: clock,
        driver: "tomas",
        processID: getpid()
      )
    )
    try await engine.attach()
    let status = try await engine.drive()
    try await engine.letGo(reason: "looked")
    try record.close()
    return status
  }

  /// The machine's clocks under another boot's name.
  private struct OtherBoot: RunClock {
    private let clock = SystemRunClock()
    var bootID: String { "another boot" }
    func read() -> ClockReading { clock.read() }
    func sleep(for span: Duration) async { await clock.sleep(for: span) }
  }

  /// Whether a process has ended; nobody may have reaped it yet.
  private static func hasEnded(_ pid: Int32) -> Bool { ProcessIdentity.start(of: pid) == nil }
}
