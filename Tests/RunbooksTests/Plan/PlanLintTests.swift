import Testing

@testable import Runbooks

@Suite("Lint of the plan") struct PlanLintTests {
  private func problems(
    _ text: String = PlanSamples.text,
    steps: String = PlanSamples.steps,
    checks: Set<CheckID> = [CheckID("node-ready"), CheckID("relay")]
  ) throws -> [RunbookProblem] {
    let plan = try PlanLoader.read(text: text, path: "plan.yaml").get()
    let runbook = try Samples.loader.read(text: Samples.runbook(steps), path: "triage.yaml").get()
    return PlanLint.problems(in: plan, runbooks: [runbook], checks: checks)
  }

  @Test("counts in one warning what nothing that is shipped proves")
  func later() throws {
    let found = try problems()
    #expect(found.count == 1)
    #expect(found.first?.severity == .warning)
    #expect(
      found.first?.message
        == "1 of 3 tickets and 0 of 1 exit criteria are not wholly proved by what is shipped: MS-2"
    )
  }

  @Test("has nothing to say where all is proved")
  func proved() throws {
    let text = PlanSamples.text.replacing("later: no check reads it", with: "check: relay")
    #expect(try problems(text).isEmpty)
  }

  @Test("takes a statement for missing that no step asks that role to sign for that ticket")
  func unasked() throws {
    let elsewhere = PlanSamples.steps.replacing("covers: [MS-1]", with: "covers: [PL-1]")
    let others = PlanSamples.steps.replacing("of: [E1]", with: "of: [E2]")
    for steps in [elsewhere, others] {
      #expect(try problems(steps: steps).first?.message.contains("2 of 3 tickets") == true)
    }
  }

  @Test(
    "names proofs that are not there, where they stand",
    arguments: [
      ("check: node-ready", "check: node-redy", "18:17", "Did you mean `node-ready`?"),
      ("check: relay", "check: nothing", "46:87", "there is no check `nothing`"),
      ("runbook: queue-triage", "runbook: queue-triag", "35:13", "Did you mean `queue-triage`?"),
      ("step: review", "step: reviews", "35:13", "`queue-triage` has no step `reviews`"),
    ]
  )
  func missing(line: String, instead: String, place: String, words: String) throws {
    let found = try problems(PlanSamples.text.replacing(line, with: instead))
      .filter { $0.severity == .error }.map(\.description)
    #expect(found.count == 1)
    #expect(
      found.first.map { $0.hasPrefix("plan.yaml:\(place): ") && $0.contains(words) } == true,
      "\(found)"
    )
  }

  @Test("names steps that prove what the plan does not have")
  func covers() throws {
    let found = try problems(
      steps: PlanSamples.steps.replacing("covers: [MS-1]", with: "covers: [MS-1, MS-3]")
    ).filter { $0.severity == .error }
    #expect(found.map(\.position.file) == ["triage.yaml"])
    #expect(
      found.first?.message == "the plan has no `MS-3` for the step `review` to prove"
    )
  }

  @Test("the library does not take plan.yaml for a runbook, and finds it beside them")
  func library() throws {
    let folder = try TemporaryFolder([
      "plan.yaml": PlanSamples.text, "operations/a.yaml": Samples.runbook(PlanSamples.steps),
      "operations/plan.yaml": "a: b",
    ])
    let library = RunbookLibrary(directory: folder.path, loader: Samples.loader)
    #expect(library.runbooks.count == 1)
    // Only the one at the top of the library is the plan.
    #expect(library.paths.contains { $0.hasSuffix("operations/plan.yaml") })
    #expect(!library.paths.contains(folder.path + "/plan.yaml"))
    #expect(PlanLoader.read(library: folder.path)?.value?.tickets.count == 3)
    #expect(PlanLoader.read(library: folder.path + "/operations/deep") == nil)
  }
}
