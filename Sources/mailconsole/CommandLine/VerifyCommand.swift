internal import ArgumentParser
internal import ClusterOps
internal import Foundation
internal import Runbooks

/// `mailconsole verify RUN|--all`
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check the record of a run: chain, evidence, replay, signatures.",
    discussion: "Names the first bad event, and says what it could not rule out."
  )

  @ArgumentParser.Argument(
    help: ArgumentHelp("The run, as `mailconsole runs` names it.", valueName: "run")
  )
  var name: String?

  @Option(
    help: ArgumentHelp(
      "Where heads of the record are kept: file:PATH or git:PATH; may be repeated.",
      discussion: "The site's with --site, and the places that the record names, are read as well.",
      valueName: "place"
    )
  )
  var witness: [String] = []

  @Option(help: ArgumentHelp("The site's directory.", valueName: "directory"))
  var site: String?

  @Flag(help: "Check every run.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    for place in witness where WitnessPlace(place) == nil {
      throw ValidationError("--witness \(place): write it like file:/PATH or git:/PATH.")
    }
    guard (name == nil) == all else {
      throw ValidationError("Name one run, or give --all.")
    }
  }

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = try StateDirectory().store()
      var rows: [VerdictRow] = []
      let (places, signers) = try outside()
      var next = try runs(in: store)
      var seen: Set<RunID> = []
      while !next.isEmpty {
        let run = next.removeFirst()
        guard seen.insert(run).inserted, let directory = store.directory(of: run) else { continue }
        let verdict = try Verdict.on(directory, heads: places, signers: signers)
        rows.append(VerdictRow(run, verdict))
        if !json { verdict.lines(of: run).forEach(Output.line) }
        // A run holds no better than those that stand for its steps; one that is missing is a finding.
        next += verdict.nestedRuns.filter { other in
          store.directory(of: other).map { FileManager.default.fileExists(atPath: $0.path) }
            ?? false
        }
      }
      if json { Output.raw(JSONText.encode(rows)) }
      return rows.allSatisfy(\.sound) ? .done : .findings
    }
  }

  /// Where heads are kept, and whose keys the site lists.
  private func outside() throws(CommandFailure) -> ([WitnessPlace], AllowedSigners?) {
    let places = witness.compactMap(WitnessPlace.init)
    guard let site else { return (places, nil) }
    let reading = SiteLoader.read(directory: site)
    guard let site = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    return (places + site.witnesses.places, site.signers.allowed)
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
  let checkedSignatures: Int
  let firstBadEvent: Int64?
  let headsElsewhere: [String]
  let findings: [String]
  let remarks: [String]
  let notRuledOut: [String]

  init(_ run: RunID, _ verdict: Verification) {
    self.run = run.name
    sound = verdict.isSound
    soundEvents = verdict.soundEvents
    head = verdict.head?.hash.hex
    checkedSignatures = verdict.checkedSignatures
    firstBadEvent = verdict.firstBadEvent
    headsElsewhere = verdict.headsElsewhere
    findings = verdict.findings.map(\.message)
    remarks = verdict.remarks
    notRuledOut = verdict.notRuledOut
  }
}
