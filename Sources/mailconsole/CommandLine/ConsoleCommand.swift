internal import ArgumentParser
internal import Foundation
internal import Runbooks
internal import TUI

/// `mailconsole` without a subcommand: the console, or the plain summary.
struct ConsoleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console",
    abstract: "Open the console (the default)."
  )

  @Flag(help: "Print the plain summary; open no screen.")
  var plain = false

  @Option(
    help: ArgumentHelp(
      "live, tabletop or plan.",
      discussion: "Default: tabletop for a simulated site, else live."
    )
  )
  var world: World?

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let workplace = try Workplace.open(site, library, world: world)
      return try Self.open(workplace, run: nil, plain: plain || !Terminals.isInteractive)
    }
  }

  /// Opens the console, on a run if one is given; prints the summary where no screen can be drawn.
  static func open(
    _ workplace: Workplace,
    run: RunID?,
    plain: Bool
  ) throws(CommandFailure) -> ExitStatus {
    if plain {
      try Summary.lines(workplace).forEach(Output.line)
      return .done
    }
    let terminal: CursesTerminal
    do throws(TerminalProfile.Unusable) {
      terminal = try CursesTerminal()
    } catch {
      Output.error("\(error)")
      if let run {
        let session = try RunSession.resume(run, at: workplace)
        return try PlainDriver.drive(
          session,
          PlainDriver.decider(nil, nil, session, nil),
          workplace
        )
      }
      try Summary.lines(workplace).forEach(Output.line)
      return .done
    }
    let code = try Console.run(workplace, run: run, on: terminal)
    terminal.close()
    if code != 0 { Foundation.exit(code) }
    return .done
  }
}
