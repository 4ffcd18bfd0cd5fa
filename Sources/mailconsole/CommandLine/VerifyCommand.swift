internal import ArgumentParser
internal import Runbooks

/// `mailconsole verify RUN|--all`
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the record of a run: chain, evidence, replay.",
    discussion: "Names the first bad event, and says what it could not rule out."
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String?

  @Flag(help: "Check every run.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (name == nil) == all else {
      throw ValidationError("Name one run, or give --all.")
    }
  }

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = RunStore(state: StateDirectory().path)
      var rows: [VerdictRow] = []
      for run in try runs(in: store) {
        guard let directory = store.directory(of: run) else { continue }
        let verdict = Verification(of: directory, load: Workplace.pinned)
        rows.append(VerdictRow(run, verdict))
        if !json { verdict.lines(of: run).forEach(Output.line) }
      }
      if json { Output.raw(JSONText.encode(rows)) }
      return rows.allSatisfy(\.sound) ? .done : .findings
    }
  }

  private func runs(in store: RunStore) throws(CommandFailure) -> [RunID] {
    let known: [RunID]
    do throws(JournalError) {
      known = try store.list()
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
    guard let name else { return known }
    guard known.contains(RunID(name)) else {
      throw CommandFailure(.noInput, "There is no run \(name). `mailconsole runs` lists them.")
    }
    return [RunID(name)]
  }
}

/// A verdict as `--json` shows it.
struct VerdictRow: Encodable {
  let run: String
  let sound: Bool
  let soundEvents: Int64
  let head: String?
  let firstBadEvent: Int64?
  let findings: [String]
  let remarks: [String]
  let notRuledOut: [String]

  init(_ run: RunID, _ verdict: Verification) {
    self.run = run.name
    sound = verdict.isSound
    soundEvents = verdict.soundEvents
    head = verdict.head?.hash.hex
    firstBadEvent = verdict.firstBadEvent
    findings = verdict.findings.map(\.message)
    remarks = verdict.remarks
    notRuledOut = verdict.notRuledOut
  }
}
