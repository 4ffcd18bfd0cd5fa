internal import Runbooks

/// Sitting down at an exercise: to lead it, or to take part in it.
enum ExerciseTable {
  /// Begins an exercise and opens the console of its facilitator.
  ///
  /// - Parameter seed: another than the exercise's own.
  static func begin(
    _ exercise: Exercise,
    seed: Int?,
    _ site: SiteOptions,
    _ library: LibraryOptions
  ) throws(CommandFailure) -> ExitStatus {
    var workplace = try Workplace.open(site, library, world: .tabletop)
    try workplace.requireFacilitator(exercise.facilitator, of: exercise.title)
    try requireTerminal(
      "Nobody can lead ‘\(exercise.title)’ without a terminal: open one and say the same there, or play "
        + "it unattended with --solo and --answers FILE."
    )
    let run = try make(exercise, seed: seed, at: workplace)
    workplace.seat = ExerciseSeat(run: run, place: .facilitator)
    return try ConsoleCommand.open(workplace, run: run, plain: false)
  }

  /// Makes the run of an exercise that people play, for a runner to take.
  static func make(
    _ exercise: Exercise,
    seed: Int?,
    at workplace: Workplace
  ) throws(CommandFailure) -> RunID {
    guard workplace.world == .tabletop, let first = try workplace.scenario() else {
      throw CommandFailure(.usage, "An exercise is played in a simulated world alone.")
    }
    return try RunSession.create(
      exercise.runbook,
      inputs: [:],
      pace: .attended,
      at: workplace,
      in: exercise.world(over: first, seed: seed)
    )
  }

  /// Opens the console of a player.
  ///
  /// - Parameter run: the exercise; nil: the one that is under way.
  static func join(
    _ run: RunID?,
    _ site: SiteOptions,
    _ library: LibraryOptions
  ) throws(CommandFailure) -> ExitStatus {
    var workplace = try Workplace.open(site, library, world: .tabletop)
    workplace.seat = try seat(at: run, workplace)
    try requireTerminal(
      "Nobody can take part without a terminal: open one and say the same there."
    )
    return try ConsoleCommand.open(workplace, run: nil, plain: false)
  }

  /// The seat of a player at an exercise that is under way.
  ///
  /// - Parameter run: the exercise; nil: the only one.
  /// - Throws: which there are, where there is not one; and who may take part.
  static func seat(at run: RunID?, _ workplace: Workplace) throws(CommandFailure) -> ExerciseSeat {
    try workplace.requireOperator()
    let open = try open(at: workplace)
    let chosen: RunID
    if let run {
      guard open.contains(run) else {
        throw CommandFailure(
          .usage,
          "\(run) is no exercise under way on \(workplace.site.name). " + words(open)
        )
      }
      chosen = run
    } else {
      guard let only = open.first, open.count == 1 else {
        throw CommandFailure(.usage, words(open))
      }
      chosen = only
    }
    let exercise = try workplace.exercise(of: chosen)
    let roles = exercise.players.map(\.role)
    guard !Set(roles).isDisjoint(with: workplace.roles) else {
      let leads = workplace.roles.contains(exercise.facilitator)
      throw CommandFailure(
        .usage,
        "\(workplace.actor) plays no part in ‘\(exercise.title)’: it is for "
          + "\(roles.map(\.name).joined(separator: ", ")).\n"
          + (leads ? "Lead it with `mailconsole attach \(chosen)`." : "Say who you are with --as.")
      )
    }
    return ExerciseSeat(run: chosen, place: .player)
  }

  /// Every exercise that is under way, whatever its site, in the order of their names.
  static func open(in store: RunStore) throws(CommandFailure) -> [RunID] {
    try open(in: store) { _ in true }
  }

  /// Those of a site, as its workplace plays them.
  private static func open(at workplace: Workplace) throws(CommandFailure) -> [RunID] {
    try open(in: workplace.store) { $0.site == workplace.site.name && $0.mode == .tabletop }
  }

  private static func open(
    in store: RunStore,
    _ isMeant: (RunEvent.RunCreated) -> Bool
  ) throws(CommandFailure) -> [RunID] {
    do throws(JournalError) {
      return try store.list().filter { run in
        guard RunbookID(run.name).exercise != nil, let directory = store.directory(of: run) else {
          return false
        }
        return Workplace.openExercise(in: directory).map(isMeant) ?? false
      }
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }

  private static func words(_ open: [RunID]) -> String {
    guard !open.isEmpty else {
      return "No exercise is under way; its facilitator begins it with `mailconsole exercise ID`."
    }
    return "Under way, each with `mailconsole exercise join RUN`:"
      + open.map { "\n  \($0)" }.joined()
  }

  private static func requireTerminal(_ words: String) throws(CommandFailure) {
    guard Terminals.isInteractive else { throw CommandFailure(.usage, words) }
  }
}

extension Workplace {
  /// The exercise that a run is pinned to.
  func exercise(of run: RunID) throws(CommandFailure) -> Exercise {
    do {
      guard let source = try store.directory(of: run)?.pinnedSource() else {
        throw JournalError.missing(path: run.name)
      }
      return try ExerciseLoader.read(text: source.text, path: source.path).get()
    } catch {
      throw RunSession.failure(error)
    }
  }
}
