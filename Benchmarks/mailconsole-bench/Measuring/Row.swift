/// One line of the table.
struct Row {
  enum Verdict: String {
    case ok
    case missed = "MISSED"
    /// No budget applies; the line is there to compare with.
    case none = ""
    case notMeasured = "NOT MEASURED"
  }

  let scenario: String
  let measured: String
  let budget: String
  /// What the nearest relative needs, where there is one.
  let peer: String
  let verdict: Verdict

  init(_ scenario: String, _ measured: String, peer: String = "") {
    self.init(scenario, measured, budget: "", peer: peer, .none)
  }

  init(
    _ scenario: String,
    _ measured: String,
    budget: String,
    holds: Bool,
    peer: String = ""
  ) {
    self.init(scenario, measured, budget: budget, peer: peer, holds ? .ok : .missed)
  }

  init(notMeasured scenario: String, why: String) {
    self.init(scenario, why, budget: "", peer: "", .notMeasured)
  }

  private init(
    _ scenario: String,
    _ measured: String,
    budget: String,
    peer: String,
    _ verdict: Verdict
  ) {
    self.scenario = scenario
    self.measured = measured
    self.budget = budget
    self.peer = peer
    self.verdict = verdict
  }
}

extension [Row] {
  /// The table, as wide as its contents.
  var table: [String] {
    let head = ["scenario", "measured (min / median / max)", "budget", "peer", ""]
    let lines =
      [head] + map { [$0.scenario, $0.measured, $0.budget, $0.peer, $0.verdict.rawValue] }
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    func line(_ cells: [String]) -> String {
      var text = zip(cells, widths).map { Text.padded($0, to: $1) }.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    return [line(head), line(widths.map { String(repeating: "-", count: $0) })]
      + lines.dropFirst().map(line)
  }
}
