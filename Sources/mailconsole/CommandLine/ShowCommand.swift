internal import ArgumentParser
internal import Runbooks

/// `mailconsole show RUN`
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Print the timeline of a run."
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Print one piece of evidence instead: by name, STEP/NAME or digest.",
      discussion: "Laid out and made harmless on a terminal; byte for byte to a pipe or a file.",
      valueName: "name"
    )
  )
  var evidence: String?

  @OptionGroup var library: LibraryOptions

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = try StateDirectory().store()
      guard let directory = store.directory(of: RunID(name)),
        let summary = store.summary(of: RunID(name), load: Workplace.pinned)
      else {
        throw CommandFailure(.noInput, "There is no run \(name). `mailconsole runs` lists them.")
      }
      let verdict = try Verdict.inside(directory)
      let entries = verdict.entries
      if let evidence {
        // First, because what follows is not to be taken for what was kept.
        if !verdict.isSound { verdict.lines(of: RunID(name)).forEach(Output.error) }
        let file = try KeptEvidence(entries).file(named: evidence, in: RunID(name))
        try file.print(from: directory.blobs)
        return verdict.isSound ? .done : .findings
      }
      var drift: RunbookDrift?
      if case .runCreated(let created)? = entries.first?.event {
        drift = try self.drift(of: created)
      }
      if json {
        Output.raw(
          JSONText.encode(
            Document(
              lines: Timeline(entries).lines,
              drift: drift,
              unsound: verdict.isSound ? nil : verdict.lines(of: RunID(name))
            )
          )
        )
        return verdict.isSound ? .done : .findings
      }
      // First, because what follows is not to be taken for what happened.
      if !verdict.isSound { verdict.lines(of: RunID(name)).forEach(Output.line) }
      for entry in entries { Output.line(PlainRun.line(entry)) }
      if let drift { Output.line(drift.words) }
      guard verdict.isSound else { return .findings }
      if let status = summary.status {
        PlainRun.waiting(status, run: RunID(name), among: summary.created?.operators ?? [])
          .forEach(Output.line)
        if let driving = RunsCommand.driving(summary) { Output.line("\(name) is \(driving)") }
      }
      return .done
    }
  }

  /// How the library's text differs; a library that is not there says nothing, unless it was named.
  private func drift(of created: RunEvent.RunCreated) throws(CommandFailure) -> RunbookDrift? {
    guard let shelf = library.runbooks == nil ? try? Shelf.load(library) : try Shelf.load(library)
    else { return nil }
    return shelf.current(created.runbook).flatMap { RunbookDrift(of: created, in: [$0]) }
  }

  /// The timeline as programs read it.
  private struct Document: Encodable {
    let lines: [Timeline.Line]
    /// Left out when the library has the run's text.
    let drift: RunbookDrift?
    /// The verdict, line by line; left out when the record holds.
    let unsound: [String]?
  }
}
