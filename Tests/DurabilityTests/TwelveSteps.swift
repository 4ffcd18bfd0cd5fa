import Foundation
import TestSupport
import Testing

/// A run of twelve steps with a ledger outside the record, begun under a fault and brought to its
/// end without one.
struct TwelveSteps {
  /// The steps that leave a line in the ledger, in order.
  static let acting = ["s1", "s2", "s3", "s6", "s7", "s8", "s9", "s10", "s12"]
  /// Those of them that only read, and may be repeated.
  static let reading: Set = ["s3", "s8"]
  /// Those with a probe that looks into the ledger.
  private static let probed: Set = ["s2", "s7", "s10"]

  let folder: TemporaryFolder
  let console: ConsoleBinary
  let site: String
  /// The disk that the layer looks at; the state directory on it is made by the console.
  let disk: String
  var state: String { disk + "/state" }
  private var ledgerPath: String { folder.path + "/ledger" }
  private var answers: String { folder.path + "/answers.yaml" }

  init() throws {
    folder = try TemporaryFolder()
    disk = folder.path + "/disk"
    console = ConsoleBinary(state: disk + "/state")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    site = try SmallSite.write(to: folder)
    try folder.write("", to: "ledger")
    try folder.write(runbook, to: "runbooks/operations/twelve.yaml")
  }

  private var runbook: String {
    var text = """
      apiVersion: mailconsole/v1
      kind: Runbook
      id: twelve
      title: Twelve steps
      version: 1.0.0
      owner: E4
      summary: Each step that acts leaves a line in a ledger.
      steps:

      """
    for number in 1...12 {
      let id = "s\(number)"
      text += "  - id: \(id)\n    title: Step \(id)\n"
      if number > 1 { text += "    needs: [s\(number - 1)]\n" }
      switch id {
      case "s4":
        text += "    check: {run: [grep, -qx, s2, \(ledgerPath)]}\n    pass: result.exit == 0\n"
      case "s5":
        text += "    approve:\n      of: [E3]\n      statement: The first steps were seen.\n"
      case "s11": text += "    note: Nearly there.\n"
      default:
        text += "    run: [/bin/sh, -c, \"echo \(id) >> \(ledgerPath); echo done \(id)\"]\n"
        text += Self.reading.contains(id) ? "    risk: read\n" : "    risk: change\n"
        if !Self.reading.contains(id) { text += "    reversible: no\n" }
      }
      if id == "s3" { text += "    outputs:\n      word: {from: stdout, type: string}\n" }
      if Self.probed.contains(id) {
        text += """
              done_when:
                check: {run: [grep, -qx, \(id), \(ledgerPath)]}
                pass: result.exit == 0

          """
      }
    }
    return text
  }

  /// What really happened.
  func ledger() throws -> [String] { try ledgerText().split(separator: "\n").map(String.init) }

  func ledgerText() throws -> String { try String(contentsOfFile: ledgerPath, encoding: .utf8) }

  /// The one run, if it came to be.
  func run() -> String? {
    let names = try? FileManager.default.contentsOfDirectory(atPath: console.runs)
    return names?.first { !$0.hasPrefix(".") }
  }

  /// People sign off, and answer for what failed or is unknown once they have looked.
  ///
  /// - Parameter isLooking: whether anybody looks: the first process is left to what it records.
  private func writeAnswers(looking isLooking: Bool) throws {
    var text = """
      apiVersion: mailconsole/v1
      kind: Answers
      operator: tomas
      steps:
        s5: {approve: [{by: sofia, comment: seen}]}

      """
    let lines = try ledger()
    for id in Self.acting + ["s4"] where isLooking {
      let found = lines.contains(id) ? "mark_done" : "retry"
      text +=
        "  \(id): {on_failure: retry, on_unknown: \(found), by: tomas, confirmed_by: sofia"
        + ", reason: looked into the ledger}\n"
    }
    try folder.write(text, to: "answers.yaml")
  }

  /// Begins the run with the layer in between.
  func begin(_ layer: FaultLayer) throws -> Program.Result {
    try writeAnswers(looking: false)
    return try loaded(layer).run(
      "run",
      "twelve",
      "--unattended",
      "--site",
      site,
      "--answers",
      answers,
      "--runbooks",
      folder.path + "/runbooks"
    )
  }

  /// Goes on with the run, as people do who have looked.
  func attach(_ layer: FaultLayer? = nil, continuing: Bool = false) throws -> Program.Result {
    try writeAnswers(looking: true)
    let run = try #require(self.run())
    return try (layer.map(loaded) ?? console).run(
      ["attach", run, "--site", site, "--answers", answers] + (continuing ? ["--continue"] : [])
    )
  }

  private func loaded(_ layer: FaultLayer) -> ConsoleBinary {
    ConsoleBinary(state: state, variables: layer.variables(disk: disk, witness: ledgerPath))
  }

  func timeline(_ run: String) throws -> RecordedTimeline {
    try RecordedTimeline(json: try console.run("show", run, "--json").output)
  }

  /// Holds the record against what was shown and what happened, brings the run to its end, and
  /// holds it again.
  func settle(shown: String, at moment: Comment) throws {
    guard let run = run() else {
      #expect(!shown.contains("\n"), "shown of a run that is not there; \(moment)")
      #expect(try ledger().isEmpty, "\(moment)")
      return
    }
    try verify(run, "as it was left", moment)
    let before = try timeline(run)
    #expect(before.missing(of: shown).isEmpty, "shown and not recorded; \(moment)")
    for id in try ledger() {
      #expect(before.types(of: id).contains("step.spawned"), "\(id) is unrecorded; \(moment)")
    }
    // Once more for each thing that people are asked one after the other.
    var last = try attach()
    for _ in 0..<3 where last.status != 0 { last = try attach(continuing: true) }
    #expect(last.status == 0, "\(last.output)\(last.errors); \(moment)")
    try verify(run, "at its end", moment)
    let after = try timeline(run)
    let past = Array(after.lines.prefix(before.lines.count))
    #expect(past == before.lines, "the past changed; \(moment)")
    #expect(after.lines.last?.type == "run.ended", "\(moment)")
    #expect(after.unsaidRepetitions.isEmpty, "\(moment)")
    let ledger = try ledger()
    for id in Self.acting {
      let count = ledger.count { $0 == id }
      let types = after.types(of: id)
      let isSaid = types.count { $0 == "step.started" } >= count
      #expect(count == 1 || Self.reading.contains(id) && count > 1 && isSaid, "\(id); \(moment)")
    }
  }

  private func verify(_ run: String, _ when: String, _ moment: Comment) throws {
    let verdict = try console.run("verify", run)
    #expect(verdict.status == 0, "\(when): \(verdict.output)\(verdict.errors); \(moment)")
  }
}
