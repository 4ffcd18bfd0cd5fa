/// All keys that act here, out of the key table, to scroll and to filter.
public struct HelpPanel: Sendable, Hashable {
  public var sections: [KeyHelpSection]
  public var filter: TextFilter?
  public private(set) var top = 0

  public init(_ sections: [KeyHelpSection], filter: TextFilter? = nil) {
    self.sections = sections
    self.filter = filter
  }

  public mutating func move(_ motion: Motion, page: Int) {
    top = motion.target(from: top, count: max(1, lines.count - page + 1), page: page)
  }

  /// Draws a box with the keys over what is there.
  public func draw(in rect: Rect, on frame: inout Frame) {
    frame.fill(rect)
    let title: StyledText =
      filter.map { ["keys matching ", .init($0.pattern, .match)] } ?? ["keys"]
    let inner = frame.box(rect, title: title, style: .focus).inset(columns: 1)
    frame.cursor = nil
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
      lines += hints.map(Self.line)
    }
    return lines
  }

  private static func line(_ hint: KeyHint) -> StyledText {
    let keys = hint.keys.map(\.description).joined(separator: " ")
    let command = hint.command.isEmpty ? "" : ":\(hint.command)"
    return [
      .init("  " + padded(keys, 16), .key),
      .init(padded(command, 16) + " ", .accent),
      .init(hint.help.isEmpty ? hint.label : hint.help),
    ]
  }

  private static func padded(_ text: String, _ columns: Int) -> String {
    text + String(repeating: " ", count: max(1, columns - CellWidth.columns(of: text)))
  }
}
