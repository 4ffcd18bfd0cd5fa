import Testing

@testable import Runbooks

@Suite("An exercise") struct ExerciseLoaderTests {
  @Test("is read, and made a runbook whose steps are what happens and what is expected")
  func reads() throws {
    let exercise = try ExerciseLoader.read(text: ExerciseSamples.whole, path: "sample.yaml").get()
    let runbook = exercise.runbook
    #expect(runbook.id == RunbookID("exercise-sample") && runbook.id.exercise == exercise.id)
    #expect(
      runbook.steps.map(\.id.name) == [
        "begin", "cue-alarm", "alarm", "cue-thanks", "thanks", "cue-hint", "hint", "cue-press",
        "press", "hold", "no-flush", "told", "end", "rate-act", "debriefing", "attendance",
      ]
    )
    #expect(StepGraph(runbook).problems.isEmpty)
    // A run is pinned to the exercise's text, and reads the same of it.
    let pinned = RunbookLoader(operations: [], readsPinned: true)
    let again = try pinned.read(text: runbook.source.text, path: "runbook.yaml").get()
    #expect(again.steps.map(\.id) == runbook.steps.map(\.id) && again.kind == .exercise)
  }

  @Test(
    "says where and how it is wrong",
    arguments: [
      ("at: 5m", "at: 70m", "16:5", "is due after the end, at 1h"),
      ("to: [E4], text: \"Queue!\"", "to: [E3], text: \"Queue!\"", "16:5", "nobody plays E3"),
      ("after: hold", "after: hald", "17:5", "there is no expected action `hald`"),
      (
        "after: alarm, within: 10m", "after: alurm, within: 10m", "21:5",
        "there is no inject `alurm`"
      ),
      (
        "objective: act, seen: [{runbook", "objective: akt, seen: [{runbook", "21:5",
        "Did you mean `act`"
      ),
      ("id: hint", "id: alarm", "18:5", "the id `alarm` is taken"),
      ("id: hint", "id: end", "18:5", "the id `end` is taken"),
      ("{answer: alarm}", "{answer: hold}", "23:5", "no inject that players could answer"),
      (", via: alert, from: Alertmanager, to: [E4], text: \"Queue!\"", "", "16:5", "does nothing"),
      ("at: 5m, via", "at: 5m, after: hold, via", "16:5", "due in more than one way"),
      (
        "via: call, from: the press", "via: shout, from: the press", "19:40", "`shout` is not known"
      ),
      ("within: 15m, ", "", "23:5", "has no `within`"),
      (
        "never: [{runbook", "seen: [{answer: alarm}], never: [{runbook", "22:115",
        "both `seen` and `never`"
      ),
      (
        "  - {id: act, text: They act.}",
        "  - {id: act, text: They act.}\n  - {id: other, text: x}", "12:5",
        "nothing is expected for the objective `other`"
      ),
    ]
  )
  func problems(text: String, other: String, place: String, words: String) throws {
    let broken = ExerciseSamples.whole.replacing(text, with: other, maxReplacements: 1)
    try #require(broken != ExerciseSamples.whole)
    let reading = ExerciseLoader.read(text: broken, path: "sample.yaml")
    #expect(reading.value == nil)
    let found = reading.problems.map(\.description)
    #expect(
      found.contains { $0.hasPrefix("sample.yaml:\(place):") && $0.contains(words) },
      "\(found)"
    )
  }

  @Test("that waits for itself in a circle is refused")
  func circle() {
    let broken = ExerciseSamples.whole.replacing("at: 5m", with: "after: hold")
    let reading = ExerciseLoader.read(text: broken, path: "sample.yaml")
    #expect(reading.value == nil && !reading.problems.isEmpty)
  }

  @Test("lays its world over the site's: keys are merged, lists replaced, null takes away")
  func world() throws {
    let text = ExerciseSamples.whole.replacing(
      "start: 2026-11-27T21:40:00Z}",
      with: "start: 2026-11-27T21:40:00Z, state: {postfix: {log: [b], running: null}, new: {a: 1}}}"
    )
    let exercise = try ExerciseLoader.read(text: text, path: "sample.yaml").get()
    let site = SimulatedWorld(
      state: [
        "postfix": .record([
          "log": .list([.string("a")]), "running": .boolean(false), "kept": .integer(1),
        ])
      ],
      now: 0,
      seed: 9
    )
    let world = exercise.world(over: site, seed: 5)
    #expect(world.seed == 5 && world.now == 1_795_815_600)
    #expect(
      world.state == [
        "postfix": .record(["log": .list([.string("b")]), "kept": .integer(1)]),
        "new": .record(["a": .integer(1)]),
      ]
    )
  }

  @Test("a change of a world comes back from its JSON as it went in")
  func patchAsJSON() throws {
    let patch = MergePatch.fields([
      "a": .gone, "b": .value(.list([.record(["x": .number(1.5)]), .boolean(true)])),
      "c": .fields(["d": .value(.string("é\"\n"))]), "e": .value(.integer(-7)),
    ])
    #expect(try MergePatch(object: patch.json) == patch)
    for text in ["[1]", "{", "{\"a\": [null]}"] {
      #expect(throws: MergePatch.Fault.self) { try MergePatch(object: text) }
    }
  }
}
