import ClusterOps
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

/// An exercise that people play, by a clock of the test's own.
@Suite("The conductor of an exercise", .timeLimit(.minutes(1))) struct AttendedConductorTests {
  /// The exercise's run with its engine and its conductor, and the facilitator wen.
  private struct Played {
    let folder: TemporaryFolder
    let clock = SteppedClock(wall: Moment(seconds: 1_790_000_000))
    let exercise: Exercise
    let record: OpenRun
    let engine: RunEngine
    let conductor: AttendedConductor
    let world: SharedWorld
    let players: Box

    /// Where the players' runs stand; a class because test and conductor share it.
    final class Box: Sendable {
      let states = Mutex<[RunState]>([])
      let told = AsyncStream.makeStream(of: Void.self)
    }

    init() async throws {
      folder = try TemporaryFolder()
      exercise = try ExerciseLoader.read(text: SampleExercise.text, path: "sample.yaml").get()
      let site = try SampleExercise.site()
      let first = try ScenarioLoader.read(path: try #require(site.scenario)).get()
      record = try RunStore(state: folder.path).create(
        .init(
          run: RunID("exercise-sample-1"),
          runbook: exercise.runbook,
          site: site,
          mode: .tabletop,
          world: exercise.world(over: first),
          pace: .attended,
          console: "test",
          by: "wen"
        ),
        clock: clock
      )
      let directory = record.directory
      world = SharedWorld(of: directory)
      engine = try RunEngine(
        record,
        entries: try record.entries(),
        RunSetting(
          runbook: exercise.runbook,
          site: site,
          catalogue: .standard(),
          clock: clock,
          sharedWorld: world,
          driver: "wen",
          processID: 1
        )
      )
      let box = Box()
      players = box
      conductor = AttendedConductor(
        exercise,
        in: world,
        from: AttendedConductor.Sources(
          entries: { try JournalReader(directory).entries(after: $0) },
          players: { box.states.withLock { $0 } },
          changes: { box.told.stream }
        ),
        clock: clock
      )
      try await engine.attach()
      _ = try await engine.drive()
    }

    /// Plays until something holds in the record, then stops performing.
    func play(_ body: @Sendable (Reached) async throws -> Void) async throws {
      let (engine, conductor) = (engine, conductor)
      let reached = Reached(engine)
      await conductor.begin { await engine.wake() }
      let driving = Task { try await engine.drive(decider: conductor, waitsForPeople: true) }
      try await engine.submit(
        .done(ExerciseGraph.begin, note: "", fields: [:]),
        by: "wen"
      )
      try await body(reached)
      await conductor.end()
      driving.cancel()
      _ = try await driving.value
    }

    func result(_ step: String) async -> StepResult? { await engine.state[StepID(step)]?.result }
    func verdict(_ step: String) async -> String? { await result(step)?.outputs["verdict"]?.text }
  }

  /// Waits for what the record comes to.
  private struct Reached: Sendable {
    let engine: RunEngine
    init(_ engine: RunEngine) { self.engine = engine }

    func callAsFunction(_ step: String) async {
      while await engine.state[StepID(step)]?.result == nil, !Task.isCancelled {
        await Task.yield()
      }
    }
  }

  @Test("it sets the clock when the exercise begins, and lets happen by it what is due")
  func fires() async throws {
    let played = try await Played()
    let clock = played.clock
    #expect(played.world.clock() == nil)
    try await played.play { reached in
      await clock.untilSomebodySleeps(for: 300)
      #expect(played.world.clock()?.pace == 1)
      #expect(await played.result("alarm") == nil, "nothing is due")
      clock.advance(by: .seconds(300))
      await reached("alarm")
    }
    let cue = try #require(await played.result("cue-alarm"))
    #expect(cue.by == "wen")
    let began = try #require(await played.result("begin")?.at)
    let alarm = try #require(await played.result("alarm")?.at)
    #expect(alarm.since(began) >= .seconds(300) && alarm.since(began) < .seconds(400))
    let inbox = try played.world.look()?.state["inbox"]?.elements
    #expect(inbox?.count == 1)
    #expect(inbox?.first?["text"]?.text == "Queue!")
  }

  @Test("what a player says and begins is seen when it is recorded, and a hint is spared")
  func sees() async throws {
    let played = try await Played()
    let clock = played.clock
    try await played.play { reached in
      await clock.untilSomebodySleeps(for: 300)
      clock.advance(by: .seconds(300))
      await reached("alarm")
      try await played.engine.submit(.note(StepID("alarm"), text: "We look."), by: "tomas")
      await reached("told")
      #expect(await played.result("triage") == nil)
      let at = try #require(await played.result("told")?.at)
      played.players.states.withLock { $0 = [SampleExercise.triage(begunAt: at)] }
      played.players.told.continuation.yield()
      await reached("triage")
      // The next that comes by itself is the facilitator's judgement, at 50 minutes.
      await clock.untilSomebodySleeps(for: 2_700)
      clock.advance(by: .seconds(3_400))
      await reached("cue-hint")
    }
    #expect(await played.verdict("told") == "met")
    #expect(await played.verdict("triage") == "met")
    #expect(await played.result("triage")?.outputs["seen"]?.text?.contains("tomas began") == true)
    #expect(await played.result("cue-hint")?.outputs["fire"]?.text == "no")
  }

  @Test("a pace that is changed brings the next moment nearer; what is held back waits")
  func paceAndHold() async throws {
    let played = try await Played()
    let clock = played.clock
    try await played.play { reached in
      await clock.untilSomebodySleeps(for: 300)
      try await played.engine.submit(
        .note(StepID("alarm"), text: ExerciseWord.held.rawValue),
        by: "wen"
      )
      clock.advance(by: .seconds(60))
      let shown = try #require(played.world.clock()).moment(by: clock)
      try played.world.set(WorldClock(showing: shown, pace: 60, by: clock))
      try await played.engine.submit(.note(nil, text: "the clock runs ×60"), by: "wen")
      // Nothing is due before the end: the alarm is held back.
      await clock.untilSomebodySleeps(for: 49)
      clock.advance(by: .seconds(10))
      #expect(await played.result("cue-alarm") == nil)
      try await played.engine.submit(
        .note(StepID("alarm"), text: ExerciseWord.released.rawValue),
        by: "wen"
      )
      await reached("alarm")
    }
    let began = try #require(await played.result("begin")?.at)
    let alarm = try #require(await played.result("alarm")?.at)
    #expect(alarm.since(began) >= .seconds(660), "it came before it was let go")
  }

  @Test("at its length it is over: what is open is missed, and ratings wait for the facilitator")
  func ends() async throws {
    let played = try await Played()
    let clock = played.clock
    try await played.play { reached in
      await clock.untilSomebodySleeps(for: 300)
      clock.advance(by: .seconds(300))
      await reached("alarm")
      // The next that comes by itself is the triage that nobody began, after ten minutes.
      await clock.untilSomebodySleeps(for: 600)
      clock.advance(by: .seconds(3_400))
      // What only a person can judge is theirs even now; `end` waits for it.
      await reached("told")
      #expect(await played.result("calm") == nil)
      #expect(await played.result("end") == nil)
      #expect(await !played.conductor.goesOn(played.engine.state))
      try await played.engine.submit(
        .done(
          StepID("calm"),
          note: "",
          fields: ["verdict": .string("met"), "at": .string(""), "seen": .string("heard")]
        ),
        by: "wen"
      )
      await reached("end")
    }
    #expect(await played.verdict("told") == "missed")
    #expect(await played.verdict("triage") == "missed")
    #expect(await played.result("cue-press")?.outputs["fire"]?.text == "no")
    let state = await played.engine.state
    #expect(state[ExerciseGraph.rating(of: StepID("act"))]?.result == nil)
    guard case .waitingForPerson? = state[ExerciseGraph.rating(of: StepID("act"))] else {
      Issue.record("the rating does not wait for the facilitator")
      return
    }
  }

  @Test("a successor goes on from the record, by the clock that stands beside the world")
  func successor() async throws {
    let played = try await Played()
    let clock = played.clock
    try await played.play { _ in await clock.untilSomebodySleeps(for: 300) }
    let shown = try #require(played.world.clock())
    clock.advance(by: .seconds(120))

    let directory = played.record.directory
    let next = AttendedConductor(
      played.exercise,
      in: played.world,
      from: AttendedConductor.Sources(
        entries: { try JournalReader(directory).entries(after: $0) },
        players: { [] },
        changes: { AsyncStream { $0.finish() } }
      ),
      clock: clock
    )
    let engine = played.engine
    await next.begin { await engine.wake() }
    let driving = Task { try await engine.drive(decider: next, waitsForPeople: true) }
    await clock.untilSomebodySleeps(for: 180)
    #expect(played.world.clock() == shown, "it set the clock anew")
    clock.advance(by: .seconds(180))
    await Reached(engine)("alarm")
    await next.end()
    driving.cancel()
    _ = try await driving.value
  }
}
