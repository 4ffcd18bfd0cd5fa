internal import Runbooks

/// The run in plain words, for whoever reads nothing else.
enum ReportSummary {
  static func lines(_ report: RunReport) -> [String] {
    [ending(report), driving(report), counts(report)] + changes(report) + troubles(report)
      + signOffs(report) + [deviations(report), record(report)]
  }

  private static func ending(_ report: RunReport) -> String {
    let header = report.header
    let world =
      switch header.world {
      case .live: ""
      case .tabletop: ", as an exercise in a simulated world"
      case .plan: ", as a plan: nothing was changed"
      }
    let time = ReportDocument.duration(header.durationMilliseconds)
    let end =
      switch header.outcome {
      case .completed?: "was completed in \(time)"
      case .failed?: "FAILED after \(time): \(header.standing)"
      case .aborted?: "was aborted after \(time): \(header.standing)"
      case nil: "has run for \(time) and is \(header.standing)"
      }
    return "\(header.title) on \(header.site)\(world): it \(end)."
  }

  private static func driving(_ report: RunReport) -> String {
    let spans = report.header.driving
    guard let first = spans.first else { return "Nobody has driven it yet." }
    guard spans.count > 1 else { return "\(first.by) drove it." }
    return "Driven by "
      + spans.map { "\($0.by) from event \($0.firstEvent)" }.joined(separator: ", ") + "."
  }

  private static func counts(_ report: RunReport) -> String {
    let words: [(RunReport.Step.Ending, String)] = [
      (.succeeded, "succeeded"), (.warned, "ended with a warning"), (.planned, "were planned"),
      (.failed, "FAILED"), (.unknown, "have an UNKNOWN outcome"), (.skipped, "were not needed"),
      (.open, "have not ended"),
    ]
    let parts = words.compactMap { ending, word -> String? in
      let count = report.steps.count { $0.ending == ending }
      return count == 0 ? nil : "\(count) \(word)"
    }
    return "Of \(report.steps.count) steps \(parts.joined(separator: ", "))."
  }

  private static func changes(_ report: RunReport) -> [String] {
    let signed = Set(report.signOffs.map(\.step))
    let done = report.steps.filter {
      $0.risk > .read && [.succeeded, .warned].contains($0.ending) && !signed.contains($0.step)
    }
    guard !done.isEmpty else { return ["Nothing was changed."] }
    return done.map { "Changed: \($0.title): \(sentence($0.summary))" }
  }

  private static func troubles(_ report: RunReport) -> [String] {
    report.steps.compactMap { step in
      switch step.ending {
      case .failed: "Failed: \(step.title): \(sentence(step.summary))"
      case .unknown: "Nobody knows whether this happened: \(step.title): \(sentence(step.summary))"
      default: nil
      }
    }
  }

  private static func signOffs(_ report: RunReport) -> [String] {
    report.signOffs.map { sign in
      let who = sign.by ?? "Nobody"
      return switch sign.answer {
      case .signedOff: "\(who) agreed: \(sentence(sign.statement))"
      case .refused: "\(who) refused (\(sign.comment)): \(sentence(sign.statement))"
      case .expired: "Nobody answered in time: \(sentence(sign.statement))"
      }
    }
  }

  private static func deviations(_ report: RunReport) -> String {
    guard !report.deviations.isEmpty else {
      return "Nothing departed from the runbook's plain way."
    }
    var order: [RunReport.Deviation.Kind] = []
    for deviation in report.deviations where !order.contains(deviation.kind) {
      order.append(deviation.kind)
    }
    let parts = order.map { kind in
      let count = report.deviations.count { $0.kind == kind }
      return count == 1 ? kind.rawValue : "\(kind.rawValue) (\(count) times)"
    }
    return "Departed from the plain way: \(parts.joined(separator: ", "))."
  }

  private static func record(_ report: RunReport) -> String {
    report.verdict.isSound
      ? "The record of it is sound."
      : "THE RECORD IS NOT SOUND: rely on nothing here before somebody has looked at it."
  }

  private static func sentence(_ text: String) -> String {
    text.hasSuffix(".") || text.isEmpty ? text : text + "."
  }
}
