internal import Runbooks
internal import TUI

/// What consoles with a seat read of their exercise, and say in it.
struct ExerciseDesk: Sendable {
  let workplace: Workplace
  let seat: ExerciseSeat
  private let directory: RunDirectory
  private let runs: PlayerRuns
  private var clock: any RunClock = SystemRunClock()

  /// Nil where the workplace has no seat.
  init?(at workplace: Workplace) {
    guard let seat = workplace.seat, let directory = workplace.table else { return nil }
    self.workplace = workplace
    self.seat = seat
    self.directory = directory
    runs = PlayerRuns(of: seat.run, in: workplace.store)
  }

  private var leads: Bool { seat.place == .facilitator }
  private var world: SharedWorld { SharedWorld(of: directory) }

  // MARK: - Reading

  /// Reads the records.
  func news() throws(CommandFailure) -> ExerciseNews {
    do {
      let entries = try JournalReader(directory).entries()
      guard let world = try workplace.worldNow(of: seat) else {
        throw CommandFailure(.data, "The world of \(seat.run) cannot be read.")
      }
      let shown = self.world.clock()
      let now = max(Moment(seconds: world.now), shown?.moment(by: clock) ?? Moment(seconds: 0))
      let inbox = inbox(of: world, entries)
      guard leads else {
        return ExerciseNews(
          exercise: nil,
          board: nil,
          clock: shown,
          now: now,
          inbox: inbox,
          players: []
        )
      }
      let exercise = try exercise()
      let players = try runs.states()
      let board = ExerciseBoard(
        exercise,
        try JournalReader(directory).state(of: exercise.runbook),
        words: ExerciseWords(entries),
        observed: ExerciseObservation.said(in: entries)
          + players.flatMap { ExerciseObservation.all(in: $0) },
        at: now
      )
      return ExerciseNews(
        exercise: exercise,
        board: board,
        clock: shown,
        now: now,
        inbox: inbox,
        players: players.map(standing)
      )
    } catch {
      throw RunSession.failure(error)
    }
  }

  private func exercise() throws -> Exercise {
    let source = try directory.pinnedSource()
    return try ExerciseLoader.read(text: source.text, path: source.path).get()
  }

  /// The messages that came, with what was answered; a player's are those to one of their roles.
  private func inbox(of world: SimulatedWorld, _ entries: [JournalEntry]) -> [InboxMessage] {
    var answers: [StepID: [InboxMessage.Answer]] = [:]
    for entry in entries {
      guard case .noteAdded(let note) = entry.event, let step = note.step,
        ExerciseWord(rawValue: note.text) == nil
      else { continue }
      answers[step, default: []].append(.init(by: note.by, at: note.at, text: note.text))
    }
    let roles = Set(workplace.roles)
    return (world.state["inbox"]?.elements ?? []).compactMap { message in
      guard let number = message["number"]?.int, let inject = message["inject"]?.text,
        let channel = (message["channel"]?.text).flatMap(Inject.Channel.init)
      else { return nil }
      let to = (message["to"]?.elements ?? []).compactMap(\.text).map { Role($0) }
      guard leads || !roles.isDisjoint(with: to) else { return nil }
      return InboxMessage(
        number: number,
        inject: StepID(inject),
        at: Moment(seconds: message["at"]?.int ?? world.now),
        channel: channel,
        sender: message["sender"]?.text ?? "",
        to: to,
        text: message["text"]?.text ?? "",
        answers: answers[StepID(inject)] ?? []
      )
    }
  }

  private func standing(_ state: RunState) -> PlayerStanding {
    let open = state.waitingItems.first?.step
    let underWay = state.steps.first { $0.state.isUnderWay || $0.step.id == open }
    return PlayerStanding(
      run: state.run,
      runbook: state.runbook.id,
      player: state.driver?.by ?? state.created?.by ?? "",
      step: underWay?.step.title ?? "",
      status: RunSign(
        state.status,
        isHeld: state.isAttached,
        among: state.created?.operators ?? [],
        glyphs: .unicode
      ).words,
      last: state.latest
    )
  }

  // MARK: - Saying

  /// Says something to the runner of the exercise's run, as the workplace's person; starts a runner
  /// where none lives for the facilitator alone.
  ///
  /// - Throws: the refusal, or that nobody is there to take it.
  func say(_ command: RunCommand) async throws(CommandFailure) {
    var found = try await connect()
    if found == nil, leads { found = try await OpenedRun.take(seat.run, at: workplace).client }
    guard let client = found else {
      throw CommandFailure(
        .busy,
        "The exercise stands still: its facilitator is not there. Tell them, then do it again."
      )
    }
    // Answers come with what else is told.
    let updates = await client.updates(after: client.snapshot.head.sequence)
    let reading = Task(executorPreference: WorkExecutor.shared) { for await _ in updates {} }
    defer { reading.cancel() }
    do throws(CommandFailure) {
      try await client.send(command, by: workplace.actor)
    } catch {
      await client.leave(reason: "it was not obeyed")
      throw error
    }
    await client.leave(reason: "it was said")
  }

  private func connect() async throws(CommandFailure) -> RunnerClient? {
    try await RunnerClient.connect(to: directory, as: workplace.actor, drives: leads)
  }

  /// Sets the clock of the world, then notes it in the record of the exercise; the facilitator's alone.
  ///
  /// - Parameters:
  ///   - pace: how many seconds of the world pass in one; 0: it stands.
  ///   - moment: what it shows then; nil: what it shows now. It never goes back.
  func setClock(pace: Int, jumpingTo moment: Moment?) async throws(CommandFailure) {
    guard leads else {
      throw CommandFailure(.usage, "The clock is the facilitator's; ask them to set it.")
    }
    guard let shown = world.clock() else {
      throw CommandFailure(.usage, "The exercise has not begun, so its clock does not run yet.")
    }
    let now = shown.moment(by: clock)
    let next = WorldClock(showing: max(now, moment ?? now), pace: pace, by: clock)
    do throws(JournalError) {
      try world.set(next)
    } catch {
      throw CommandFailure(.io, "The clock could not be set: \(error)")
    }
    try await say(.note(nil, text: Self.words(next, max(now, moment ?? now))))
  }

  /// `the clock runs ×4 from 03:12:40`
  static func words(_ clock: WorldClock, _ moment: Moment) -> String {
    let time = moment.description.dropFirst(11).prefix(8)
    return clock.pace == 0
      ? "the clock stands at \(time)" : "the clock runs ×\(clock.pace) from \(time)"
  }

  // MARK: - Looking out

  /// Tells at once, and when the record of the exercise or of a player's run has more, or a player
  /// begins a run.
  func changes() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Void.self,
      bufferingPolicy: .bufferingNewest(1)
    )
    let sources = [FileChanges.of(directory: directory.path), runs.changes()]
    let task = Task(executorPreference: WorkExecutor.shared) {
      await withTaskGroup(of: Void.self) { group in
        for source in sources {
          group.addTask { for await _ in source { continuation.yield() } }
        }
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }
}
