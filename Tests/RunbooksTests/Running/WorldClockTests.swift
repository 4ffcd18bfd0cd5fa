import TestSupport
import Testing

@testable import Runbooks

/// Waits in a world whose clock moves by itself.
@Suite("The clock of a world", .timeLimit(.minutes(1))) struct WorldClockTests {
  private static let waiting = Fixtures.runbook(
    [Fixtures.step("wait", .wait(.span(Fixtures.template("10m"))))],
    id: "waiting"
  )
  private static let table = Fixtures.runbook(
    [Fixtures.step("lead", .manual(ManualTask(instructions: Fixtures.template("lead"))))],
    id: "table"
  )

  /// A run of ten minutes' wait below a run whose world has a clock.
  private struct Place {
    let family: Family
    let shared: SharedWorld
    let engine: RunEngine

    init(_ store: RunStore, _ clock: any RunClock, pace: Int) async throws {
      family = Family(store, [waiting, table], clock)
      let root = try family.begin(table, .tabletop, as: "table")
      shared = SharedWorld(of: try #require(store.directory(of: root)))
      try shared.set(WorldClock(showing: Fixtures.start, pace: pace, by: clock))
      let run = RunID("waiting-1")
      _ = try await family.make(
        NestedOrder(
          run: run,
          runbook: waiting.id,
          inputs: [:],
          parent: RunParent(run: root, step: StepID("lead"), root: root),
          mode: .tabletop,
          pace: .automatic,
          world: SimulatedWorld(
            state: [:],
            now: Int(Fixtures.start.milliseconds / 1_000),
            seed: 1
          ),
          by: "ana"
        )
      )
      engine = try await family.engine(run).0
    }
  }

  @Test("a wait takes as long as the pace makes it", arguments: [1, 4, 60])
  func pace(_ pace: Int) async throws {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let place = try await Place(store, clock, pace: pace)
      #expect(try await place.engine.drive() == .ended(.completed, summary: "1 of 1 steps done"))
      #expect(clock.read().wall.since(Fixtures.start) == .seconds(600 / pace))
    }
  }

  @Test("while the clock stands nothing passes, and a wait goes on with it")
  func standing() async throws {
    try await Fixtures.withState { store in
      let clock = SteppedClock(wall: Fixtures.start)
      let place = try await Place(store, clock, pace: 0)
      let (engine, family) = (place.engine, place.family)
      let status = Task { try await engine.drive() }
      await family.untilWatched(RunID("table"))
      clock.advance(by: .seconds(3_600))
      family.poke(RunID("table"))
      #expect(clock.sleeping.isEmpty)
      #expect(await engine.state.ended == nil)

      try place.shared.set(WorldClock(showing: Fixtures.start, pace: 60, by: clock))
      family.poke(RunID("table"))
      await clock.untilSomebodySleeps(for: 10)
      clock.advance(by: .seconds(10))
      #expect(try await status.value == .ended(.completed, summary: "1 of 1 steps done"))
    }
  }

  @Test("a wait under way follows a pace that is changed, and a jump")
  func changed() async throws {
    try await Fixtures.withState { store in
      let clock = SteppedClock(wall: Fixtures.start)
      let place = try await Place(store, clock, pace: 1)
      let (engine, family) = (place.engine, place.family)
      let status = Task { try await engine.drive() }
      await clock.untilSomebodySleeps(for: 600)
      clock.advance(by: .seconds(100))
      let now = Fixtures.start.advanced(by: .seconds(100))
      try place.shared.set(WorldClock(showing: now, pace: 10, by: clock))
      family.poke(RunID("table"))
      await clock.untilSomebodySleeps(for: 50)
      let jump = Fixtures.start.advanced(by: .seconds(580))
      try place.shared.set(WorldClock(showing: jump, pace: 1, by: clock))
      family.poke(RunID("table"))
      await clock.untilSomebodySleeps(for: 20)
      clock.advance(by: .seconds(20))
      #expect(try await status.value == .ended(.completed, summary: "1 of 1 steps done"))
    }
  }

  @Test("who only looks sees the world as it was left, at the time of its clock")
  func looking() async throws {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let shared = try await Place(store, clock, pace: 2).shared
      let began = Int(Fixtures.start.milliseconds / 1_000)
      clock.advance(by: .seconds(30))
      #expect(try shared.look(by: clock) == nil)
      let first = SimulatedWorld(state: ["a": .integer(1)], now: began, seed: 1)
      #expect(try shared.look(orElse: first, by: clock)?.now == began + 60)
      try await shared.turn().leave(SimulatedWorld(state: ["a": .integer(2)], now: began, seed: 1))
      let seen = try shared.look(orElse: first, by: clock)
      #expect(seen?.state["a"] == .integer(2))
      #expect(seen?.now == began + 60)
    }
  }
}
