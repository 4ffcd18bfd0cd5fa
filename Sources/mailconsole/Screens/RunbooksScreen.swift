internal import Runbooks
internal import TUI

/// The waves and the runbooks, and where each stands.
struct RunbooksScreen: ConsoleScreen {
  var list = ListState()
  var filter: TextFilter?

  /// The entries shown, waves first.
  func entries(of model: ConsoleModel) -> [ShelfEntry] {
    filtered(model.shelf)
  }

  private func filtered(_ shelf: [ShelfEntry]) -> [ShelfEntry] {
    let matches = filter?.matcher() ?? { _ in true }
    return shelf.filter { matches("\($0.head.id) \($0.head.title)") }
  }

  /// Keeps the pointer on its runbook when others come or go.
  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    guard case .shelf(let before) = news else { return }
    let old = filtered(before)
    let new = entries(of: model)
    guard let id = list.selected(count: old.count).map({ old[$0].head.id }),
      let index = new.firstIndex(where: { $0.head.id == id })
    else { return }
    list.move(.to(index), count: new.count, page: model.bodyRows)
  }

  /// The runbook under the pointer.
  func selected(in model: ConsoleModel) -> ShelfEntry? {
    let entries = entries(of: model)
    return list.selected(count: entries.count).map { entries[$0] }
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let entries = entries(of: model)
    let (details, above) = rect.splitBottom(min(8, rect.rows / 2))
    let table = drawUnusable(model.context.unusable, atBottomOf: above, on: &frame)
    let glyphs = frame.glyphs
    TableView(
      columns: [
        TableColumn("kind", width: .fixed(7)),
        TableColumn("runbook", width: .flexible(minimum: 18, weight: 2)),
        TableColumn("title", width: .flexible(minimum: 14, weight: 2)),
        TableColumn("latest run", width: .flexible(minimum: 22, weight: 4)),
      ],
      count: entries.count,
      state: list,
      emptyText: filter == nil ? "No runbook was found." : "No runbook matches the filter."
    ) { index in
      let entry = entries[index]
      return [
        StyledText(entry.head.kind.rawValue.lowercased(), .dim),
        StyledText(entry.head.id.name, .strong),
        StyledText(entry.head.title),
        Self.latest(entry, glyphs: glyphs),
      ]
    }
    .draw(in: table, on: &frame)
    drawDetails(selected(in: model), in: details, on: &frame)
  }

  /// Says which files cannot be used, and leaves the rest of the room for the list.
  private func drawUnusable(
    _ files: [UnusableRunbook],
    atBottomOf rect: Rect,
    on frame: inout Frame
  ) -> Rect {
    guard !files.isEmpty else { return rect }
    let (rows, rest) = rect.splitBottom(min(files.count + 1, rect.rows / 2))
    let what = CountText.of(files.count, "runbook file")
    frame.draw(
      StyledText("\(what) cannot be used. `mailconsole lint` says how to mend it.", .bad),
      in: rows.row(0).inset(columns: 2)
    )
    for (index, file) in files.prefix(max(0, rows.rows - 1)).enumerated() {
      frame.draw(StyledText(file.line), in: rows.row(index + 1).inset(columns: 4))
    }
    return rest
  }

  private static func latest(_ entry: ShelfEntry, glyphs: GlyphSet) -> StyledText {
    switch entry.standing {
    case .reading: return StyledText("reading\(glyphs.ellipsis)", .dim)
    case .neverRun: return StyledText("never run here", .dim)
    case .run(let latest):
      let sign = RunSign(
        latest.status,
        isHeld: latest.isDriven,
        among: latest.operators,
        glyphs: glyphs
      )
      return [.init(sign.sign + " ", sign.style), .init(sign.words, sign.style)]
    }
  }

  /// How many steps there are and how many of them are people's, as the beginning of a line.
  private static func steps(_ runbook: Runbook) -> String {
    let people = runbook.steps.count { $0.body.isPersonal }
    return "\(CountText.of(runbook.steps.count, "step")), \(people) by people; "
  }

  private func drawDetails(_ entry: ShelfEntry?, in rect: Rect, on frame: inout Frame) {
    guard let entry, rect.rows > 2 else { return }
    let head = entry.head
    frame.horizontalRule(in: rect, title: StyledText(head.title, .heading))
    let body = rect.splitTop(1).rest.inset(columns: 2)
    let used = frame.drawWrapped(head.summary, in: body.splitBottom(2).rest)
    let facts = body.splitTop(used + 1).rest
    frame.draw(
      "\(entry.runbook.map(Self.steps) ?? "")owner \(head.owner); version \(head.version)",
      in: facts.row(0),
      style: .dim
    )
    let next =
      switch entry.standing {
      case .reading: "the runs are being read"
      case .neverRun: "enter starts a run"
      case .run(let latest):
        latest.status.isOpen
          ? "enter goes on with \(latest.run)" : "enter starts a run; X lists the earlier ones"
      }
    frame.draw(next, in: facts.row(1), style: .accent)
  }
}

/// Its keys, and what they do.
extension RunbooksScreen {
  static let keys: KeyContext = "runbooks"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "open",
      help: "Start the runbook, or go on with its unfinished run.",
      context: keys,
      isInFooter: true
    )
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    [.visit(RunbooksScreen()), .effect(.readShelf)]
  }

  var readAnew: [ConsoleEffect] { [.readShelf] }

  func crumb(in model: ConsoleModel) -> String { "runbooks" }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    (entries(of: model).count, model.shelf.count)
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    list.move(motion, count: entries(of: model).count, page: model.bodyRows)
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    guard action == .open else { return nil }
    return selected(in: model).map { [.openRunbook($0)] } ?? []
  }

  func plain(_ model: ConsoleModel) -> [String] {
    Summary.lines(entries(of: model), model.context.unusable)
  }
}
