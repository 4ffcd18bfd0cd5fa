internal import Runbooks
internal import TUI

/// A check with its last result.
struct CheckRow: Sendable {
  let check: CheckDefinition
  let entry: CheckHistory.Entry
  /// A check that fails too and explains this one.
  let explainedBy: CheckID?

  /// The checks that have a result, each that is not well with the failing check that explains it.
  static func all(of checks: [CheckDefinition], in history: CheckHistory) -> [CheckRow] {
    let verdicts = history.entries.mapValues(\.verdict)
    let causes = CheckCauses.first(
      of: Set(checks.map(\.id).filter { (verdicts[$0] ?? .pass) > .warn }),
      among: Dictionary(
        checks.filter { verdicts[$0.id] == .fail }.map { ($0.id, $0.explains) },
        uniquingKeysWith: { first, _ in first }
      )
    )
    return checks.compactMap { check in
      guard let entry = history.entries[check.id] else { return nil }
      return CheckRow(check: check, entry: entry, explainedBy: causes[check.id])
    }
  }

  /// What programs read.
  struct Document: Encodable {
    let check: String
    let group: String
    let title: String
    let verdict: CheckVerdict
    let summary: String
    let advice: String?
    let runbook: String?
    /// A check that fails too and explains this one.
    let explainedBy: String?
    /// RFC 3339 in UTC.
    let at: String
    let since: String
    let before: CheckVerdict?
    let milliseconds: Int64
  }

  var document: Document {
    Document(
      check: check.id.name,
      group: check.group,
      title: check.title,
      verdict: entry.verdict,
      summary: entry.summary,
      advice: entry.advice,
      runbook: check.runbook?.name,
      explainedBy: explainedBy?.name,
      at: entry.at.description,
      since: entry.since.description,
      before: entry.before,
      milliseconds: entry.milliseconds
    )
  }
}

/// Checks as lines of text: what is wrong first in words, then what to do.
enum CheckText {
  static func print(
    _ rows: [CheckRow],
    of all: [CheckRow],
    on site: String,
    isDifference: Bool
  ) {
    Output.line("\(site): \(count(all))")
    if isDifference, rows.isEmpty {
      Output.line("nothing is other than it was last time")
      return
    }
    var group = ""
    for row in rows {
      if row.check.group != group {
        group = row.check.group
        Output.line("")
        Output.line(group)
      }
      for line in lines(row, columns: Output.columns) { Output.line(line) }
    }
  }

  /// `24 checks: 21 pass, 1 warn, 2 FAIL`
  static func count(_ rows: [CheckRow]) -> String {
    let parts = CheckVerdict.allCases.compactMap { verdict -> String? in
      let count = rows.count { $0.entry.verdict == verdict }
      return count == 0 ? nil : "\(count) \(word(verdict))"
    }
    let checks = rows.count == 1 ? "1 check" : "\(rows.count) checks"
    return parts.isEmpty ? "no check was made yet" : "\(checks): \(parts.joined(separator: ", "))"
  }

  /// The lines of a check.
  ///
  /// - Parameter columns: how wide they may be; nil: as wide as they are, for pipes.
  static func lines(_ row: CheckRow, columns: Int? = nil) -> [String] {
    let entry = row.entry
    let head = "  " + word(entry.verdict).padding(to: 13) + row.check.id.name.padding(to: 24)
    var lines = hanging(head, entry.summary, columns)
    guard entry.verdict != .pass else { return lines }
    let indent = String(repeating: " ", count: 15)
    if let cause = row.explainedBy {
      lines.append(indent + "explained by \(cause)")
      return lines
    }
    // `2026-11-30T08:11:49.664Z`
    let since = entry.since.description.prefix(16).split(separator: "T")
    lines.append(indent + "since \(since.joined(separator: " ")) UTC")
    if let advice = entry.advice { lines += hanging(indent, advice, columns) }
    if entry.verdict != .undetermined, let runbook = row.check.runbook {
      lines.append(indent + StatusText.command(runbook, entry))
    }
    return lines
  }

  /// A text behind a head, its further lines below where it begins; long heads leave it little room.
  private static func hanging(_ head: String, _ text: String, _ columns: Int?) -> [String] {
    guard let columns, columns > 60 else { return [head + text] }
    let lines = TextWrapping.wrap(text, columns: columns - head.count)
    guard let first = lines.first else { return [head] }
    let indent = String(repeating: " ", count: head.count)
    return [head + first] + lines.dropFirst().map { indent + $0 }
  }

  /// A failure is to be seen at a glance, also without colours.
  static func word(_ verdict: CheckVerdict) -> String {
    verdict == .fail ? "FAIL" : verdict.rawValue
  }
}

/// Verdicts in the text format of Prometheus, for the textfile collector of its node exporter.
enum PrometheusText {
  static func text(_ rows: [CheckRow], of site: String) -> String {
    func series(_ name: String, _ value: (CheckRow) -> String) -> [String] {
      rows.map { row in
        "\(name){site=\"\(site)\",group=\"\(row.check.group)\",check=\"\(row.check.id)\"} \(value(row))"
      }
    }
    let lines =
      [
        "# HELP mailconsole_check_verdict 0 pass, 1 warn, 2 undetermined, 3 fail.",
        "# TYPE mailconsole_check_verdict gauge",
      ] + series("mailconsole_check_verdict") { String(number($0.entry.verdict)) }
      + [
        "# HELP mailconsole_check_timestamp_seconds When it was looked.",
        "# TYPE mailconsole_check_timestamp_seconds gauge",
      ] + series("mailconsole_check_timestamp_seconds") { String($0.entry.at.milliseconds / 1_000) }
      + [
        "# HELP mailconsole_check_duration_seconds How long it took.",
        "# TYPE mailconsole_check_duration_seconds gauge",
      ]
      + series("mailconsole_check_duration_seconds") {
        String(Double($0.entry.milliseconds) / 1_000)
      }
    return lines.map { $0 + "\n" }.joined()
  }

  static func write(_ rows: [CheckRow], of site: String, to path: String) throws(CommandFailure) {
    let file = try OutputFile.open(path, allowingTerminal: true)
    try file.write(text(rows, of: site))
    try file.finish()
  }

  private static func number(_ verdict: CheckVerdict) -> Int {
    switch verdict {
    case .pass: 0
    case .warn: 1
    case .undetermined: 2
    case .fail: 3
    }
  }
}
