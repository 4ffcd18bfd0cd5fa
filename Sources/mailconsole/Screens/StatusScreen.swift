internal import Runbooks
internal import TUI

/// The first screen: what is wrong, since when, what it explains and what to do about it; which
/// runs wait, and for whom.
struct StatusScreen: ConsoleScreen {
  /// The row the pointer was put on; nil: it stays on the first one, whichever that is.
  private(set) var pointed: StatusList.ID?
  private var list = ListState()
  var filter: TextFilter?

  /// What is listed, through the filter.
  func shown(_ model: ConsoleModel) -> StatusList {
    model.statusList.filtered(by: filter)
  }

  /// The row under the pointer, by its position.
  func position(in list: StatusList) -> Int? {
    guard !list.rows.isEmpty else { return nil }
    guard let pointed else { return 0 }
    return list.rows.firstIndex { $0.id == pointed } ?? 0
  }

  /// The row under the pointer.
  func selected(in model: ConsoleModel) -> StatusList.Row? {
    let list = shown(model)
    return position(in: list).map { list.rows[$0] }
  }

  // MARK: Drawing

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let all = model.statusList
    let shown = all.filtered(by: filter)
    let (details, above) = rect.splitBottom(min(9, rect.rows * 2 / 5))
    let banner = StatusText.banner(model.status, all)
    for (row, line) in banner.prefix(above.rows / 2).enumerated() {
      frame.draw(line, in: above.row(row).inset(columns: 2))
    }
    let room = above.splitTop(min(banner.count, above.rows / 2)).rest
    drawList(model, shown, in: room, on: &frame)
    guard let position = position(in: shown) else { return }
    drawDetails(model, shown.rows[position], in: details, on: &frame)
  }

  private func drawList(
    _ model: ConsoleModel,
    _ shown: StatusList,
    in rect: Rect,
    on frame: inout Frame
  ) {
    let lines = shown.lines
    let glyphs = frame.glyphs
    var state = list
    if let place = place(in: shown, lines) {
      // With the heading above the first row.
      if place <= 1 { state.move(.first, count: lines.count, page: rect.rows - 1) }
      state.move(.to(place), count: lines.count, page: max(1, rect.rows - 1))
    }
    let longest = shown.rows.map { Self.name($0).count }.max() ?? 0
    TableView(
      columns: [
        TableColumn("", width: .fixed(1)),
        TableColumn("check", width: .fixed(max(16, min(longest, rect.columns / 4)))),
        TableColumn("what was found", width: .flexible(minimum: 20)),
        TableColumn("since", width: .fixed(5), alignment: .trailing),
        TableColumn("age", width: .fixed(7), alignment: .trailing),
      ],
      count: lines.count,
      state: state,
      emptyText: filter == nil ? "Nothing to show." : "Nothing matches the filter."
    ) { index in
      switch lines[index] {
      case .heading(let section, let count):
        return ["", StyledText(Self.title(section, count), .heading)]
      case .row(let index): return Self.cells(shown.rows[index], model, glyphs)
      }
    }
    .draw(in: rect, on: &frame)
  }

  /// The line of the list that the pointer is on.
  private func place(in shown: StatusList, _ lines: [StatusList.Line]) -> Int? {
    guard let position = position(in: shown) else { return nil }
    return lines.firstIndex { if case .row(position) = $0 { true } else { false } }
  }

  /// Of runs the words take all the room there is on a narrow screen; they are few.
  private static func title(_ section: StatusList.Section, _ count: Int) -> String {
    switch section {
    case .wrong, .warn, .unknown, .unlooked, .well: "\(section.title) (\(count))"
    case .yours, .others, .underWay: section.title
    }
  }

  private static func name(_ row: StatusList.Row) -> String {
    switch row.subject {
    case .check(let card, _): (row.cause == nil ? "" : "  ") + card.id.name
    case .run(let run): run.runbook.name
    }
  }

  private static func cells(
    _ row: StatusList.Row,
    _ model: ConsoleModel,
    _ glyphs: GlyphSet
  ) -> [StyledText] {
    let now = model.now
    let name = StyledText(name(row), row.cause == nil ? .strong : .dim)
    switch row.subject {
    case .run(let run):
      let sign = RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: glyphs)
      return [
        StyledText(sign.sign, sign.style), name,
        StyledText(StatusText.words(run, in: row.section)), "",
        StyledText(run.last.map { AgeText.since($0, model.wall) } ?? "", .dim),
      ]
    case .check(let card, let entry):
      let looking = model.status.looking.contains(card.id)
      let busy = StyledText("looking", .running)
      guard let entry else {
        return [
          StyledText(glyphs.unknown, .unknown), name, StyledText("never looked: \(card.title)"), "",
          looking ? busy : "",
        ]
      }
      let moment = entry.verdict == .pass ? entry.at : entry.since
      return [
        StyledText(sign(entry.verdict, glyphs), StatusText.style(entry.verdict)), name,
        StyledText(
          entry.verdict == .pass ? card.title : StatusText.finding(entry),
          row.cause == nil ? .normal : .dim
        ),
        StyledText(AgeText.when(moment, now), .dim),
        looking ? busy : StyledText(AgeText.since(moment, now), .dim),
      ]
    }
  }

  private static func sign(_ verdict: CheckVerdict, _ glyphs: GlyphSet) -> String {
    switch verdict {
    case .pass: glyphs.passed
    case .warn: glyphs.warned
    case .undetermined: glyphs.unknown
    case .fail: glyphs.failed
    }
  }

  private func drawDetails(
    _ model: ConsoleModel,
    _ row: StatusList.Row,
    in rect: Rect,
    on frame: inout Frame
  ) {
    guard rect.rows > 1 else { return }
    let title: StyledText
    let lines: [StyledText]
    switch row.subject {
    case .run(let run):
      title = StyledText(run.run.name, .heading)
      lines = StatusText.details(run)
    case .check(let card, let entry):
      title = [.init(card.id.name, .heading), .init("  \(card.title)", .dim)]
      lines = StatusText.details(
        card,
        entry,
        cause: row.cause,
        reach: reach(for: row, model),
        now: model.now
      )
    }
    frame.horizontalRule(in: rect, title: title)
    let body = rect.splitTop(1).rest.inset(columns: 2)
    var used = 0
    for (index, line) in lines.enumerated() where used < body.rows {
      // A long line leaves a row for each that follows.
      let rest = body.splitTop(used).rest
      let room = rest.splitTop(max(1, rest.rows - (lines.count - index - 1))).top
      used += frame.drawWrapped(line.plain, in: room, style: line.spans.first?.style ?? .normal)
    }
  }

  func plain(_ model: ConsoleModel) -> [String] {
    StatusText.lines(model.status, shown(model), now: model.now, wall: model.wall)
  }
}

