internal import Runbooks
internal import TUI

/// A report as headings, facts and tables, before it takes the form of a format.
///
/// All text is still as it was recorded; ``ReportText`` makes it harmless.
struct ReportDocument {
  struct Section {
    let title: String
    /// A name and what it is.
    var facts: [(name: String, value: String)] = []
    /// Sentences, one a line.
    var lines: [String] = []
    var columns: [String] = []
    var rows: [[String]] = []
    /// Said when there are no rows.
    var nothing = ""
  }

  let title: String
  let sections: [Section]

  init(_ report: RunReport) {
    title = "\(report.header.title): \(report.header.run)"
    sections = [
      Section(title: "In short", lines: ReportSummary.lines(report)),
      Self.run(report), Self.verdict(report), Self.steps(report), Self.signOffs(report),
      Self.deviations(report), Self.coverage(report), Self.evidence(report), Self.timeline(report),
    ]
  }

  private static func run(_ report: RunReport) -> Section {
    let header = report.header
    var facts = [
      ("Run", header.run.name),
      ("Runbook", "\(header.runbook) \(header.version) (\(header.title))"),
      ("Pinned text", header.text.hex),
      ("Site", header.site),
      ("World", header.world.rawValue),
      ("Driven by", header.driving.map(Self.span).joined(separator: "; ")),
      ("Began", header.began),
      ("Last event", header.last),
      ("Took", duration(header.durationMilliseconds)),
    ]
    if let simulated = header.simulated { facts.append(("Simulated time", simulated)) }
    facts.append(("Ended", (header.outcome.map { "\($0.rawValue): " } ?? "") + header.standing))
    for name in header.inputs.keys.sorted() {
      facts.append(("Input \(name)", header.inputs[name] ?? ""))
    }
    facts.append(("Console", header.console))
    return Section(title: "Run", facts: facts.map { (name: $0.0, value: $0.1) })
  }

  /// `sofia, events 10 to 41`
  private static func span(_ span: RunReport.DrivingSpan) -> String {
    span.lastEvent.map { "\(span.by), events \(span.firstEvent) to \($0)" }
      ?? "\(span.by), from event \(span.firstEvent)"
  }

  private static func verdict(_ report: RunReport) -> Section {
    let lines = report.verdict.lines.map { String($0.drop { $0 == " " }) }
    return Section(
      title: report.verdict.isSound ? "The record is sound" : "THE RECORD IS NOT SOUND",
      lines: lines
    )
  }

  private static func steps(_ report: RunReport) -> Section {
    Section(
      title: "Steps",
      columns: ["Step", "Title", "State", "Attempts", "Duration", "Who", "What happened"],
      rows: report.steps.map { step in
        [
          step.step.name, step.title, step.state, String(step.attempts),
          step.durationMilliseconds.map(duration) ?? "", step.people.joined(separator: ", "),
          step.summary,
        ]
      }
    )
  }

  private static func signOffs(_ report: RunReport) -> Section {
    Section(
      title: "Sign-offs",
      columns: ["Event", "Step", "Who", "Roles", "Answer", "When", "Statement", "Comment"],
      rows: report.signOffs.map { sign in
        [
          String(sign.sequence), sign.step.name, sign.by ?? "nobody",
          sign.roles.map(\.name).joined(separator: ", "),
          "\(sign.answer.rawValue) (\(sign.assurance))", sign.at, sign.statement,
          sign.comment + (sign.typed.map { " [typed: \($0)]" } ?? ""),
        ]
      },
      nothing: "Nobody was asked to sign off, or nobody has answered."
    )
  }

  private static func deviations(_ report: RunReport) -> Section {
    Section(
      title: "Deviations",
      columns: ["Event", "When", "What", "Step", "Who", "Why"],
      rows: report.deviations.map { deviation in
        [
          String(deviation.sequence), deviation.at, deviation.kind.rawValue,
          deviation.step?.name ?? "", deviation.by, deviation.text,
        ]
      },
      nothing:
        "None: no retry, skip, mark, accepted failure, rewind, unknown outcome or clock jump."
    )
  }

  private static func coverage(_ report: RunReport) -> Section {
    Section(
      title: "Tickets and exit criteria",
      columns: ["Item", "Covered", "Steps"],
      rows: report.coverage.map { item in
        [
          item.item, item.isCovered ? "yes" : "NO",
          item.steps.map(\.name).joined(separator: ", "),
        ]
      },
      nothing: "The runbook names none."
    )
  }

  private static func evidence(_ report: RunReport) -> Section {
    Section(
      title: "Evidence",
      columns: ["Event", "Step", "Attempt", "Name", "Kind", "Bytes", "SHA-256"],
      rows: report.evidence.map { file in
        [
          String(file.sequence), file.step.name, String(file.attempt), file.name, file.mediaType,
          String(file.length), file.digest.hex,
        ]
      },
      nothing: "No file was kept."
    )
  }

  private static func timeline(_ report: RunReport) -> Section {
    Section(
      title: "Timeline",
      columns: ["Event", "When", "Who", "Step", "What happened"],
      rows: report.timeline.lines.map { line in
        [String(line.sequence), line.at, line.actor, line.step?.name ?? "", line.text]
      }
    )
  }

  /// `0.125 s`, `4 min 10 s`, `2 h 5 min`.
  static func duration(_ milliseconds: Int64) -> String {
    let seconds = milliseconds / 1_000
    if seconds < 60 {
      let rest = String(milliseconds % 1_000)
      return "\(seconds).\(String(repeating: "0", count: max(0, 3 - rest.count)))\(rest) s"
    }
    if seconds < 3_600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3_600) h \(seconds / 60 % 60) min"
  }
}

/// Text from outside on its way into a document.
enum ReportText {
  /// The lines of a text, with what a terminal or a reader's eye would obey shown instead.
  static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map {
      ControlCharacters.sanitise(String($0), glyphs: .unicode)
    }
  }
}
