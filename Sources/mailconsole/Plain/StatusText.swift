internal import Runbooks
internal import TUI

/// What the status screen says, in words: for its details, its plain twin, and `mailconsole` where
/// there is no screen.
enum StatusText {
  /// `3 wrong 2 warn 34 ok 1 unknown`
  static func counts(_ list: StatusList) -> StyledText {
    let parts: [(StatusList.Section, Int, Style)] = [
      (.wrong, list.count(.wrong), .bad), (.warn, list.count(.warn), .warning),
      (.well, list.count(.well), .good), (.unknown, list.unknown, .unknown),
    ]
    var text = StyledText(spans: [])
    for (section, count, style) in parts {
      let isAlarm = count > 0
      text.append((text.isEmpty ? "" : " ") + "\(count) \(section.title)", isAlarm ? style : .dim)
    }
    return text
  }

  /// When it was looked last, and how long ago that is; the oldest result counts.
  static func age(_ board: StatusBoard, _ now: Moment) -> StyledText {
    if !board.looking.isEmpty {
      let done = board.cards.count - board.looking.count
      return StyledText("looking: \(done) of \(board.cards.count)", .running)
    }
    if board.isAsked { return StyledText("looking", .running) }
    guard let oldest = board.oldestResult else {
      return StyledText(board.cards.isEmpty ? "" : "never looked: r looks", .warning)
    }
    let isToday = now.since(oldest) < .seconds(86_400)
    let time = isToday ? AgeText.when(oldest, now) + " UTC" : AgeText.minute(oldest)
    let age = "checked \(time), \(AgeText.since(oldest, now)) ago"
    let isOld = now.since(oldest) > (board.every ?? .seconds(3_600)) * 2
    return StyledText(age, isOld ? .warning : .dim)
  }

  /// What stands above the list: that nothing is wrong, or why nothing can be known.
  static func banner(_ board: StatusBoard, _ list: StatusList) -> [StyledText] {
    var lines: [StyledText] = []
    if case .unusable(let why) = board.library {
      lines.append(
        StyledText("The checks cannot be used; `mailconsole lint` says how to mend it.", .bad)
      )
      lines += why.split(separator: "\n").prefix(2).map { StyledText("  \($0)") }
    }
    guard !board.cards.isEmpty else {
      switch board.library {
      case .reading: lines.append(StyledText("Reading the checks…", .dim))
      case .read:
        lines.append(StyledText("There are no checks: runbooks/checks has none.", .warning))
      case .unusable: break
      }
      return lines
    }
    if board.oldestResult == nil {
      lines.append(
        StyledText(
          "Nothing was looked at yet, so nothing is known: r looks at everything.",
          .warning
        )
      )
    } else if list.count(.wrong) == 0 {
      let open = [(list.count(.warn), "warn"), (list.unknown, "unknown")]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
      lines.append(
        open.isEmpty
          ? StyledText("Nothing is wrong: all \(board.cards.count) checks hold.", .good)
          : StyledText("Nothing is known to be wrong; \(open.joined(separator: ", ")).", .warning)
      )
    }
    return lines
  }

  /// What a result says without the condition behind it.
  static func finding(_ entry: CheckHistory.Entry) -> String {
    guard entry.verdict == .fail, entry.summary.hasSuffix("` does not hold)") else {
      return entry.summary
    }
    let ticks = entry.summary.indices.dropLast().filter {
      entry.summary[$0] == "(" && entry.summary[entry.summary.index(after: $0)] == "`"
    }
    guard let end = ticks.last else { return entry.summary }
    return entry.summary[..<end].trimmingSuffix(while: \.isWhitespace)
  }

  /// What is to be known of a check: what was found, what to do, what it explains, the runbook.
  ///
  /// - Parameter reach: what enter, or a command, does about it.
  static func details(
    _ card: CheckCard,
    _ entry: CheckHistory.Entry?,
    cause: CheckID?,
    reach: StyledText?,
    now: Moment
  ) -> [StyledText] {
    guard let entry else {
      return [
        StyledText("Never looked at, so nobody knows.", .unknown),
        StyledText("It looks with \(source(card))."),
      ]
    }
    var lines = [StyledText(finding(entry), style(entry.verdict))]
    if entry.verdict != .pass {
      if let cause {
        lines.append(
          StyledText("Explained by \(cause), which fails too: mend that first.", .warning)
        )
      } else {
        lines.append(StyledText(entry.advice ?? card.remedy))
      }
    }
    if let reach { lines.append(reach) }
    if entry.verdict == .fail, cause == nil, !card.explains.isEmpty {
      lines.append(
        StyledText("It can explain \(card.explains.map(\.name).joined(separator: ", ")).", .dim)
      )
    }
    let since = entry.since == entry.at ? "" : "; so since \(AgeText.minute(entry.since))"
    lines.append(
      StyledText(
        "seen with \(source(card)) at \(AgeText.minute(entry.at)), "
          + "in \(duration(entry))\(since)",
        .dim
      )
    )
    // Last, for whoever asks why it counts as wrong: it is the first to go for want of room.
    let condition = entry.summary.dropFirst(finding(entry).count)
    if !condition.isEmpty {
      lines.append(StyledText(condition.drop(while: \.isWhitespace).description, .dim))
    }
    return lines
  }

