internal import ClusterOps
internal import Runbooks

/// A queue report as lines of text.
enum QueueText {
  static func lines(
    _ report: QueueReport,
    _ diagnosis: QueueDiagnosis,
    by groupings: [QueueGrouping],
    top: Int
  ) -> [String] {
    let least = report.isLowerBound ? "at least " : ""
    var lines = ["\(least)\(report.total) messages, \(ByteText.short(report.bytes))"]
    if report.isCut, let doubt = report.doubt { lines.append("\(doubt.words). \(doubt.advice)") }
    for queue in QueueName.allCases {
      let count = report.count(in: queue)
      if count.messages > 0 {
        lines.append("  \(queue.name.padding(to: 10))\(count.messages)")
      }
    }
    if report.malformed > 0 {
      lines.append("\(report.malformed) lines were not understood and are not counted:")
      for line in report.firstMalformed {
        lines.append("  line \(line.line): \(line.fault.text): \(line.sample)")
      }
    }
    if report.doubles > 0 {
      lines.append("\(report.doubles) lines told of a message once more; each counts once")
    }
    if report.heads > 0 {
      lines.append("\(report.heads) messages have more recipients than were read")
    }
    if report.blurred > 0 {
      lines.append("\(report.blurred) messages have senders or domains that were not kept apart")
    }
    if !diagnosis.causes.isEmpty {
      lines += ["", "causes"]
      for cause in diagnosis.causes {
        let held = cause.held > 0 ? " (\(cause.held) on hold)" : ""
        lines.append(
          "  \(String(cause.messages).padding(to: 9))\(cause.kind.rawValue.padding(to: 20))"
            + "\(cause.subject)\(held)"
        )
        lines += classes(of: cause)
        if !cause.reason.isEmpty { lines.append("           \(cause.reason)") }
      }
    }
    for grouping in groupings { lines += section(report, grouping, top) }
    return lines
  }

  /// What the reasons of a cause say, whose fault that is and what mends it.
  private static func classes(of cause: QueueDiagnosis.Cause) -> [String] {
    let told = cause.classes.filter { $0.reasonClass != .none }
    return told.prefix(6).map { count in
      let reason = count.reasonClass
      let share = told.count > 1 ? "\(count.messages): " : ""
      return "           \(share)\(reason.says) (\(reason.fault.words)). \(reason.advice)"
    }
  }

  private static func section(
    _ report: QueueReport,
    _ grouping: QueueGrouping,
    _ top: Int
  ) -> [String] {
    let groups = report.groups(by: grouping, top: top)
    var lines = ["", "by \(grouping.rawValue)"]
    for group in groups.groups where group.messages > 0 {
      let held = group.held > 0 ? " (\(group.held) on hold)" : ""
      lines.append("  \(String(group.messages).padding(to: 9))\(group.key)\(held)")
    }
    if groups.furtherGroups > 0 {
      lines.append(
        "  \(String(groups.furtherMessages).padding(to: 9))in \(groups.furtherGroups) further groups"
      )
    }
    return lines
  }
}
