internal import Runbooks
internal import TUI

/// The go-live board: tickets by wave, then the exit criteria; what proves each, who signed, what blocks.
struct PlanScreen: ConsoleScreen {
  /// What a row is about.
  enum Subject: Hashable {
    case ticket(PlanID)
    case exit(PlanID)
  }

  /// A line of the list.
  private enum Line {
    case heading(String, StyledText)
    case ticket(PlanBoard.Row)
    case exit(PlanBoard.Exit)

    var subject: Subject? {
      switch self {
      case .heading: nil
      case .ticket(let row): .ticket(row.ticket.id)
      case .exit(let exit): .exit(exit.criterion.id)
      }
    }
  }

  /// What was read; nil while it is being read.
  private(set) var board: PlanBoard?
  /// Why there is none.
  private(set) var problem: String?
  /// The row the pointer was put on; nil: it stays on the first.
  private(set) var pointed: Subject?
  private var list = ListState()
  var filter: TextFilter?

  private var lines: [Line] {
    guard let board else { return [] }
    let matches = filter?.matcher()
    var lines: [Line] = []
    for wave in board.plan.waves {
      let all = board.rows.filter { $0.wave == wave.number }
      let rows = all.filter { row in
        matches?(
          "\(row.ticket.id) \(row.ticket.title) \(row.ticket.owner) \(PlanText.state(row.progress))"
        ) ?? true
      }
      guard !rows.isEmpty else { continue }
      lines.append(
        .heading(
          wave.name.lowercased(),
          StyledText("\(all.count { $0.isDone })/\(all.count)", .dim)
        )
      )
      lines += rows.map { .ticket($0) }
    }
    let exit = board.exit.filter { matches?("\($0.criterion.id) \($0.criterion.title)") ?? true }
    guard !exit.isEmpty else { return lines }
    lines.append(
      .heading(
        "exit criteria",
        StyledText("\(board.exit.count { $0.isMet })/\(board.exit.count)", .dim)
      )
    )
    return lines + exit.map { .exit($0) }
  }

  /// The line the pointer is on, by its position.
  private func position(in lines: [Line]) -> Int? {
    let first = lines.firstIndex { $0.subject != nil }
    guard let pointed else { return first }
    return lines.firstIndex { $0.subject == pointed } ?? first
  }

  /// The ticket under the pointer.
  private var ticket: PlanBoard.Row? {
    let lines = lines
    guard let position = position(in: lines), case .ticket(let row) = lines[position] else {
      return nil
    }
    return row
  }

