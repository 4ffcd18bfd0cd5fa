internal import TUI

/// A page of text: a message, an event, a piece of evidence.
struct TextScreen: ConsoleScreen {
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

  func draw(_ model: ConsoleModel, in rect: Rect, on frame: inout Frame) {
    let lost = log.firstNumber
    let cut =
      lost > 0 ? "  its first \(lost) lines are too many to show; `mailconsole show` has them" : ""
    LogView(log: log, state: state, title: StyledText(title + cut), isLive: false)
      .draw(in: rect, on: &frame)
  }
}

/// Its keys, and what they do.
extension TextScreen {
  static let keys: KeyContext = "text"
  static let bindings: [ConsoleKeys.Binding] = [
    ConsoleKeys.Binding(
      "w",
      action: .wrap,
      command: "wrap",
      label: "wrap",
      help: "Wrap long lines, or cut them.",
      context: keys,
      isInFooter: true,
      isHarmless: true
    )
  ]

  var filter: TextFilter? {
    get { state.search }
    set { state.search = newValue }
  }

  func crumb(in model: ConsoleModel) -> String { title }

  mutating func setFilter(_ filter: TextFilter?, in model: ConsoleModel) {
    state.search = filter
    state.find(forward: true, in: log)
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    state.move(motion, in: log, page: model.bodyRows - 1)
  }

  mutating func perform(_ action: ConsoleAction, in model: ConsoleModel) -> [ScreenRequest]? {
    switch action {
    case .left, .right: state.scroll(toRight: action == .right, columns: model.size.columns)
    case .wrap: state.wraps.toggle()
    default: return nil
    }
    return []
  }

  func plain(_ model: ConsoleModel) -> [String] { log.numbers.compactMap { log[$0] } }
}
