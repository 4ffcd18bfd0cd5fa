internal import Runbooks

extension ReportDocument {
  /// The after-action report of an exercise: a page of summary, what shows it, and what is done about it.
  ///
  /// - Parameters:
  ///   - report: of the exercise's run, for signatures and the verdict on its record.
  ///   - players: the players' runs, with what did not go the plain way in them.
  init(_ after: AfterAction, _ report: RunReport, players: [RunReport]) {
    title = "After-action report: \(after.exercise.title)"
    sections = [
      Section(title: "In short", lines: AfterActionSummary.lines(after)),
      Self.objectives(after), Self.actions(after), Self.improvements(after),
      Self.said("Strengths", after.strengths), Self.said("Areas to improve", after.weaknesses),
      Section(
        title: "Asked in the debriefing",
        columns: ["Question", "Answer"],
        rows: after.questions.map { [$0.what, $0.words] },
        nothing: "Nothing beyond that."
      ),
      Self.timeline(after), Self.departures(players), Self.unused(after), Self.attendance(report),
      Self.records(report, players),
    ]
  }

  private static func said(_ title: String, _ lines: [String]) -> Section {
    Section(title: title, lines: lines.isEmpty ? ["Nobody named one."] : lines)
  }

  private static func objectives(_ after: AfterAction) -> Section {
    Section(
      title: "Objectives",
      columns: ["Objective", "Rating", "What shows it"],
      rows: after.objectives.map { objective in
        let rating = objective.rating.map { AfterActionSummary.words($0) } ?? "not rated"
        let differs = objective.rating != nil && objective.rating != objective.proposed
        return [
          objective.text,
          rating + (differs ? " (the record alone gives \(objective.proposed.rawValue))" : ""),
          objective.why,
        ]
      }
    )
  }

  private static func actions(_ after: AfterAction) -> Section {
    Section(
      title: "Expected and done",
      columns: ["Expected", "Critical", "Within", "Done", "After", "By whom, where"],
      rows: after.actions.map { action in
        [
          action.title, action.isCritical || action.isForbidden ? "yes" : "",
          DurationText.format(action.within),
          action.verdict?.rawValue ?? "did not come up",
          action.took.map { AfterActionSummary.minutes($0) } ?? "", action.seen,
        ]
      }
    )
  }

  private static func improvements(_ after: AfterAction) -> Section {
    let planned = after.objectives.filter { !$0.improve.isEmpty }
    return Section(
      title: "Improvement plan",
      columns: ["For the objective", "Action", "Owner", "Due"],
      rows: planned.map { [$0.text, $0.improve, $0.owner, $0.due] },
      nothing: "Nothing is to be improved by anybody's word."
    )
  }

  private static func timeline(_ after: AfterAction) -> Section {
    Section(
      title: "Timeline",
      columns: ["World time", "After", "What happened", "What was done", "Who"],
      rows: after.timeline.map { line in
        [
          String(line.at.description.dropFirst(11).prefix(8)),
          after.began.map { AfterActionSummary.minutes(line.at.since($0)) } ?? "",
          line.isInject ? line.text : "", line.isInject ? "" : line.text, line.who,
        ]
      }
    )
  }

  private static func departures(_ players: [RunReport]) -> Section {
    Section(
      title: "Skipped, done again or out of the plain way",
      columns: ["Run", "What", "Step", "Who", "Why"],
      rows: players.flatMap { report in
        report.deviations.map { deviation in
          [
            report.header.run.name, deviation.kind.rawValue, deviation.step?.name ?? "",
            deviation.by, deviation.text,
          ]
        }
      },
      nothing: "Nothing: the players' runs went the runbooks' plain way."
    )
  }

  private static func unused(_ after: AfterAction) -> Section {
    Section(
      title: "Injects that were not used",
      columns: ["Inject", "Why not"],
      rows: after.unused.map { [$0.what, $0.words] },
      nothing: "All were."
    )
  }

  private static func attendance(_ report: RunReport) -> Section {
    let signed = report.signOffs.filter { $0.step == ExerciseGraph.attendance }
    return Section(
      title: "Attendance",
      columns: ["Who", "Roles", "Signed", "How", "Comment"],
      rows: signed.map {
        [
          $0.by ?? "nobody", $0.roles.map(\.name).joined(separator: ", "), $0.at, $0.assurance,
          $0.comment,
        ]
      },
      nothing: "Nobody has signed that they took part."
    )
  }

  private static func records(_ report: RunReport, _ players: [RunReport]) -> Section {
    Section(
      title: "The records behind this",
      columns: ["Run", "Events", "Sound", "Head"],
      rows: ([report] + players).map {
        [
          $0.header.run.name, String($0.verdict.soundEvents), $0.verdict.isSound ? "yes" : "NO",
          $0.verdict.head?.hex ?? "",
        ]
      }
    )
  }
}

/// The exercise in plain words.
enum AfterActionSummary {
  static func lines(_ after: AfterAction) -> [String] {
    [played(after), rated(after)] + times(after) + lapses(after) + plan(after)
  }

  private static func played(_ after: AfterAction) -> String {
    let day = after.began.map { String($0.description.prefix(10)) } ?? "never"
    let length = after.length.map { ", \(minutes($0)) long" } ?? ", not ended"
    let players = after.exercise.players.map { "\($0.role) (\($0.part))" }
    return "\(after.exercise.title), in the world of \(day)\(length); led by \(after.facilitator), "
      + "for \(players.joined(separator: ", "))."
  }

  private static func rated(_ after: AfterAction) -> String {
    let parts = ObjectiveRating.allCases.compactMap { rating -> String? in
      let count = after.objectives.count { $0.rating == rating }
      return count == 0 ? nil : "\(count) \(words(rating))"
    }
    let open = after.objectives.count { $0.rating == nil }
    return "Of \(after.objectives.count) objectives: "
      + (parts + (open > 0 ? ["\(open) not rated"] : [])).joined(separator: "; ") + "."
  }

  /// How long the critical actions took: to notice, to decide, to restore.
  private static func times(_ after: AfterAction) -> [String] {
    after.actions.compactMap { action in
      guard action.isCritical, let took = action.took else { return nil }
      return "\(action.title): after \(minutes(took)), wanted within "
        + "\(DurationText.format(action.within))."
    }
  }

  private static func lapses(_ after: AfterAction) -> [String] {
    guard !after.lapses.isEmpty else { return ["No critical action was late or left out."] }
    return after.lapses.map { action in
      switch (action.verdict, action.isForbidden) {
      case (.missed, true): "DONE AGAINST THE EXPECTATION: \(action.title) (\(action.seen))."
      case (.missed, false): "NOT DONE: \(action.title)."
      default: "LATE: \(action.title)."
      }
    }
  }

  private static func plan(_ after: AfterAction) -> [String] {
    let count = after.objectives.count { !$0.improve.isEmpty }
    guard count > 0 else { return ["Nobody is to improve anything by this report."] }
    return ["\(count == 1 ? "One action is" : "\(count) actions are") planned; see below."]
  }

  /// `P, performed`
  static func words(_ rating: ObjectiveRating) -> String {
    switch rating {
    case .performed: "P, performed without challenges"
    case .some: "S, performed with some challenges"
    case .major: "M, performed with major challenges"
    case .unable: "U, could not be performed"
    }
  }

  /// `7 min`, `1 h 5 min`, `40 s`
  static func minutes(_ span: Duration) -> String {
    let seconds = max(0, span.components.seconds)
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3_600 { return "\(seconds / 60) min" }
    return "\(seconds / 3_600) h \(seconds / 60 % 60) min"
  }
}