  // MARK: Drawing

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let lines = lines
    let (details, above) = rect.splitBottom(min(9, rect.rows * 2 / 5))
    let (top, table) = above.splitTop(board == nil ? 0 : 1)
    if let board {
      frame.draw(StyledText(PlanText.path(board), .dim), in: top.row(0).inset(columns: 2))
    }
    let glyphs = frame.glyphs
    var state = list
    if let position = position(in: lines) {
      if position <= 1 { state.move(.first, count: lines.count, page: table.rows - 1) }
      state.move(.to(position), count: lines.count, page: max(1, table.rows - 1))
    }
    TableView(
      columns: [
        TableColumn("", width: .fixed(1)),
        TableColumn("ticket", width: .fixed(7)),
        TableColumn("title", width: .flexible(minimum: 20, weight: 3)),
        TableColumn("who", width: .fixed(3)),
        TableColumn("state", width: .fixed(8)),
        TableColumn("proofs", width: .fixed(6), alignment: .trailing),
        TableColumn("age", width: .fixed(6), alignment: .trailing),
        TableColumn("signed, or waits for", width: .flexible(minimum: 14, weight: 2)),
      ],
      count: lines.count,
      state: state,
      emptyText: emptyText
    ) { index in
      switch lines[index] {
      case .heading(let words, let count):
        return ["", "", StyledText(words, .heading), "", "", "", "", count]
      case .ticket(let row): return Self.cells(row, model, glyphs)
      case .exit(let exit): return Self.cells(exit, model, glyphs)
      }
    }
    .draw(in: table, on: &frame)
    guard let position = position(in: lines) else { return }
    drawDetails(lines[position], model, in: details, on: &frame)
  }

  private var emptyText: String {
    if let problem { return problem }
    guard board != nil else { return "Reading the plan and its runs…" }
    return filter == nil ? "The plan has no ticket." : "No ticket matches the filter."
  }

  private static func cells(
    _ row: PlanBoard.Row,
    _ model: ConsoleModel,
    _ glyphs: GlyphSet
  ) -> [StyledText] {
    let (sign, style) = sign(row.progress, glyphs)
    let isOff = if case .blocked = row.progress { true } else { false }
    return [
      StyledText(sign, style), StyledText(row.ticket.id.name, isOff ? .dim : .strong),
      StyledText(row.ticket.title, isOff ? .dim : .normal), StyledText(row.ticket.owner.name, .dim),
      StyledText(PlanText.state(row.progress), style),
      // Signed, and something of it does not hold today.
      StyledText(PlanText.proofs(row.findings), row.isDone && !row.isProved ? .warning : .normal),
      StyledText(PlanText.age(row.findings, model.now), .dim),
      StyledText(PlanText.who(row, among: people(model)), .dim),
    ]
  }

  private static func cells(
    _ exit: PlanBoard.Exit,
    _ model: ConsoleModel,
    _ glyphs: GlyphSet
  ) -> [StyledText] {
    let fails = exit.findings.contains { if case .fails = $0.standing { true } else { false } }
    let (sign, style): (String, Style) =
      exit.isMet
      ? (glyphs.passed, .good) : fails ? (glyphs.failed, .bad) : (glyphs.pending, .dim)
    return [
      StyledText(sign, style), StyledText(exit.criterion.id.name, .strong),
      StyledText(exit.criterion.title), "", StyledText(exit.isMet ? "met" : "open", style),
      StyledText(PlanText.proofs(exit.findings)),
      StyledText(PlanText.age(exit.findings, model.now), .dim),
      StyledText(exit.criterion.tickets.map(\.id.name).joined(separator: " "), .dim),
    ]
  }

  private static func sign(_ progress: PlanBoard.Progress, _ glyphs: GlyphSet) -> (String, Style) {
    switch progress {
    case .done: (glyphs.passed, .good)
    case .old: (glyphs.warned, .warning)
    case .ready: (glyphs.ready, .normal)
    case .blocked: (glyphs.skipped, .dim)
    case .open(let run):
      if case .waiting = run.status {
        (glyphs.waiting, .waiting)
      } else {
        (glyphs.running, .running)
      }
    }
  }

  private static func people(_ model: ConsoleModel) -> [RunOperator] {
    model.context.site.operators.map { RunOperator($0) }
  }

  private func drawDetails(
    _ line: Line,
    _ model: ConsoleModel,
    in rect: Rect,
    on frame: inout Frame
  ) {
    guard rect.rows > 1 else { return }
    let (id, words, findings): (String, [String], [PlanBoard.Finding]) =
      switch line {
      case .heading: ("", [], [])
      case .ticket(let row): (row.ticket.id.name, row.ticket.acceptance, row.findings)
      case .exit(let exit): (exit.criterion.id.name, exit.criterion.acceptance, exit.findings)
      }
    frame.horizontalRule(in: rect, title: StyledText(id, .heading))
    let body = rect.splitTop(1).rest.inset(columns: 2)
    // What does not hold comes first: it is what is left to do.
    let sorted = findings.filter { !$0.standing.isHeld } + findings.filter(\.standing.isHeld)
    let room = max(1, body.rows - min(sorted.count, 4))
    var used = frame.drawWrapped(words.joined(separator: " "), in: body.splitTop(room).top)
    for finding in sorted where used < body.rows {
      let (sign, style) = PlanText.glyph(finding.standing, frame.glyphs)
      frame.draw(
        [.init(sign + " ", style), .init(PlanText.sentence(finding, model.now), .normal)],
        in: body.splitTop(used).rest.row(0)
      )
      used += 1
    }
  }
}

