internal import ArgumentParser
internal import Foundation
internal import Glibc
internal import Runbooks

/// `mailconsole attach RUN`
struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Go on with a run.",
    discussion: """
      A step that began and whose end was not recorded is outcome unknown: its probe settles it, or
      people do. On a terminal it opens the console on the run. A run whose record does not hold is
      not gone on with (65), nor one that is pinned to another site (64).
      """
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String

  @Option(
    help: ArgumentHelp("What the people answer; makes the run unattended.", valueName: "file")
  )
  var answers: String?

  @Flag(help: "Print lines; open no screen.")
  var plain = false

  @Flag(
    name: .customLong("continue"),
    help: "Take back a pause first, e.g. one for output that could not be kept."
  )
  var takesPauseBack = false

  @Option(
    help: ArgumentHelp(
      "Why it goes on although a guardrail fails; with --continue.",
      valueName: "reason"
    )
  )
  var because: String?

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = try StateDirectory().store()
      let beginning = try Beginning(of: RunID(name), in: store)
      let created = beginning.created
      if case .ended(let outcome, let text)? = beginning.ended {
        _ = try Verdict.require(beginning.directory, of: RunID(name))
        // On a terminal it is opened for reading.
        guard opensScreen else {
          Output.line("\(name) has ended, \(outcome.rawValue): \(text)")
          return PlainRun.exitStatus(.ended(outcome, summary: text))
        }
      }
      let said = try answers.map { path throws(CommandFailure) in
        guard let source = try? beginning.directory.pinnedSource(),
          let runbook = try? Workplace.pinned(source)
        else {
          _ = try Verdict.require(beginning.directory, of: RunID(name))
          throw CommandFailure(.data, "The pinned runbook of \(name) cannot be read.")
        }
        let answers = try AnswersFile.read(path, for: runbook)
        return (answers, try SecretAnswers(answers, for: runbook))
      }
      var site = site
      if site.operatorName == nil { site.operatorName = said?.0.operator }
      let workplace = try Workplace.open(site, library, world: created.mode)
      guard workplace.site.name == created.site else {
        throw CommandFailure(
          .usage,
          "\(name) acts on the site \(created.site), not on \(workplace.site.name). "
            + "Name its directory with --site."
        )
      }
      var table = workplace
      table.seat = try workplace.facilitatorSeat(at: RunID(name), in: beginning.directory)
      if opensScreen {
        return try ConsoleCommand.open(table, run: RunID(name), plain: false)
      }
      let session = try Self.resume(beginning.directory, RunID(name), at: workplace)
      return try PlainDriver.drive(
        session,
        PlainDriver.decider(
          said?.0,
          said?.1,
          session,
          NestedAnswers(said?.0, answers, at: workplace)
        ),
        workplace,
        takingPauseBack: takesPauseBack,
        because: because
      )
    }
  }
}

extension AttachCommand {
  /// Whether a person sits here who would rather see the run than lines about it.
  private var opensScreen: Bool {
    answers == nil && !plain && !takesPauseBack && Terminals.isInteractive
  }

  /// Takes a run in this process, after the runner that finishes a step without a driver.
  private static func resume(
    _ directory: RunDirectory,
    _ run: RunID,
    at workplace: Workplace
  ) throws(CommandFailure) -> RunSession {
    // A console that was killed a moment ago may not be missed yet.
    for isLast in [false, true] {
      do throws(CommandFailure) {
        return try RunSession.resume(run, at: workplace)
      } catch {
        guard error.status == .busy else { throw error }
        let history = try Verdict.history(of: run, in: directory)
        guard !history.state.isAttached else {
          let holder = SilentRunner(of: directory)
          if holder.state == .stopped {
            throw CommandFailure(.busy, "\(error.message) \(holder.advice)")
          }
          if isLast { throw error }
          usleep(1_000_000)
          continue
        }
        Output.error("The runner of \(run) finishes what is under way; waiting for it.")
        try waitUntilFree(directory, run)
      }
    }
    return try RunSession.resume(run, at: workplace)
  }

  /// Waits as long as what is under way takes, but not for a runner that does not go on.
  private static func waitUntilFree(
    _ directory: RunDirectory,
    _ run: RunID
  ) throws(CommandFailure) {
    while RunLock.isHeld(directory) {
      let runner = SilentRunner(of: directory)
      if runner.state == .stopped {
        throw CommandFailure(.busy, "\(run) is held by \(runner.name). \(runner.advice)")
      }
      usleep(200_000)
    }
  }
}

/// What a run is and whether it has ended, from the first and the last row of its journal.
private struct Beginning {
  let directory: RunDirectory
  let created: RunEvent.RunCreated
  let ended: RunStatus?

  init(of run: RunID, in store: RunStore) throws(CommandFailure) {
    let none = CommandFailure(
      .noInput,
      "There is no run \(run). `mailconsole runs` lists them."
    )
    guard let directory = store.directory(of: run) else { throw none }
    let reader = JournalReader(directory)
    // What is no run's directory is told as such; what is one and lacks its journal does not hold.
    guard FileManager.default.fileExists(atPath: directory.path) else { throw none }
    do {
      guard case .runCreated(let created)? = try reader.entries(limit: 1).first?.event,
        created.run == run
      else { throw UnsoundRecord(run: run, verdict: try Verdict.inside(directory)) }
      var ended: RunStatus?
      if case .runEnded(let event)? = try reader.last()?.event {
        ended = .ended(event.outcome, summary: event.summary)
      }
      self.directory = directory
      self.created = created
      self.ended = ended
    } catch let error as UnsoundRecord {
      throw RunSession.failure(error)
    } catch {
      // It cannot be read: the check says why, file by file.
      let verdict = try Verdict.inside(directory)
      guard verdict.isSound else {
        throw RunSession.failure(UnsoundRecord(run: run, verdict: verdict))
      }
      throw RunSession.failure(error)
    }
  }
}
