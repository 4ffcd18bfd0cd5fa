public import ArgumentParser
internal import Foundation
public import Runbooks
internal import TUI

/// `mailconsole run ID`
struct RunCommandLine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Start a run of a runbook.",
    discussion: """
      On a terminal it opens the console on the run. With --plain, or without a terminal, it prints a
      line an event and stops with 2 where a person has to go on: at the first change too, unless
      --answers or --unattended says that changes begin without anybody's go.
      """
  )

  @ArgumentParser.Argument(help: "The runbook's id.")
  var id: String

  @Option(
    help: ArgumentHelp(
      "live, tabletop or plan.",
      discussion: "Default: tabletop for a simulated site, else live."
    )
  )
  var world: World?

  @Option(name: .customLong("input"), help: ArgumentHelp("An input.", valueName: "name=value"))
  var inputs: [String] = []

  @Option(
    help: ArgumentHelp("What the people answer; makes the run unattended.", valueName: "file")
  )
  var answers: String?

  @Flag(help: "Let changes begin without a person's go; open no screen.")
  var unattended = false

  @Flag(help: "Print lines; open no screen.")
  var plain = false

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      var site = site
      let shelf = try Shelf.load(library)
      let runbook = try shelf.runbook(id)
      let said = try answers.map { path throws(CommandFailure) in
        try AnswersFile.read(path, for: runbook)
      }
      // Whoever wrote the answers drives, unless the command line says otherwise.
      if site.operatorName == nil { site.operatorName = said?.operator }
      let workplace = try Workplace.open(site, library, world: world, shelf: shelf)
      let secrets = try said.map { answers throws(CommandFailure) in
        try SecretAnswers(answers, for: runbook)
      }
      var values = said?.inputs ?? [:]
      values.merge(try InputText.read(inputs, for: runbook)) { _, new in new }
      let isUnattended = said != nil || unattended
      let isScreen = !isUnattended && !plain && Terminals.isInteractive
      guard try Self.mayStart(runbook, at: workplace, asks: isScreen) else { return .waiting }
      let run = try RunSession.create(
        runbook,
        inputs: values,
        pace: isUnattended ? .automatic : .attended,
        at: workplace
      )
      if isScreen {
        return try ConsoleCommand.open(workplace, run: run, plain: false)
      }
      let session = try RunSession.resume(run, at: workplace)
      return try PlainDriver.drive(
        session,
        PlainDriver.decider(said, secrets, session, NestedAnswers(said, answers, at: workplace)),
        workplace
      )
    }
  }
}

extension RunCommandLine {
  /// Says which runs of the runbook have not ended, and asks a person whether another is meant.
  private static func mayStart(
    _ runbook: Runbook,
    at workplace: Workplace,
    asks: Bool
  ) throws(CommandFailure) -> Bool {
    let unfinished = try workplace.listings(of: runbook.id).filter {
      $0.site == workplace.site.name && $0.world == workplace.world && $0.status.isOpen
    }
    guard let latest = unfinished.first else { return true }
    let words = RunSign(
      latest.status,
      isHeld: latest.isDriven,
      among: latest.operators,
      glyphs: .unicode
    ).words
    let more = unfinished.count > 1 ? ", and \(unfinished.count - 1) more of it" : ""
    Output.error("\(latest.run) has not ended: \(words)\(more).")
    Output.error(LeavingWords.back(to: latest.run, workplace.comeBack))
    guard asks else { return true }
    Output.error("Start another run of \(runbook.id)? Type yes to start it.")
    return readLine()?.lowercased() == "yes"
  }
}

extension World: ExpressibleByArgument {}

/// Reads answers files for the command line.
enum AnswersFile {
  static func read(_ path: String, for runbook: Runbook) throws(CommandFailure) -> Answers {
    guard FileManager.default.fileExists(atPath: path) else {
      throw CommandFailure(.noInput, "There is no answers file \(path).")
    }
    let reading = AnswersLoader.read(path: path, for: runbook)
    guard let answers = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    return answers
  }
}

/// What is known of the terminal before any screen.
enum Terminals {
  /// Whether a person sits at both ends.
  static var isInteractive: Bool { isatty(0) == 1 && isatty(1) == 1 }
}