/// Its keys, and what they do.
extension PlanScreen {
  static let keys: KeyContext = "plan"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "P",
      action: .show(.plan),
      command: "plan",
      label: "plan",
      help: "Go to the plan: tickets, what proves them, signatures and exit criteria.",
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help:
        "Open the ticket's run, or start it; of an exit criterion, go to its first open ticket.",
      context: keys,
      isInFooter: true
    ),
    ConsoleKeys.Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the records of the runs again; the checks are looked at on the status screen.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    [.visit(PlanScreen()), .effect(.readPlan)]
  }

  var readAnew: [ConsoleEffect] { [.readPlan] }

  func crumb(in model: ConsoleModel) -> String { "plan" }

  func headline(in model: ConsoleModel) -> StyledText? {
    board.map { StyledText(PlanText.counts($0)) }
  }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    guard let board else { return (0, 0) }
    return (lines.count { $0.subject != nil }, board.rows.count + board.exit.count)
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    let lines = lines
    guard let place = position(in: lines) else { return }
    // Headings are not stopped at.
    let stops = lines.indices.filter { lines[$0].subject != nil }
    var state = ListState()
    state.move(.to(stops.firstIndex(of: place) ?? 0), count: stops.count, page: model.bodyRows)
    state.move(motion, count: stops.count, page: model.bodyRows)
    guard let stop = state.selected(count: stops.count) else { return }
    pointed = lines[stops[stop]].subject
    list.move(.to(stops[stop]), count: lines.count, page: model.bodyRows)
  }

  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    switch news {
    case .plan(.success(let board)): (self.board, problem) = (board, nil)
    case .plan(.failure(let failure)): problem = failure.message
    default: break
    }
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .open: open(model)
    case .refresh: readAnew.map { .effect($0) }
    default: nil
    }
  }

  private mutating func open(_ model: ConsoleModel) -> [ScreenRequest] {
    let lines = lines
    guard let board, let position = position(in: lines) else { return [] }
    switch lines[position] {
    case .heading: return []
    case .exit(let exit):
      let tickets = exit.criterion.tickets.map(\.id)
      guard let row = board.rows.first(where: { tickets.contains($0.ticket.id) && !$0.isDone })
      else { return [.say(StyledText("Its tickets are done; what is open stands below.", .dim))] }
      pointed = .ticket(row.ticket.id)
      return []
    case .ticket(let row):
      pointed = .ticket(row.ticket.id)
      if case .done(let run) = row.progress {
        return [.openRun(RunListing(run, at: model.context))]
      }
      if case .blocked(let before) = row.progress {
        let names = before.map(\.name).joined(separator: ", ")
        return [.say(StyledText("\(names) first; \(row.ticket.id) can be read here.", .warning))]
      }
      guard let entry = model.shelf.first(where: { $0.head.id == row.runbook }) else {
        return [.say(StyledText("There is no runbook \(row.runbook) here.", .warning))]
      }
      return [.openRunbook(entry)]
    }
  }

  func plain(_ model: ConsoleModel) -> [String] {
    board.map { PlanText.lines($0, among: Self.people(model)) } ?? [emptyText]
  }
}

extension RunListing {
  /// A run that the board tells of, on the console's site and in its world.
  fileprivate init(_ run: PlanRun, at context: ConsoleContext) {
    self.init(
      run: run.run,
      runbook: run.runbook,
      world: context.world,
      site: context.site.name,
      started: run.began,
      status: run.status,
      isDriven: run.driver != nil,
      driver: run.driver,
      last: run.last,
      operators: run.operators
    )
  }
}
