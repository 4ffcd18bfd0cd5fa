internal import ArgumentParser
internal import Runbooks

/// `mailconsole export RUN`
struct ExportCommand: ParsableCommand {
  /// What a run is exported as.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case bundle, markdown, html, json
  }

  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a run as a bundle that others can check, or as a report.",
    discussion: """
      markdown, html and json are the report people and programs read; of an exercise markdown and html are its \
      after-action report. bundle is a tar archive of the exact events, the files they name and a shell script that checks them \
      with sha256sum, ssh-keygen, grep and sed alone.

      Exit status: 0 written; 1 the run is not sound (a bundle is then written only with --even-if-unsound); \
      64 an archive will not go to a terminal; 65 the run or its runbook cannot be read; 66 there is no such \
      run; 74 the output cannot be written.
      """
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String

  @Option(help: ArgumentHelp("bundle, markdown, html or json.", valueName: "format"))
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
      let store = try StateDirectory().store()
      guard let directory = store.directory(of: RunID(name)),
        try Self.known(store).contains(RunID(name))
      else {
        throw CommandFailure(.noInput, "There is no run \(name). `mailconsole runs` lists them.")
      }
      let verdict = try Verdict.on(directory)
      switch format {
      case .bundle: try bundle(directory, verdict, in: store)
      case .markdown: try write(ReportMarkdown.text(document(directory, verdict, in: store)))
      case .html: try write(ReportHTML.text(document(directory, verdict, in: store)))
      case .json: try write(JSONText.encode(report(directory, verdict)))
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
    _ verdict: Verification,
    in store: RunStore
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
      let parts = try Self.parts(of: verdict, in: store)
      try RunBundle(of: directory, verdict: verdict, parts: parts)
        .write(to: file.descriptor, named: file.path)
    } catch {
      file.discard()
      throw CommandFailure(.io, "\(error)")
    }
    try file.finish()
  }

  /// The runs within a run, each once; one that is missing is a finding of the whole.
  private static func parts(of verdict: Verification, in store: RunStore) throws -> [RunBundle] {
    var parts: [RunBundle] = []
    var seen = Set([verdict.run].compactMap(\.self))
    var next = verdict.nestedRuns
    while !next.isEmpty {
      let run = next.removeFirst()
      guard seen.insert(run).inserted, let directory = store.directory(of: run),
        try known(store).contains(run)
      else { continue }
      let verdict = try Verdict.on(directory)
      next += verdict.nestedRuns
      parts.append(try RunBundle(of: directory, verdict: verdict))
    }
    return parts
  }

  private func write(_ text: String) throws(CommandFailure) {
    let file = try OutputFile.open(output, allowingTerminal: true)
    try file.write(text)
    try file.finish()
  }

  /// The report as people read it; of an exercise the after-action report.
  private func document(
    _ directory: RunDirectory,
    _ verdict: Verification,
    in store: RunStore
  ) throws(CommandFailure) -> ReportDocument {
    let report = try report(directory, verdict)
    do {
      let source = try directory.pinnedSource()
      guard try Workplace.pinned(source).kind == .exercise else { return ReportDocument(report) }
      let exercise = try ExerciseLoader.read(text: source.text, path: source.path).get()
      let record = ExerciseRecord(run: RunID(name), store: store)
      let entries = try JournalReader(directory).entries(limit: Int(verdict.soundEvents))
      let state = try RunHistory(
        of: exercise.runbook,
        site: try directory.pinnedSite(),
        entries: entries
      ).state
      let observed = try record.observed(in: entries)
      let board = ExerciseBoard(
        exercise,
        state,
        words: ExerciseWords(entries),
        observed: observed,
        at: state.latest
      )
      return ReportDocument(
        AfterAction(board, state, observed: observed),
        report,
        players: try record.playerStates().compactMap { player in
          guard let directory = store.directory(of: player.run) else { return nil }
          return try self.report(directory, try Verdict.on(directory))
        }
      )
    } catch {
      throw RunSession.failure(error)
    }
  }

  /// The report of what is sound in the record.
  private func report(
    _ directory: RunDirectory,
    _ verdict: Verification
  ) throws(CommandFailure) -> RunReport {
    let report: RunReport?
    do {
      let runbook = try Workplace.pinned(try directory.pinnedSource())
      let entries = try JournalReader(directory).entries(limit: Int(verdict.soundEvents))
      report = RunReport(of: runbook, entries, verdict)
    } catch {
      throw CommandFailure(.data, "The run \(name) cannot be told: \(error)")
    }
    guard let report else {
      throw CommandFailure(
        .data,
        verdict.lines(of: RunID(name)).joined(separator: "\n")
          + "\nNo event of it can be trusted, so there is nothing to report."
      )
    }
    return report
  }
}
