internal import ArgumentParser
internal import Runbooks

/// `mailconsole attach RUN`
struct AttachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Go on with a run.",
    discussion: """
      A step that began and whose end was not recorded is outcome unknown: its probe settles it, or
      people do. On a terminal it opens the console on the run.
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

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = RunStore(state: StateDirectory().path)
      guard let summary = store.summary(of: RunID(name), load: Workplace.pinned) else {
        throw CommandFailure(.noInput, "There is no run \(name). `mailconsole runs` lists them.")
      }
      guard let created = summary.created else {
        throw CommandFailure(.io, summary.problem ?? "The record of \(name) cannot be read.")
      }
      if case .ended(let outcome, let text)? = summary.status {
        Output.line("\(name) has ended, \(outcome.rawValue): \(text)")
        return PlainRun.exitStatus(.ended(outcome, summary: text))
      }
      let directory = try? store.directory(of: RunID(name))?.pinnedSource()
      let said = try answers.map { path throws(CommandFailure) in
        guard let source = directory, let runbook = try? Workplace.pinned(source) else {
          throw CommandFailure(.data, "The pinned runbook of \(name) cannot be read.")
        }
        return try AnswersFile.read(path, for: runbook)
      }
      var site = site
      if site.operatorName == nil { site.operatorName = said?.operator }
      let workplace = try Workplace.open(site, library, world: created.mode)
      guard workplace.site.name == created.site else {
        throw CommandFailure(
          .usage,
          "\(name) acts on the site \(created.site), not on \(workplace.site.name). "
            + "Name its directory with --site."
        )
      }
      let session = try RunSession.resume(RunID(name), at: workplace)
      if said == nil, !plain, Terminals.isInteractive {
        return try ConsoleCommand.open(workplace, session: session, plain: false)
      }
      return try PlainDriver.drive(
        session,
        said.map { AnswersDecider(answers: $0, desk: session.desk) },
        workplace
      )
    }
  }
}
