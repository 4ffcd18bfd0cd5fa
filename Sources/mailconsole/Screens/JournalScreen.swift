internal import Runbooks
internal import TUI

/// The record of the run, event by event.
struct JournalScreen: ConsoleScreen {
  private(set) var list = ListState()
  var filter: TextFilter?
  /// Whether the pointer stays on the newest event as events come: until it is moved off it, also
  /// while the record is still being read.
  private var isAtNewest = true

  /// Moves the pointer to the newest event, if it was there before.
  private mutating func follow(_ run: RunModel, page: Int) {
    guard isAtNewest, filter == nil else { return }
    list.move(.last, count: run.entries.count, page: page)
  }

  /// The entries shown, oldest first.
  func entries(of run: RunModel) -> [JournalEntry] {
    guard let matches = filter?.matcher() else { return run.entries }
    return run.entries.filter { matches("\($0.event.type) \($0.actor) \($0.event.line)") }
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    guard let run = model.run else { return }
    let entries = entries(of: run)
    TableView(
      columns: [
        TableColumn("seq", width: .fixed(5), alignment: .trailing),
        TableColumn("time (UTC)", width: .fixed(10)),
        TableColumn("who", width: .fixed(11)),
        TableColumn("event", width: .fixed(18)),
        TableColumn("", width: .flexible(minimum: 10)),
      ],
      count: entries.count,
      state: list,
      emptyText: run.isRecordRead ? "No event matches." : "Reading the record…"
    ) { index in
      let entry = entries[index]
      return [
        StyledText("\(entry.sequence)", .dim),
        StyledText(String(entry.wall.description.dropFirst(11).prefix(8)), .dim),
        StyledText(entry.actor),
        StyledText(entry.event.type, .accent),
        StyledText(entry.event.line),
      ]
    }
    .draw(in: rect, on: &frame)
  }
}

/// Its keys, and what they do.
extension JournalScreen {
  static let keys: KeyContext = "journal"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "event",
      help: "Show the whole event.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    )
  ]

  /// The record, at its newest event.
  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    guard let run = model.run else { return [] }
    var journal = JournalScreen()
    journal.follow(run, page: model.bodyRows)
    return [.push(journal)] + model.readRecord().map { .effect($0) }
  }

  func crumb(in model: ConsoleModel) -> String { "journal" }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    model.run.map { (entries(of: $0).count, $0.entries.count) }
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    guard let run = model.run else { return }
    let count = entries(of: run).count
    list.move(motion, count: count, page: model.bodyRows)
    isAtNewest = motion == .last || list.selected(count: count) == count - 1
  }

  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    if case .run(let run) = news { follow(run, page: model.bodyRows) }
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    guard action == .open else { return nil }
    let entries = model.run.map { self.entries(of: $0) } ?? []
    guard let entry = list.selected(count: entries.count).map({ entries[$0] }) else { return [] }
    return [
      .push(TextScreen(title: "event \(entry.sequence)", bytes: EntryText.page(entry)))
    ]
  }

  func plain(_ model: ConsoleModel) -> [String] {
    model.run.map { entries(of: $0).map(PlainRun.line) } ?? []
  }
}
