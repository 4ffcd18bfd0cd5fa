internal import Runbooks

/// The plan of a library and where it stands on a site.
enum PlanReading {
  /// The plan of a library, or what is wrong with it.
  static func plan(_ options: LibraryOptions) throws(CommandFailure) -> Plan {
    try plan(in: options.runbooks)
  }

  /// - Parameter library: the directory of a library; nil: the shipped one.
  static func plan(in library: String?) throws(CommandFailure) -> Plan {
    let directory = if let library { library } else { try ShareDirectory.locate().runbooks }
    guard let reading = PlanLoader.read(library: directory) else {
      throw CommandFailure(
        .noInput,
        "There is no \(PlanLoader.file) in \(directory).\n"
          + "Name the directory of a library that has one with --runbooks."
      )
    }
    guard let plan = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    return plan
  }

  /// Where the plan stands: the records of its runs, and the last results of the checks.
  static func board(at workplace: Workplace) throws(CommandFailure) -> PlanBoard {
    let plan = try plan(in: workplace.library)
    do throws(JournalError) {
      let runs = try workplace.store.planRuns(
        of: PlanBoard.runbooks(of: plan),
        site: workplace.site.name,
        world: workplace.world,
        load: Workplace.pinned
      )
      return PlanBoard(
        plan,
        runs: runs,
        checks: CheckBoard.store(of: workplace).load(),
        now: SystemRunClock().read().wall
      )
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }
}

extension ConsoleServices {
  /// Works out where the plan stands, or why that cannot be told.
  nonisolated func readPlan() -> Result<PlanBoard, CommandFailure> {
    Result { () throws(CommandFailure) in try PlanReading.board(at: workplace) }
  }
}
