internal import ArgumentParser
internal import Runbooks

/// `mailconsole export RUN`
struct ExportCommand: ParsableCommand {
  /// What a run is exported as.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case bundle
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a run as a bundle that others can check, or as a report.",
    discussion: """
      bundle is a tar archive of the exact events, the files they name and a shell script that checks them \
      with sha256sum and awk alone.

      Exit status: 0 written; 1 the run is not sound (a bundle is then written only with --even-if-unsound); \
      64 an archive will not go to a terminal; 65 the run or its runbook cannot be read; 66 there is no such \
      run; 74 the output cannot be written.
      """
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String

  @Option(help: ArgumentHelp("bundle.", valueName: "format"))
  var format: Format

  @Option(
    help: ArgumentHelp(
      "Where to write.",
      discussion: "Default: standard output.",
      valueName: "file"
    )
  )
  var output: String?

  @Flag(help: "Write a bundle of a run that is not sound, and say so in it.")
  var evenIfUnsound = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = RunStore(state: StateDirectory().path)
      guard let directory = store.directory(of: RunID(name)),
        try Self.known(store).contains(RunID(name))
      else {
        throw CommandFailure(.noInput, "There is no run \(name). `mailconsole runs` lists them.")
      }
      let verdict = Verification(of: directory, load: Workplace.pinned)
      switch format {
      case .bundle: try bundle(directory, verdict)
      }
      guard verdict.isSound else {
        Output.error("The run \(name) is NOT SOUND, and what was written says so.")
        return .findings
      }
      return .done
    }
  }

  private static func known(_ store: RunStore) throws(CommandFailure) -> [RunID] {
    do throws(JournalError) { return try store.list() } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }

  private func bundle(
    _ directory: RunDirectory,
    _ verdict: Verification
  ) throws(CommandFailure) {
    guard verdict.isSound || evenIfUnsound else {
      throw CommandFailure(
        .findings,
        verdict.lines(of: RunID(name)).joined(separator: "\n")
          + "\nNothing was written. --even-if-unsound writes the bundle, and says so in it."
      )
    }
    let file = try OutputFile.open(output, allowingTerminal: false)
    do {
      try RunBundle(of: directory, verdict: verdict).write(to: file.descriptor, named: file.path)
    } catch {
      file.discard()
      throw CommandFailure(.io, "\(error)")
    }
    try file.finish()
  }
}
