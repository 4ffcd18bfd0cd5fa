internal import ClusterOps
internal import Foundation
internal import Runbooks

/// An exercise that nobody plays: the players do what a file says, when it says so, and time passes at once
/// from one thing to the next.
struct SoloExercise: Sendable {
  let conductor: Conductor
  let session: RunSession
  let answers: Answers
  /// The file of the answers; those of the players' runbooks lie beside it.
  let path: String
  let workplace: Workplace

  /// The most that may happen in one exercise, so that none goes on for ever.
  private static let most = 10_000

  /// Plays to the end, or to where the answers say nothing more.
  func play() async throws -> RunStatus {
    let engine = session.engine
    try await engine.attach()
    var open = answers.players
    var status = try await engine.drive(decider: conductor)
    for _ in 0..<Self.most {
      if case .ended = status { break }
      guard let moment = try await next(&open) else { break }
      await engine.passTime(to: moment.at)
      if let act = moment.act { try await perform(act) }
      status = try await engine.drive(decider: conductor)
    }
    try await engine.letGo(reason: "nothing is left to do without people")
    return status
  }

  /// What comes first: what the board waits for, or a player's act.
  private func next(_ open: inout [PlayerAct]) async throws -> (at: Moment, act: PlayerAct?)? {
    let state = await session.engine.state
    let now = await session.engine.worldTime() ?? state.latest
    let board = try conductor.board(state, at: now)
    let due = open.indices.compactMap { index -> (Moment, Int)? in
      guard let start = board.start(of: open[index].after) else { return nil }
      return (max(now, start.advanced(by: open[index].delay)), index)
    }
    // Of acts at one moment the first in the file comes first.
    let first = due.min { ($0.0, $0.1) < ($1.0, $1.1) }
    if let (moment, index) = first, board.next.map({ moment <= $0 }) ?? true {
      return (moment, open.remove(at: index))
    }
    return board.next.map { ($0, nil) }
  }

  // MARK: What players do

  private func perform(_ act: PlayerAct) async throws {
    switch act.act {
    case .look(let checks): try await look(at: checks, by: act.player)
    case .answer(let text):
      guard let inject = act.after else { return }
      try await session.engine.submit(.note(inject, text: text), by: act.player)
    case .run(let runbook, let file, let inputs):
      try await run(runbook, file ?? "\(runbook).yaml", inputs, act)
    }
  }

  private func look(at checks: [CheckID], by player: String) async throws {
    let board = try CheckBoard.open(workplace, world: await session.engine.simulatedWorld)
    let chosen = try board.choose(checks.map(\.name))
    let findings = await board.look(at: chosen) { _ in }
    try await session.engine.submit(
      .note(nil, text: ExerciseObservation.note(of: findings)),
      by: player
    )
  }

  private func run(
    _ id: RunbookID,
    _ file: String,
    _ inputs: [String: Value],
    _ act: PlayerAct
  ) async throws {
    let runbook = try workplace.shelf.runbook(id.name)
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let said = try AnswersFile.read(folder.appendingPathComponent(file).path, for: runbook)
    let values = try InputText.complete(
      said.inputs.merging(inputs) { $1 },
      runbook,
      workplace.site
    )
    let run = try begin(
      runbook,
      values,
      in: await session.engine.simulatedWorld,
      by: act.player
    )
    let player = try await RunSession.take(
      run,
      in: workplace.store,
      on: workplace.site,
      as: act.player,
      runbooks: workplace.runbooks
    )
    let decider = AnswersDecider(
      answers: said,
      secrets: try SecretAnswers(said, for: runbook),
      desk: player.desk,
      nested: NestedAnswers(said, folder.appendingPathComponent(file).path, at: workplace)
    )
    _ = try await PlainDriver.driveOn(
      player,
      ThinkingDecider(player: decider, engine: player.engine, thinks: act.thinks, exercise: self),
      workplace
    )
  }

  /// Makes a player's run and lets go of it, to be taken as any other.
  private func begin(
    _ runbook: Runbook,
    _ inputs: [String: Value],
    in world: SimulatedWorld?,
    by player: String
  ) throws -> RunID {
    let run = RunStore.newName(for: runbook.id, at: SystemRunClock().read().wall)
    try workplace.store.create(
      .init(
        run: run,
        runbook: runbook,
        site: workplace.site,
        mode: .tabletop,
        inputs: inputs,
        world: world,
        pace: .automatic,
        parent: RunParent(run: session.run, step: ExerciseGraph.begin, root: session.run),
        console: Version.text,
        by: player
      )
    )
    .close()
    return run
  }

  /// Lets happen what is due by now, while a player plays.
  func catchUp() async {
    guard let now = await session.engine.worldTime() else { return }
    await session.engine.passTime(to: now)
    // Why it stands still is told where the exercise goes on.
    _ = try? await session.engine.drive(decider: conductor)
  }
}

/// A player who takes a while for each decision, as people do.
private struct ThinkingDecider: Decider {
  let player: AnswersDecider
  let engine: RunEngine
  let thinks: Duration
  let exercise: SoloExercise

  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    guard let decision = await player.decide(item, in: state, head: head) else { return nil }
    if let now = await engine.worldTime() { await engine.passTime(to: now.advanced(by: thinks)) }
    await exercise.catchUp()
    return decision
  }

  func refused(_ refusal: CommandRefusal, for item: WaitingItem) async {
    await player.refused(refusal, for: item)
  }
}
