/// The line at the bottom for `:` commands and `/` filters.
public struct CommandPrompt: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable {
    case command = ":"
    case search = "/"
  }

  public enum Outcome: Sendable, Hashable {
    /// Entered with enter.
    case submitted(String)
    /// Left with escape, or by deleting beyond the start.
    case cancelled
    /// Still being typed; a filter may already act on it.
    case changed(String)
  }

  public var kind: Kind
  public var field: TextField
  public private(set) var history: InputHistory
  private var candidates: [String] = []
  private var candidate = 0

  public init(_ kind: Kind, text: String = "", history: InputHistory = InputHistory()) {
    self.kind = kind
    field = TextField(text)
    self.history = history
  }

  /// Takes a key.
  ///
  /// - Parameter completions: What could stand here, given what is typed: as
  ///   `KeyTable.commands(startingWith:)`.
  public mutating func handle(
    _ key: Key,
    completions: (String) -> [String] = { _ in [] }
  ) -> Outcome? {
    switch key {
    case .enter:
      history.add(field.text)
      return .submitted(field.text)
    case .escape, .control("c"): return .cancelled
    case .backspace where field.isEmpty: return .cancelled
    case .up, .control("p"):
      if let line = history.previous(current: field.text) { field.text = line }
    case .down, .control("n"):
      if let line = history.next() { field.text = line }
    case .tab:
      complete(completions, step: 1)
      return .changed(field.text)
    case .backTab:
      complete(completions, step: -1)
      return .changed(field.text)
    default:
      guard field.handle(key) else { return nil }
    }
    candidates = []
    return .changed(field.text)
  }

  public mutating func paste(_ text: String) -> Outcome? {
    candidates = []
    field.paste(text)
    return .changed(field.text)
  }

  /// The first tab offers the first candidate, further ones the next.
  private mutating func complete(_ completions: (String) -> [String], step: Int) {
    if candidates.isEmpty {
      candidates = completions(field.text)
      candidate = step > 0 ? 0 : candidates.count - 1
    } else {
      candidate = (candidate + step + candidates.count) % candidates.count
    }
    if candidates.indices.contains(candidate) { field.text = candidates[candidate] }
  }

  /// Draws the line, and on its right what tab would offer.
  public func draw(in rect: Rect, hints: [String] = [], on frame: inout Frame) {
    let row = rect.row(0)
    frame.fill(row)
    let (prompt, rest) = row.splitLeft(1)
    frame.draw(kind.rawValue, in: prompt, style: .key)
    let offered = (candidates.isEmpty ? hints : candidates).prefix(8).joined(separator: "  ")
    let hintColumns = min(CellWidth.columns(of: offered, glyphs: frame.glyphs), rest.columns / 2)
    let (hint, room) = rest.splitRight(hintColumns)
    field.draw(in: room.splitRight(1).rest, on: &frame)
    frame.draw(offered, in: hint, style: .placeholder)
  }
}
