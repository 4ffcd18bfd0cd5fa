import Runbooks
import Testing

@testable import ClusterOps

/// What a check works out for the runbook it names.
@Suite struct CheckFillingTests {
  private func finding(_ inputs: String, compromised: Int) async throws -> CheckFinding {
    let text = """
      apiVersion: mailconsole/v1
      kind: Check
      id: sender
      title: No spam
      group: queue
      check: postfix.queue
      pass: result.compromised_count == 0
      remedy: Hold it.
      runbook: lock-out
      inputs: \(inputs)
      """
    let performer = CheckPerformer(
      catalogue: .standard(),
      site: .test(),
      commands: NoCommands(),
      world: SimulatedWorld(
        state: [
          "postfix": .record([
            "generators": .list([
              .record([
                "cause": .string("compromised"), "count": .integer(compromised),
                "sender": .string("alice@gaudy.test"),
              ])
            ])
          ])
        ],
        now: 1_796_000_000,
        seed: 5
      )
    )
    let check = try CheckLibrary.read(text: text, path: "checks/sender.yaml").get()
    return await performer.perform(check)
  }

  @Test("what was read fills the inputs in, and comes with its evidence")
  func fills() async throws {
    let finding = try await finding(
      "{sender: '${result.compromised_sender}', note: 'of ${site.node}'}",
      compromised: 300
    )
    #expect(finding.verdict == .fail)
    #expect(finding.inputs["sender"] == "alice@gaudy.test")
    #expect(finding.inputs["note"]?.hasPrefix("of mail-node") == true)
    #expect(finding.values["compromised_count"] == .integer(300))
    #expect(!finding.evidence.isEmpty)
  }

  @Test("what has no value is left to the person")
  func empty() async throws {
    let finding = try await finding("{sender: '${result.compromised_sender}'}", compromised: 0)
    #expect(finding.inputs.isEmpty)
  }
}