// MARK: What enter does

extension StatusScreen {
  /// The entry of the runbook to reach for; nil: there is none for this row.
  private func entry(for row: StatusList.Row, _ model: ConsoleModel) -> ShelfEntry? {
    guard case .check(let card, let result?) = row.subject, row.cause == nil,
      result.verdict == .fail || result.verdict == .warn
    else { return nil }
    return model.shelf.first { $0.head.id == card.runbook }
  }

  /// What enter does about a row, in words; nil: it shows the evidence.
  private func reach(for row: StatusList.Row, _ model: ConsoleModel) -> StyledText? {
    guard case .check(let card, let result?) = row.subject, row.cause == nil,
      result.verdict == .fail || result.verdict == .warn, let id = card.runbook
    else { return nil }
    guard let entry = entry(for: row, model) else {
      return StyledText("reach for \(id), which cannot be used here: see R", .warning)
    }
    let title = entry.head.title
    if let latest = entry.latest, latest.status.isOpen {
      return StyledText("reach for \(title): enter goes on with \(latest.run)", .accent)
    }
    // Which inputs it has is known once all of it was read.
    let known = entry.runbook.map { Set($0.inputs.map(\.name)) }
    let inputs = result.inputs.filter { known?.contains($0.key) ?? true }.sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return StyledText(
      "reach for \(title): enter starts it" + (inputs.isEmpty ? "" : " with \(inputs)"),
      .accent
    )
  }

