internal import ArgumentParser
internal import Foundation
internal import Runbooks

/// `mailconsole exercise [ID]` and `mailconsole exercise join [RUN]`
struct ExerciseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exercise",
    abstract: "List the tabletop exercises, lead one, take part in one, or play one unattended.",
    discussion: """
      An exercise is played in the site's simulated world and never reaches a cluster. On a terminal `exercise ID` \
      begins one and opens the console of its facilitator, and `exercise join` that of a player, whose runs, checks \
      and queue are those of the exercise's world. Until its end only its facilitator sees what is to come. With \
      --solo the players do what the answers file says, and time passes at once. What is due, what was done in \
      time and how each objective is rated stands in the record of the run, which `show`, `verify` and `export` \
      read like any other.

      Exit status: 0 every objective is rated P or S; 1 one is rated M or U, or the exercise did not end; \
      64 the site has no simulated world, it is not yours to lead or to join, or there is no terminal.
      """
  )

  @ArgumentParser.Argument(
    help: "The exercise's id; without it they are listed. `join` takes part in one under way."
  )
  var id: String?

  @ArgumentParser.Argument(
    help: ArgumentHelp(
      "With join: the run of the exercise; without it the one that is under way.",
      valueName: "run"
    )
  )
  var name: String?

  @Flag(help: "Play it without people, by the file of answers.")
  var solo = false

  @Option(help: "Another seed of chance than the exercise's own.")
  var seed: Int?

  @Option(
    help: ArgumentHelp("What the facilitator and the players do.", valueName: "file")
  )
  var answers: String?

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  /// Whether the word in the place of an id asks to take part.
  private var isJoining: Bool { id == "join" }

  func validate() throws {
    if id == nil || isJoining, solo || seed != nil || answers != nil {
      throw ValidationError("Say which exercise; `mailconsole exercise` lists them.")
    }
    if solo != (answers != nil) {
      throw ValidationError("What is played unattended needs both --solo and --answers FILE.")
    }
    if name != nil, !isJoining {
      throw ValidationError("A run is named with join: `mailconsole exercise join RUN`.")
    }
    if let seed, seed < 0 { throw ValidationError("--seed is a whole number from 0 on.") }
  }

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      if isJoining {
        return try ExerciseTable.join(name.map { RunID($0) }, site, library)
      }
      let exercises = try Self.exercises(library)
      guard let id else {
        for exercise in exercises {
          Output.line("\(exercise.id)  \(DurationText.format(exercise.length))  \(exercise.title)")
        }
        for run in try ExerciseTable.open(in: StateDirectory().store()) {
          Output.line("Under way: \(run)")
        }
        return .done
      }
      guard let exercise = exercises.first(where: { $0.id.name == id }) else {
        let known = exercises.map(\.id.name)
        let hint = Spelling.nearest(to: id, among: known).map { " Did you mean \($0)?" } ?? ""
        throw CommandFailure(
          .noInput,
          "There is no exercise \(id).\(hint) `mailconsole exercise` lists them."
        )
      }
      guard let answers else {
        return try ExerciseTable.begin(exercise, seed: seed, site, library)
      }
      return try play(exercise, by: answers)
    }
  }

  /// The exercises of the library; one with errors keeps none but itself from being played.
  private static func exercises(_ library: LibraryOptions) throws(CommandFailure) -> [Exercise] {
    let directory =
      if let named = library.runbooks { named } else { try ShareDirectory.locate().runbooks }
    let found = ExerciseLibrary(directory: directory + "/" + ExerciseLibrary.folder)
    for problem in found.problems { Output.error(problem.description) }
    return found.exercises
  }

  private func play(
    _ exercise: Exercise,
    by path: String
  ) throws(CommandFailure) -> ExitStatus {
    let runbook = exercise.runbook
    let said = try AnswersFile.read(path, for: runbook)
    var site = site
    if site.operatorName == nil { site.operatorName = said.operator }
    let workplace = try Workplace.open(site, library, world: .tabletop)
    let world = try workplace.scenario().map { exercise.world(over: $0, seed: seed) }
    let secrets = try SecretAnswers(said, for: runbook)
    do {
      let status = try blocking {
        let run = try RunSession.create(
          runbook,
          inputs: [:],
          pace: .automatic,
          at: workplace,
          in: world
        )
        let session = try await RunSession.take(
          run,
          in: workplace.store,
          on: workplace.site,
          as: workplace.actor,
          runbooks: workplace.runbooks
        )
        let conductor = Conductor(
          exercise: exercise,
          record: ExerciseRecord(run: run, store: workplace.store),
          facilitator: AnswersDecider(
            answers: said,
            secrets: secrets,
            desk: session.desk,
            nested: nil
          ),
          now: { await session.engine.worldTime() }
        )
        let status = try await SoloExercise(
          conductor: conductor,
          session: session,
          answers: said,
          path: path,
          workplace: workplace
        )
        .play()
        let state = await session.engine.state
        let now = state.latest
        ExerciseText.lines(try conductor.board(state, at: now), state).forEach(Output.line)
        try session.record.close()
        PlainRun.waiting(status, run: run, comeBack: workplace.comeBack).forEach(Output.line)
        return ExerciseText.exitStatus(of: exercise, state)
      }
      return status
    } catch {
      throw RunSession.failure(error)
    }
  }
}