  /// How long looking took: `4 ms`, `1.2 s`.
  static func duration(_ entry: CheckHistory.Entry) -> String {
    entry.milliseconds < 1_000
      ? "\(entry.milliseconds) ms" : SpanText.short(milliseconds: entry.milliseconds)
  }

  /// What a run in a section waits for, in few words; where it waits for others, for whom.
  static func words(_ run: RunListing, in section: StatusList.Section) -> String {
    let sign = RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: .unicode)
    let driver = run.driver.map { "; \($0) drives" } ?? ""
    guard case .waiting(let items) = run.status, let first = items.first else {
      return sign.words + driver
    }
    let more = items.count > 1 ? " and \(items.count - 1) more" : ""
    let whom =
      section == .yours ? "" : RoleNames.text(first.roles, among: run.operators) + ": "
    return "\(whom)\(first.what.isEmpty ? first.step.name : first.what)\(more)"
  }

  /// `postfix.queue from pod`
  static func source(_ card: CheckCard) -> String {
    card.reads + (card.vantage.map { " from \($0)" } ?? "")
  }

  static func style(_ verdict: CheckVerdict) -> Style {
    switch verdict {
    case .pass: .good
    case .warn: .warning
    case .undetermined: .unknown
    case .fail: .bad
    }
  }

  /// What a run waits for and who drives it.
  static func details(_ run: RunListing) -> [StyledText] {
    let sign = RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: .unicode)
    var lines: [StyledText] = []
    switch run.status {
    case .waiting(let items), .unknown(let items):
      lines += items.map { item in
        let whom = RoleNames.text(item.roles, among: run.operators)
        return StyledText(
          "Waits for \(whom) at \(item.step) (\(PlainRun.word(item))): \(item.what)"
        )
      }
    case .running, .paused, .notCreated, .ended: lines.append(StyledText("It is \(sign.words)."))
    }
    lines.append(StyledText(run.driver.map { "\($0) drives it." } ?? "Nobody drives it.", .dim))
    lines.append(StyledText("enter opens \(run.run)", .accent))
    return lines
  }
}

extension Substring {
  /// The text without what at its end satisfies a condition.
  fileprivate func trimmingSuffix(while condition: (Character) -> Bool) -> String {
    var text = self
    while let last = text.last, condition(last) { text = text.dropLast() }
    return String(text)
  }
}

// MARK: Whole lines

extension StatusText {
  /// The screen as lines of text, nothing left out.
  ///
  /// - Parameter isBrief: what is well is only counted, and what was never looked at only named.
  static func lines(
    _ board: StatusBoard,
    _ list: StatusList,
    now: Moment,
    wall: Moment? = nil,
    comeBack: [String] = [],
    isBrief: Bool = false
  ) -> [String] {
    var unseen: [String] = []
    let age = age(board, now).plain
    let all = counts(list).plain
    var lines = [all + (age.isEmpty ? "" : "; \(age)")]
    lines += banner(board, list).map(\.plain)
    for line in list.lines {
      switch line {
      case .heading(.well, _) where isBrief: break
      case .heading(let section, let count): lines += ["", "\(section.title) (\(count))"]
      case .row(let index):
        let row = list.rows[index]
        if isBrief, row.section == .well { continue }
        if isBrief, case .check(let card, nil) = row.subject {
          unseen.append(card.id.name)
          continue
        }
        lines += text(row, board, now: now, wall: wall ?? now, comeBack: comeBack)
      }
    }
    if !unseen.isEmpty { lines.append("  \(unseen.joined(separator: ", "))") }
    return lines
  }

  private static func text(
    _ row: StatusList.Row,
    _ board: StatusBoard,
    now: Moment,
    wall: Moment,
    comeBack: [String]
  ) -> [String] {
    switch row.subject {
    case .run(let run):
      let sign = RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: .ascii)
      let age = run.last.map { ", \(AgeText.since($0, wall))" } ?? ""
      return ["  \(run.run): \(sign.words)\(age)"]
        + details(run).dropLast().map { "    " + $0.plain }
        + ["    " + LeavingWords.back(to: run.run, comeBack)]
    case .check(let card, let entry):
      let looking = board.looking.contains(card.id) ? ", being looked at" : ""
      guard let entry else { return ["  \(card.id): never looked\(looking); \(card.title)"] }
      let age =
        entry.verdict == .pass
        ? ", \(AgeText.since(entry.at, now)) ago"
        : ", since \(AgeText.minute(entry.since)), \(AgeText.since(entry.since, now))"
      let found = finding(entry)
      let words = found.hasSuffix(".") ? String(found.dropLast()) : found
      let head = "  \(card.id): \(words)\(age)\(looking)"
      guard entry.verdict != .pass else { return [head] }
      let reach: StyledText? =
        entry.verdict == .undetermined || row.cause != nil
        ? nil : card.runbook.map { StyledText("reach for: \(command($0, entry, comeBack))") }
      return [head]
        + details(card, entry, cause: row.cause, reach: reach, now: now).dropFirst()
        .map { "    " + $0.plain }
    }
  }

  /// The command that starts the runbook with what the check fills in.
  static func command(
    _ runbook: RunbookID,
    _ entry: CheckHistory.Entry,
    _ comeBack: [String] = []
  ) -> String {
    let inputs = entry.inputs.sorted { $0.key < $1.key }
      .flatMap { ["--input", "\($0.key)=\($0.value)"] }
    return CommandText.render(["mailconsole", "run", runbook.name] + inputs + comeBack)
  }
}
