internal import ClusterOps
internal import TUI

/// The messages of one group.
struct MessagesScreen: ListScreen {
  let title: String
  let all: [QueueMessage]
  var list = ListState()
  var filter: TextFilter?

  init(title: String, all: [QueueMessage]) {
    self.title = title
    self.all = all
  }

  /// The messages shown.
  var rows: [QueueMessage] {
    guard let matches = filter?.matcher() else { return all }
    return all.filter { matches("\($0.id) \($0.sender) \($0.recipients.joined(separator: " "))") }
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let rows = rows
    let (details, table) = rect.splitBottom(min(6, rect.rows / 3))
    TableView(
      columns: [
        TableColumn("queue id", width: .fixed(15)),
        TableColumn("queue", width: .fixed(8)),
        TableColumn("age", width: .fixed(8), alignment: .trailing),
        TableColumn("sender", width: .flexible(minimum: 12)),
        TableColumn("first recipient", width: .flexible(minimum: 12)),
      ],
      count: rows.count,
      state: list,
      emptyText: "No message matches."
    ) { index in
      let message = rows[index]
      return [
        StyledText(message.id, .accent),
        StyledText(message.queue.name, message.queue == .hold ? .warning : .normal),
        StyledText(SpanText.short(milliseconds: Int64(message.age) * 1000), .dim),
        StyledText(message.sender),
        StyledText(message.recipients.first ?? ""),
      ]
    }
    .draw(in: table, on: &frame)
    guard let message = selected, details.rows > 1 else { return }
    frame.horizontalRule(in: details, title: StyledText(message.id, .heading))
    let body = details.splitTop(1).rest.inset(columns: 2)
    frame.draw(
      "\(CountText.of(message.recipients.count, "recipient")), \(ByteText.short(message.size))",
      in: body.row(0),
      style: .dim
    )
    frame.drawWrapped(
      message.reason.isEmpty ? "No reason is given." : message.reason,
      in: body.splitTop(1).rest
    )
  }
}

/// Its keys, and what they do.
extension MessagesScreen {
  static let keys: KeyContext = "messages"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "message",
      help: "Show the message: envelope, reason, headers.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    )
  ]

  func crumb(in model: ConsoleModel) -> String { title }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? { (rows.count, all.count) }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    guard action == .open else { return nil }
    guard let row = selected else { return [] }
    return [.say(StyledText("Reading the message…", .dim)), .effect(.readMessage(id: row.id))]
  }

  func plain(_ model: ConsoleModel) -> [String] {
    rows.flatMap { message in
      [
        message.id.padding(to: 16) + message.queue.name.padding(to: 10)
          + SpanText.short(milliseconds: Int64(message.age) * 1000).padding(to: 9)
          + "\(message.sender) to \(message.recipients.joined(separator: ", "))",
        "  " + (message.reason.isEmpty ? "No reason is given." : message.reason),
      ]
    }
  }
}
