internal import Runbooks

/// Leads an exercise that people play, beside the facilitator: sets the clock when it begins, lets happen
/// what is due, and says what was seen of what is expected (decision 064).
///
/// It decides nothing that is not in the records, so that a successor goes on from them. An actor because
/// it looks out for the next moment and for what players do.
actor AttendedConductor {
  /// Where it reads; a test gives its own.
  struct Sources: Sendable {
    /// The record of the exercise's own run after an event.
    let entries: @Sendable (Int64) throws -> [JournalEntry]
    /// Where the players' runs stand.
    let players: @Sendable () throws -> [RunState]
    /// Tells when a player's run has more, or one is begun.
    let changes: @Sendable () -> AsyncStream<Void>
  }

  private let exercise: Exercise
  private let world: SharedWorld
  private let sources: Sources
  private let clock: any RunClock

  private var entries: [JournalEntry] = []
  /// What players' runs say; nil: they are to be read.
  private var played: [ExerciseObservation]?
  /// The moment from which on they are read again, so that nothing is judged by an old look.
  private var due: Moment?

  /// The moment that all that waits is decided at, and the record it was first asked over.
  ///
  /// It stands until more is recorded or there is reason to look again: what came due between two
  /// questions would else be seen only by the second, while it is the first one's.
  private var asked: (head: ChainHead, at: Moment)?

  private var wake: @Sendable () async -> Void = {}
  private var lookout: Task<Void, Never>?
  private var timer: Task<Void, Never>?
  /// What the timer waits for.
  private var awaited: Awaited?
  private var complaint: String?

  private struct Awaited: Equatable {
    let moment: Moment
    let clock: WorldClock
  }

  init(
    _ exercise: Exercise,
    in world: SharedWorld,
    from sources: Sources,
    clock: any RunClock = SystemRunClock()
  ) {
    self.exercise = exercise
    self.world = world
    self.sources = sources
    self.clock = clock
  }

  /// The one for a run that a process performs; nil: it is no exercise's.
  static func leading(
    _ session: RunSession,
    in store: RunStore
  ) throws(CommandFailure) -> AttendedConductor? {
    guard session.runbook.kind == .exercise else { return nil }
    let reading = ExerciseLoader.read(
      text: session.runbook.source.text,
      path: session.runbook.source.path
    )
    guard let exercise = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    let directory = session.record.directory
    let players = PlayerRuns(of: session.run, in: store)
    return AttendedConductor(
      exercise,
      in: SharedWorld(of: directory),
      from: Sources(
        entries: { try JournalReader(directory).entries(after: $0) },
        players: { try players.states() },
        changes: { players.changes() }
      )
    )
  }

  // MARK: - Looking out

  /// Begins to look out for players' acts and for the next moment.
  ///
  /// - Parameter wake: has the engine look again.
  func begin(_ wake: @escaping @Sendable () async -> Void) {
    self.wake = wake
    let changes = sources.changes()
    lookout = Task { for await _ in changes { await lookAgain() } }
  }

  /// Looks out for nothing any more; the clock goes on or stands as it is.
  func end() {
    lookout?.cancel()
    timer?.cancel()
    awaited = nil
  }

  private func lookAgain() async {
    played = nil
    asked = nil
    await wake()
  }

  /// Wakes at a moment of the world, by its clock.
  private func look(at moment: Moment?, by shown: WorldClock) {
    guard let moment, let left = shown.time(until: moment, by: clock) else {
      timer?.cancel()
      awaited = nil
      return
    }
    let next = Awaited(moment: moment, clock: shown)
    guard awaited != next else { return }
    timer?.cancel()
    awaited = next
    let clock = clock
    timer = Task {
      await clock.sleep(for: left)
      guard !Task.isCancelled, awaited == next else { return }
      awaited = nil
      await lookAgain()
    }
  }

  // MARK: - Reading

  /// Whether it goes on though no console is there: its clock runs and its time is not over.
  func goesOn(_ state: RunState) -> Bool {
    guard state.ended == nil, let began = state[ExerciseGraph.begin]?.result?.at,
      state[ExerciseGraph.end]?.result == nil, let shown = world.clock(),
      let left = shown.time(until: began.advanced(by: exercise.length), by: clock)
    else { return false }
    return left > .zero
  }

  /// Where it stands by the records.
  private func board(_ state: RunState, _ head: ChainHead, at now: Moment) throws -> ExerciseBoard {
    let known = entries.last?.sequence ?? 0
    if head.sequence > known { entries += try sources.entries(known) }
    if due.map({ now >= $0 }) ?? false { played = nil }
    let seen: [ExerciseObservation]
    if let played {
      seen = played
    } else {
      seen = try sources.players().flatMap { ExerciseObservation.all(in: $0) }
      played = seen
    }
    let board = ExerciseBoard(
      exercise,
      state,
      words: ExerciseWords(entries),
      observed: ExerciseObservation.said(in: entries) + seen,
      at: now
    )
    due = board.next
    return board
  }

  /// The clock of the world; set when the exercise begins.
  private func shown(in state: RunState) throws -> WorldClock {
    if let shown = world.clock() { return shown }
    let first = WorldClock(showing: state.latest, pace: 1, by: clock)
    try world.set(first)
    return first
  }

  private func moment(_ head: ChainHead, _ state: RunState, _ shown: WorldClock) -> Moment {
    if let asked, asked.head == head { return asked.at }
    let now = max(shown.moment(by: clock), state.latest)
    asked = (head, now)
    return now
  }

  private func isJudgedByPerson(_ step: StepID) -> Bool {
    exercise.expected.contains { $0.id == step && $0.judgement == .person }
  }
}

extension AttendedConductor: Decider {
  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    // While it is paused, and before it begins, all is the facilitator's.
    guard state.pause == nil, state[ExerciseGraph.begin]?.result != nil else { return nil }
    do {
      let shown = try shown(in: state)
      let board = try board(state, head, at: moment(head, state, shown))
      look(at: board.next, by: shown)
      complaint = nil
      let name = (state.isAttached ? state.driver?.by : nil) ?? state.created?.by ?? ""
      // Its cue was answered with yes, by whom the word was.
      if item.kind == .release, exercise.injects.contains(where: { $0.id == item.step }) {
        return Decision(.release(item.step), by: name)
      }
      // Until the facilitator says that it is over, they may still say what they saw.
      if isJudgedByPerson(item.step), !ExerciseWords(entries).isOver { return nil }
      return board.decision(at: item, by: name)
    } catch {
      let said = "The exercise stands still: \(RunSession.failure(error).message)"
      if said != complaint { Output.error(said) }
      complaint = said
      return nil
    }
  }

  func refused(_ refusal: CommandRefusal, for item: WaitingItem) async {
    Output.error("\(item.step): \(refusal.message)")
  }
}
