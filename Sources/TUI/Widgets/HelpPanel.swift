/// All keys that act here, out of the key table, to scroll and to filter.
public struct HelpPanel: Sendable, Hashable {
  public var sections: [KeyHelpSection]
  public private(set) var filter: TextFilter?
  /// How wide a line may be before its sentence goes on in the next.
  public var columns: Int
  public private(set) var top = 0
  /// The filter while it is typed.
  private var prompt: CommandPrompt?

  public init(_ sections: [KeyHelpSection], columns: Int = .max) {
    self.sections = sections
    self.columns = columns
  }

  /// Whether keys are text of the filter now.
  public var isTyping: Bool { prompt != nil }

  /// Takes a key: motions scroll, `/` filters, escape takes the filter away.
  ///
  /// - Parameter page: how many lines are shown at once.
  /// - Returns: Whether the panel stays open; any other key closes it.
  public mutating func handle(_ key: Key, page: Int) -> Bool {
    if var prompt {
      let outcome = prompt.handle(key)
      self.prompt = prompt
      take(outcome)
      return true
    }
    if let motion = Motion(key) {
      top = motion.target(from: top, count: max(1, lines.count - page + 1), page: page)
      return true
    }
    switch key {
    case "/":
      prompt = CommandPrompt(.search, text: filter?.text ?? "")
      return true
    case .escape where filter != nil:
      take(.cancelled)
      return true
    default: return false
    }
  }

  /// Takes pasted text into the filter that is being typed.
  ///
  /// - Returns: Whether one is.
  public mutating func paste(_ text: String) -> Bool {
    guard var prompt else { return false }
    let outcome = prompt.paste(text)
    self.prompt = prompt
    take(outcome)
    return true
  }

  private mutating func take(_ outcome: CommandPrompt.Outcome?) {
    switch outcome {
    case .changed(let text)?:
      filter = TextFilter(text)
      top = 0
    case .submitted?: prompt = nil
    case .cancelled?:
      prompt = nil
      filter = nil
      top = 0
    case nil: break
    }
  }

  /// Draws a box with the keys over what is there.
  public func draw(in rect: Rect, on frame: inout Frame) {
    frame.fill(rect)
    let title: StyledText =
      filter.map { ["keys matching ", .init($0.text, .match)] } ?? ["keys"]
    let box = frame.box(rect, title: title, style: .focus).inset(columns: 1)
    frame.cursor = nil
    let (typed, inner) = box.splitBottom(prompt == nil ? 0 : 1)
    prompt?.draw(in: typed, on: &frame)
    let lines = lines
    if lines.isEmpty {
      frame.draw("No key matches.", in: inner, style: .dim)
    }
    let first = min(top, max(0, lines.count - inner.rows))
    for (row, line) in lines.dropFirst(first).prefix(inner.rows).enumerated() {
      frame.draw(line, in: inner.row(row))
    }
  }

  private var lines: [StyledText] {
    let matches = filter?.matcher() ?? { _ in true }
    var lines: [StyledText] = []
    for section in sections {
      let hints = section.hints.filter { hint in
        let keys = hint.keys.map(\.description).joined(separator: " ")
        return matches("\(keys) \(hint.label) \(hint.help) \(hint.command)")
      }
      if hints.isEmpty { continue }
      if !lines.isEmpty { lines.append("") }
      lines.append(StyledText(section.title, .heading))
      lines += hints.flatMap(self.lines)
    }
    return lines
  }

  private func lines(_ hint: KeyHint) -> [StyledText] {
    let keys = hint.keys.map(\.description).joined(separator: " ")
    let command = hint.command.isEmpty ? "" : ":\(hint.command)"
    let sentence = hint.help.isEmpty ? hint.label : hint.help
    let margin = 35
    let wrapped =
      columns == .max
      ? [sentence]
      : TextWrapping.wrap(sentence, columns: max(16, columns - margin), glyphs: .unicode)
    let first: StyledText = [
      .init("  " + Self.padded(keys, 16), .key),
      .init(Self.padded(command, 16) + " ", .accent),
      .init(wrapped.first ?? ""),
    ]
    return [first]
      + wrapped.dropFirst().map { StyledText(String(repeating: " ", count: margin) + $0) }
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - CellWidth.columns(of: text)))
  }
}
