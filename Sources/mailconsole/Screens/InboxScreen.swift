internal import Runbooks
internal import TUI

/// What reached a player of an exercise: alerts, mail, calls and tickets, the newest first.
struct InboxScreen: ConsoleScreen {
  /// The number of the message the pointer is on; nil: on the newest.
  private(set) var pointed: Int?
  private var list = ListState()
  var filter: TextFilter?

  private func shown(_ model: ConsoleModel) -> [InboxMessage] {
    let all = model.exercise?.messages ?? []
    guard let matches = filter?.matcher() else { return all }
    return all.filter { matches("\($0.channel.rawValue) \($0.sender) \($0.text)") }
  }

  /// The message that is shown in full.
  func selected(in model: ConsoleModel) -> InboxMessage? {
    let shown = shown(model)
    return shown.first { $0.number == pointed } ?? shown.first
  }

  private func isRead(_ message: InboxMessage, _ model: ConsoleModel) -> Bool {
    model.exercise?.read.contains(message.number) ?? false
  }

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let messages = shown(model)
    let message = selected(in: model)
    let (details, table) = rect.splitBottom(message == nil ? 0 : max(rect.rows / 2, rect.rows - 12))
    var state = list
    let place = messages.firstIndex { $0.number == message?.number } ?? 0
    state.move(.to(place), count: messages.count, page: max(1, table.rows - 1))
    TableView(
      columns: [
        TableColumn("time", width: .fixed(5)),
        TableColumn("by", width: .fixed(6)),
        TableColumn("from", width: .flexible(minimum: 12, weight: 1)),
        TableColumn("what", width: .flexible(minimum: 20, weight: 3)),
        TableColumn("", width: .fixed(8)),
      ],
      count: messages.count,
      state: state,
      emptyText: emptyText(model)
    ) { index in
      let message = messages[index]
      let (word, style) = InboxText.standing(message, isRead: isRead(message, model))
      let isNew = word == "new"
      return [
        StyledText(message.at.minuteOfDay, .dim), StyledText(message.channel.rawValue, .accent),
        StyledText(InboxText.oneLine(message.sender), isNew ? .strong : .normal),
        StyledText(InboxText.oneLine(message.text), isNew ? .strong : .normal),
        StyledText(word, style),
      ]
    }
    .draw(in: table, on: &frame)
    if let message { draw(message, in: details, on: &frame) }
  }

  private func draw(_ message: InboxMessage, in rect: Rect, on frame: inout Frame) {
    guard rect.rows > 1 else { return }
    frame.horizontalRule(in: rect, title: StyledText(InboxText.heading(message), .heading))
    // A screenful of a text that is longer; enter opens all of it.
    let text = String(message.text.prefix(8_000))
    let answers = message.answers.map { StyledText(InboxText.answer($0), .good) }
    DetailLines.draw(
      [StyledText(text)] + answers,
      in: rect.splitTop(1).rest.inset(columns: 2),
      on: &frame
    )
  }

  private func emptyText(_ model: ConsoleModel) -> String {
    guard model.exercise != nil else { return ExerciseScreen.noSeat }
    return filter == nil ? "No message has come." : "No message matches the filter."
  }

  func plain(_ model: ConsoleModel) -> [String] {
    let messages = shown(model)
    guard !messages.isEmpty else { return [emptyText(model)] }
    return InboxText.lines(messages) { isRead($0, model) }
  }
}

/// Its keys, and what they do.
extension InboxScreen {
  static let keys: KeyContext = "inbox"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "M",
      action: .show(.inbox),
      command: "inbox",
      label: "messages",
      help: "Go to the messages that reached you in the exercise.",
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "a",
      action: .act,
      command: "answer",
      label: "answer",
      help: "Answer the message, in a line; it is kept in the exercise's record.",
      context: keys,
      isInFooter: true
    ),
    ConsoleKeys.Binding(
      "enter",
      "l",
      "right",
      action: .open,
      command: "open",
      label: "whole text",
      help: "Show the whole message on a page of its own.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "r",
      action: .refresh,
      command: "refresh",
      label: "read again",
      help: "Read the messages again.",
      context: keys,
      isHarmless: true
    ),
    ConsoleKeys.Binding(
      "S",
      action: .show(.status),
      command: "status",
      label: "status",
      help: "Go to the first screen: what is wrong, and what waits for whom.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    ),
  ]

  static func opening(in model: ConsoleModel) -> [ScreenRequest] {
    guard model.exercise != nil else {
      return [.say(StyledText(ExerciseScreen.noSeat, .warning))]
    }
    return [.visit(InboxScreen()), .effect(.readExercise)]
  }

  var readAnew: [ConsoleEffect] { [.readExercise] }

  func crumb(in model: ConsoleModel) -> String { "messages" }

  func aside(in model: ConsoleModel) -> StyledText? {
    guard let exercise = model.exercise else { return nil }
    let open = exercise.messages.count { $0.answers.isEmpty }
    return StyledText(
      open == 0 ? "" : "\(CountText.of(open, "message")) without an answer"
    )
  }

  func counts(in model: ConsoleModel) -> (shown: Int, all: Int)? {
    (shown(model).count, model.exercise?.messages.count ?? 0)
  }

  /// Which message is answered, where that changes by itself.
  func subject(in model: ConsoleModel) -> String? {
    pointed == nil ? selected(in: model).map { "\($0.number)" } : nil
  }

  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel) {
    self.filter = filter
    pointed = nil
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    let messages = shown(model)
    guard let message = selected(in: model),
      let place = messages.firstIndex(where: { $0.number == message.number })
    else { return }
    var state = ListState(selection: place)
    state.move(motion, count: messages.count, page: model.bodyRows / 3)
    pointed = messages[state.selected(count: messages.count) ?? place].number
    list.move(.to(state.selection), count: messages.count, page: max(1, model.bodyRows / 3))
  }

  mutating func take(_ news: ScreenNews, in model: ConsoleModel) {
    // Whoever reads a message goes on reading it, whatever comes.
    if case .exercise = news { pointed = selected(in: model)?.number }
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .refresh: return readAnew.map { .effect($0) }
    case .act, .open: break
    default: return nil
    }
    guard let message = selected(in: model) else {
      return [.say(StyledText(emptyText(model), .dim))]
    }
    pointed = message.number
    if action == .open {
      let page = InboxText.lines([message]) { isRead($0, model) }.joined(separator: "\n")
      return [
        .push(TextScreen(title: InboxText.heading(message), bytes: Array(page.utf8)))
      ]
    }
    guard model.exercise?.isFacilitator != true else {
      return [.say(StyledText("You facilitate; the players answer.", .warning))]
    }
    return [.form(Forms.reply(to: message))]
  }
}
