import Testing

@testable import Runbooks

/// Verification asks of every gate what the engine asked when it passed.
@Suite struct GateEvidenceTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("look", .check(Fixtures.check("look", freshFor: .seconds(60)))),
    Fixtures.step("go", .gate(Gate(requires: [StepID("look")])), needs: ["look"]),
  ])

  /// A run in which the gate passes that long after the look.
  private func verdict(_ seconds: Int) async throws -> Verification {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let run = try store.create(Fixtures.creation(Self.runbook), clock: clock)
      let later = Fixtures.start.advanced(by: .seconds(seconds))
      var events: [RunEvent] = [.driverAttached(.init(by: "ana", pid: 1, boot: "b", at: later))]
      for (step, moment) in [("look", Fixtures.start), ("go", later)] {
        events += [
          .stepStarted(
            .init(
              step: StepID(step),
              attempt: 1,
              risk: .read,
              isRepeatable: true,
              by: "ana",
              at: moment
            )
          ),
          .stepEnded(
            .init(step: StepID(step), attempt: 1, outcome: .passed, summary: "ok", at: moment)
          ),
        ]
      }
      _ = try run.append(events, by: "ana", at: clock.read(), boot: "b")
      try run.close()
      return Verification(of: run.directory) { _ in Self.runbook }
    }
  }

  @Test("a gate that passed on stale evidence is a finding at its event; fresh evidence is none")
  func freshness() async throws {
    #expect(try await verdict(60).isSound)
    let stale = try await verdict(61)
    #expect(stale.firstBadEvent == 6)
    #expect(
      stale.findings.first?.message.contains("The gate go passed, and the evidence of look") == true
    )
  }

  @Test("where the clock was set back between evidence and gate, that is said")
  func setBack() async throws {
    let verdict = try await verdict(-31_536_000)
    #expect(verdict.isSound)
    #expect(verdict.notRuledOut.contains { $0.contains("the clock was set back between them") })
  }
}