  private mutating func open(_ model: ConsoleModel) -> [ScreenRequest] {
    guard let row = selected(in: model) else { return [] }
    switch row.subject {
    case .run(let run):
      pointed = row.id
      return [.openRun(run)]
    case .check(let card, let result):
      if let cause = row.cause {
        pointed = .check(cause)
        return [
          .say(
            StyledText("\(card.id) is explained by \(cause): this is what to mend first.", .warning)
          )
        ]
      }
      pointed = row.id
      guard let entry = entry(for: row, model), let result else { return evidence(model) }
      let prefill = result.inputs.isEmpty ? nil : Prefill(check: card.id, inputs: result.inputs)
      return [.reachFor(entry, prefill)]
    }
  }

  private func evidence(_ model: ConsoleModel) -> [ScreenRequest] {
    guard case .check(let card, let entry)? = selected(in: model)?.subject else {
      return [.say(StyledText("A run shows its evidence: enter opens it.", .dim))]
    }
    guard let entry else {
      return [.say(StyledText("\(card.id) was never looked at; r looks at everything.", .warning))]
    }
    return [.effect(.readCheckEvidence(card, entry))]
  }
}

// MARK: Its keys, and what they do

extension StatusScreen {
  static let keys: KeyContext = "status"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      action: .open,
      command: "open",
      label: "runbook",
      help: "Start the runbook to reach for, or open the run; else show what the check read.",
      context: keys,
      isInFooter: true
    ),
    ConsoleKeys.Binding(
      "v",
      action: .showEvidence,
      command: "evidence",
      label: "evidence",
      help: "Show all that the check read when it looked last.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "again",
      help: "Look at everything anew, side by side; what is shown stays until then.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "R",
      action: .show(.runbooks),
      command: "runbooks",
      label: "runbooks",
      help: "Go to the waves and runbooks.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "X",
      action: .show(.runs),
      command: "runs",
      label: "runs",
      help: "List all runs, those that have ended too; enter opens one.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "S",
      action: .show(.status),
      command: "status",
      label: "status",
      help: "Go to the first screen: what is wrong, and what waits for whom.",
      isHarmless: true
    ),
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    [.visit(StatusScreen()), .effect(.readShelf), .effect(.readChecks)]
  }

  var readAnew: [ConsoleEffect] { [.readShelf, .readChecks] }

  func crumb(in model: ConsoleModel) -> String { "status" }

  func headline(in model: ConsoleModel) -> StyledText? {
    model.status.cards.isEmpty ? nil : StatusText.counts(model.statusList)
  }

  func aside(in model: ConsoleModel) -> StyledText? { StatusText.age(model.status, model.now) }

  /// Which row enter acts on, where that changes by itself.
  func subject(in model: ConsoleModel) -> String? {
    guard pointed == nil, let row = selected(in: model) else { return nil }
    return "\(row.id)"
  }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    let all = model.statusList
    return (all.filtered(by: filter).rows.count, all.rows.count)
  }

  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel) {
    self.filter = filter
    pointed = nil
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    let shown = shown(model)
    guard let position = position(in: shown) else { return }
    var rows = ListState(selection: position)
    rows.move(motion, count: shown.rows.count, page: model.bodyRows / 2)
    pointed = shown.rows[rows.selected(count: shown.rows.count) ?? 0].id
    let lines = shown.lines
    guard let place = place(in: shown, lines) else { return }
    if place <= 1 { list.move(.first, count: lines.count, page: 1) }
    list.move(.to(place), count: lines.count, page: max(1, model.bodyRows / 2))
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .open: return open(model)
    case .showEvidence: return evidence(model)
    case .refresh:
      if model.status.isAsked {
        return [
          .say(StyledText("It is being looked at already; each row says when it is done.", .dim))
        ]
      }
      return [.look]
    default: return nil
    }
  }
}
