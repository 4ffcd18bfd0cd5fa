import Testing

@testable import Runbooks

/// Lint and engine agree on names: what lint offers, a run has, with that type and those words.
@Suite struct NameContractTests {
  private static let text = """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: names
    title: Names
    version: 1.0.0
    owner: E4
    summary: One step of every kind that leaves something behind.
    inputs:
      who: {type: string, required: true, help: "whose"}
      many: {type: integer, default: 3, help: "how many"}
    steps:
      - {id: operation, do: test.hold, with: {text: "${inputs.who}"}, reversible: no}
      - {id: check, check: test.look, pass: result.count >= 0}
      - {id: warned, check: test.look, pass: result.count < 0, warn: result.count >= 0}
      - id: read
        run: [date, -u]
        risk: read
        outputs:
          line: {type: string, from: stdout}
          status: {type: integer, from: exit}
      - {id: judged, check: {run: [date, -u]}, pass: result.exit == 0}
      - id: person
        manual: Do it.
        fields: {ticket: {type: string, required: true, help: "which"}}
      - {id: asked, ask: {colour: {type: choice, values: [red, blue], required: true, help: "which"}}}
      - {id: skipped, note: never, when: inputs.many > 5}
      - {id: failed, check: test.look, pass: result.count < 0, on_failure: continue}
      - {id: waited, wait: 1s}
      - id: last
        note: the end
        needs:
          - operation
          - check
          - warned
          - read
          - judged
          - person
          - asked
          - {step: skipped, on: any}
          - {step: failed, on: any}
          - waited

    """

  private struct Date: CommandPerformer {
    func perform(
      _ argv: [String],
      input: [UInt8],
      in context: OperationContext
    ) async throws(OperationFailure) -> CommandResult {
      CommandResult(exitStatus: 0, standardOutput: Array("today\n".utf8))
    }
  }

  private struct Person: Decider {
    func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
      switch item.kind {
      case .manual:
        Decision(.done(item.step, note: "", fields: ["ticket": .string("T1")]), by: "ana")
      case .answer: Decision(.answer(item.step, ["colour": .string("red")]), by: "ana")
      default: nil
      }
    }
  }

  private func place(_ name: String) -> String { "${\(name)}" }

  @Test("every name that lint offers at the end of a run has a value of its type in the engine")
  func everyName() async throws {
    try await Fixtures.withState { store in
      let operations: [any Operation] = [
        FakeOperation("test.look", risk: .read, Ledger()), FakeOperation("test.hold", Ledger()),
      ]
      let catalogue = OperationCatalogue(operations)
      let runbook = try RunbookLoader(operations: catalogue.declarations)
        .read(text: Self.text, path: "names.yaml").get()
      let run = try store.create(
        .init(
          run: RunID("run-1"),
          runbook: runbook,
          site: Fixtures.site,
          mode: .live,
          inputs: ["who": .string("alice"), "many": .integer(3)],
          world: nil,
          console: "test",
          by: "ana"
        ),
        clock: ManualRunClock(wall: Fixtures.start)
      )
      let engine = try RunEngine(
        run,
        entries: try run.entries(),
        Fixtures.setting(
          runbook,
          operations,
          ManualRunClock(wall: Fixtures.start),
          commands: Date()
        )
      )
      try await engine.attach()
      let status = try await engine.drive(decider: Person())
      // One step fails on purpose, and the run with it.
      guard case .ended(.failed, _) = status else {
        Issue.record("\(status)")
        return
      }
      let scope = await engine.state.scope
      let references = runbook.steps.dropLast().flatMap {
        Fixtures.template(place("steps.\($0.id).state")).references
      }
      let graph = StepGraph(runbook)
      let pass = LintPass(
        runbook: runbook,
        graph: graph,
        operations: Dictionary(uniqueKeysWithValues: catalogue.declarations.map { ($0.name, $0) }),
        vantages: []
      )
      let last = try #require(runbook.steps.last)
      let offered = pass.scope(for: last, reading: references)
      #expect(offered.steps.count == runbook.steps.count - 1)
      var seen: [String] = []
      for (root, entries) in [("inputs", offered.inputs), ("run", offered.run)]
        + offered.steps.map({ ("steps.\($0.key)", $0.value) })
      {
        for (name, entry) in entries where entry.unset == nil {
          let value = try Fixtures.template(place("\(root).\(name)")).resolve(in: scope)
          #expect(value.type == entry.type, "\(root).\(name)")
          if let words = entry.words {
            #expect(words.contains(value.text ?? ""), "\(root).\(name)")
          }
          seen.append("\(root).\(name)")
        }
      }
      #expect(seen.count > 20, "\(seen.sorted())")
      let endings = offered.steps.keys.map { scope.steps[$0]?["state"]?.text ?? "" }
      #expect(Set(endings) == Set(TypeScope.stepStates))
    }
  }

  @Test("what lint offers of a command's result is what the engine gives a check to judge")
  func result() {
    let given = CommandReading.values(exit: 1, standardOutput: "no")
    #expect(Set(given.keys) == Set(CommandReading.names.keys))
    for (name, value) in given { #expect(value.type == CommandReading.names[name]?.type) }
  }
}
