internal import Runbooks
internal import TUI

/// Every run in the state directory, the newest first: where each stands and who is waited for.
struct RunsScreen: ListScreen {
  /// What was read; nil while it is being read.
  private(set) var runs: RunShelf?
  var list = ListState()
  var filter: TextFilter?

  /// The runs shown.
  var rows: [RunListing] {
    let runs = runs?.listings ?? []
    guard let matches = filter?.matcher() else { return runs }
    return runs.filter {
      let words = RunSign($0.status, isHeld: $0.isDriven, among: $0.operators, glyphs: .unicode)
        .words
      return matches("\($0.run) \($0.site) \($0.world.rawValue) \(words)")
    }
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let rows = rows
    let glyphs = frame.glyphs
    let (details, table) = rect.splitBottom(min(5, rect.rows / 3))
    TableView(
      columns: [
        TableColumn("run", width: .flexible(minimum: 20, weight: 2)),
        TableColumn("where it stands", width: .flexible(minimum: 22, weight: 3)),
        TableColumn("driver", width: .fixed(9)),
        TableColumn("last", width: .fixed(7), alignment: .trailing),
      ],
      count: rows.count,
      state: list,
      emptyText: emptyText
    ) { index in
      let run = rows[index]
      let sign = RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: glyphs)
      return [
        StyledText(run.run.name, .strong),
        [.init(sign.sign + " ", sign.style), .init(sign.words, sign.style)],
        StyledText(run.driver ?? (run.status.isOpen ? "nobody" : ""), .dim),
        StyledText(age(of: run), .dim),
      ]
    }
    .draw(in: table, on: &frame)
    drawDetails(model, in: details, on: &frame)
  }

  private var emptyText: String {
    guard runs != nil else { return "Reading the runs…" }
    return filter == nil ? "There are no runs." : "No run matches the filter."
  }

  /// How long ago the last event was recorded.
  private func age(of run: RunListing) -> String {
    guard let now = runs?.read, let last = run.last else { return "" }
    let span = now.since(last)
    let (seconds, attoseconds) = span.components
    return SpanText.short(
      milliseconds: max(0, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    )
  }

  private func drawDetails(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    guard rect.rows > 1, let run = selected else { return }
    frame.horizontalRule(in: rect, title: StyledText(run.run.name, .heading))
    let body = rect.splitTop(1).rest.inset(columns: 2)
    let sign = RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: frame.glyphs)
    let what = "On \(run.site), world \(run.world.rawValue): \(sign.words)."
    let used = frame.drawWrapped(what, in: body)
    let next =
      if run.site != model.context.site.name || run.world != model.context.world {
        "Name its site with --site to open it."
      } else if run.status.isOpen {
        "enter opens it, to go on or to watch"
      } else {
        "enter opens it for reading"
      }
    frame.draw(next, in: body.splitTop(used).rest.row(0), style: .accent)
    if let runs, runs.unreadable > 0 {
      let lost = CountText.of(runs.unreadable, "run")
      frame.draw(
        "\(lost) cannot be read; `mailconsole runs` says why.",
        in: body.splitTop(used + 1).rest.row(0),
        style: .bad
      )
    }
  }
}

/// Its keys, and what they do.
extension RunsScreen {
  static let keys: KeyContext = "runs"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Open the run: go on with it, watch it, or read it where it has ended.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the runs again.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    [.push(RunsScreen()), .effect(.readRuns)]
  }

  var readAnew: [ConsoleEffect] { [.readRuns] }

  func crumb(in model: ConsoleModel) -> String { "runs" }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    (rows.count, runs?.listings.count ?? 0)
  }

  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    if case .runs(let runs) = news { self.runs = runs }
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .open: selected.map { [.openRun($0)] } ?? []
    case .refresh: readAnew.map { .effect($0) }
    default: nil
    }
  }

  func plain(_ model: ConsoleModel) -> [String] {
    guard !rows.isEmpty else { return [emptyText] }
    return rows.map { run in
      RunText.line(
        run.run,
        place: "\(run.site)/\(run.world.rawValue)",
        last: run.last,
        standing: RunSign(
          run.status,
          isHeld: run.isDriven,
          among: run.operators,
          glyphs: .ascii
        ).words,
        driving: run.driver.map { "driven by \($0)" }
      )
    }
  }
}

/// The runs of a state directory, as they were when they were read.
struct RunShelf: Sendable, Hashable {
  /// The newest first.
  let listings: [RunListing]
  /// How many could not be made out.
  let unreadable: Int
  /// When this was, by the wall clock.
  let read: Moment
}
