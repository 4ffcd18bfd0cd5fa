extension Verification {
  /// The verdict as a person reads it: one line, then what it rests on, indented.
  public func lines(of run: RunID) -> [String] {
    var lines: [String] = []
    if isSound {
      let end = head.map { ", head \($0.hash.short)" } ?? ""
      let signatures =
        checkedSignatures > 0 ? ", signatures that hold: \(checkedSignatures)" : ""
      lines.append("\(run): sound, \(soundEvents) events\(end)\(signatures)")
    } else {
      let first = firstBadEvent.map { "first bad event \($0)" } ?? "no single event"
      lines.append("\(run): NOT SOUND, \(first); \(soundEvents) events before it are sound")
    }
    for finding in findings {
      lines.append("  " + (finding.sequence.map { "event \($0): " } ?? "") + finding.message)
    }
    for head in headsElsewhere { lines.append("  head: \(head)") }
    for remark in remarks { lines.append("  remark: \(remark)") }
    for open in notRuledOut { lines.append("  not ruled out: \(open)") }
    return lines
  }
}
