internal import Runbooks
internal import TUI

/// The record of the run, event by event.
struct JournalScreen: Sendable {
  private(set) var list = ListState()
  var filter: TextFilter?
  /// Whether the pointer stays on the newest event as events come: until it is moved off it, also
  /// while the record is still being read.
  private var isAtNewest = true

  /// Moves the pointer as a key asks for.
  mutating func move(_ motion: Motion, count: Int, page: Int) {
    list.move(motion, count: count, page: page)
    isAtNewest = motion == .last || list.selected(count: count) == count - 1
  }

  /// Moves the pointer to the newest event, if it was there before.
  mutating func follow(count: Int, page: Int) {
    guard isAtNewest, filter == nil else { return }
    list.move(.last, count: count, page: page)
  }

  /// The entries shown, oldest first.
  func entries(of run: RunModel) -> [JournalEntry] {
    guard let matches = filter?.matcher() else { return run.entries }
    return run.entries.filter { matches("\($0.event.type) \($0.actor) \($0.event.line)") }
  }

  func draw(_ run: RunModel, in rect: Rect, on frame: inout Frame) {
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

/// A page of text: a message, an event, a piece of evidence.
struct TextScreen: Sendable {
  let title: String
  var log: LogBuffer
  var state = LogState()

  /// A page that starts at its first line.
  init(title: String, bytes: [UInt8]) {
    self.title = title
    log = LogBuffer()
    log.append(output: bytes)
    log.finish()
    state.wraps = true
    state.move(.first, in: log, page: 1)
  }

  func draw(in rect: Rect, on frame: inout Frame) {
    let lost = log.firstNumber
    let cut =
      lost > 0 ? "  its first \(lost) lines are too many to show; `mailconsole show` has them" : ""
    LogView(log: log, state: state, title: StyledText(title + cut), isLive: false)
      .draw(in: rect, on: &frame)
  }
}
