internal import Runbooks

// What a place at the table of an exercise makes of a workplace.

extension Workplace {
  /// The directory of the exercise's own run; nil without a seat.
  var table: RunDirectory? { seat.flatMap { store.directory(of: $0.run) } }

  /// The roles of whoever works here.
  var roles: [Role] { site.operators.first { $0.name == actor }?.roles ?? [] }

  /// What runs that are begun here belong to; nil without a seat.
  func parent() throws(CommandFailure) -> RunParent? {
    guard let seat, let table else { return nil }
    // Without a clock time would pass with the work, and the exercise begin late.
    guard SharedWorld(of: table).clock() != nil else {
      throw CommandFailure(
        .usage,
        "The exercise has not begun. Begin your run when the facilitator says that it does."
      )
    }
    return RunParent(run: seat.run, step: ExerciseGraph.begin, root: seat.run)
  }

  /// The world of an exercise at the time that its clock shows.
  func worldNow(of seat: ExerciseSeat) throws(CommandFailure) -> SimulatedWorld? {
    guard let table else { return nil }
    do throws(JournalError) {
      guard case .runCreated(let created)? = try JournalReader(table).entries(limit: 1).first?.event
      else { return nil }
      return try SharedWorld(of: table).look(orElse: try created.world.map(table.world))
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }

  /// Whether a run is listed here: an exercise that is under way is its facilitator's alone.
  func isListed(_ listing: RunListing) -> Bool {
    guard listing.runbook.exercise != nil, listing.status.isOpen else { return true }
    return seat == ExerciseSeat(run: listing.run, place: .facilitator)
  }

  /// Refuses to open an exercise that is under way to who does not lead it.
  func requireSeat(for run: RunID, in directory: RunDirectory) throws(CommandFailure) {
    // A run is named after its runbook, so that the records of most need not be read for this.
    guard RunbookID(run.name).exercise != nil,
      seat != ExerciseSeat(run: run, place: .facilitator), Self.openExercise(in: directory) != nil
    else { return }
    throw CommandFailure(
      .usage,
      "\(run) is an exercise under way, and what is to come in it is its facilitator's to know.\n"
        + "Take part with `mailconsole exercise join \(run)`, or wait for its end."
    )
  }

  /// The facilitator's seat at an exercise that is under way; nil: the run is no such exercise.
  ///
  /// - Throws: who may have it.
  func facilitatorSeat(
    at run: RunID,
    in directory: RunDirectory
  ) throws(CommandFailure) -> ExerciseSeat? {
    guard let created = Self.openExercise(in: directory) else { return nil }
    let runbook: Runbook
    do {
      runbook = try Self.pinned(try directory.pinnedSource())
    } catch {
      throw RunSession.failure(error)
    }
    try requireFacilitator(runbook.owner, of: created.title, ifPlayer: run)
    return ExerciseSeat(run: run, place: .facilitator)
  }

  /// Refuses whoever does not hold the role that leads an exercise.
  ///
  /// - Parameter run: the one that they may take part in; nil: none is begun.
  func requireFacilitator(
    _ role: Role,
    of title: String,
    ifPlayer run: RunID? = nil
  ) throws(CommandFailure) {
    try requireOperator()
    guard !roles.contains(role) else { return }
    let able = site.operators.filter { $0.roles.contains(role) }.map(\.name)
    let who = able.isEmpty ? "nobody on \(site.name)" : able.joined(separator: ", ")
    throw CommandFailure(
      .usage,
      "\(actor) cannot lead ‘\(title)’: its facilitator is \(role) (\(who)).\n"
        + (run.map { "Take part with `mailconsole exercise join \($0)`." }
          ?? "Say who you are with --as.")
    )
  }

  /// The beginning of an exercise that is under way; nil: the run is none, or has ended.
  static func openExercise(in directory: RunDirectory) -> RunEvent.RunCreated? {
    let reader = JournalReader(directory)
    guard case .runCreated(let created)? = try? reader.entries(limit: 1).first?.event,
      created.runbook.exercise != nil, let head = try? reader.head(),
      // The heads that are kept elsewhere follow the end.
      let last = try? reader.entries(after: max(0, head.sequence - 4))
    else { return nil }
    let hasEnded = last.contains { if case .runEnded = $0.event { true } else { false } }
    return hasEnded ? nil : created
  }
}
