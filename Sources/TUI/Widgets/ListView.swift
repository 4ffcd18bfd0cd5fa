/// A list of which only what is visible is ever asked for.
public struct ListView {
  public var count: Int
  public var state: ListState
  /// Whether the keyboard is here; else the selection is only pointed at.
  public var isFocused: Bool
  /// Shown when there is nothing.
  public var emptyText: String
  public var row: (Int) -> StyledText

  public init(
    count: Int,
    state: ListState,
    isFocused: Bool = true,
    emptyText: String = "Nothing here.",
    row: @escaping (Int) -> StyledText
  ) {
    self.count = count
    self.state = state
    self.isFocused = isFocused
    self.emptyText = emptyText
    self.row = row
  }

  public func draw(in rect: Rect, on frame: inout Frame) {
    if count == 0 {
      frame.draw(emptyText, in: rect.row(0).inset(columns: 2), style: .dim)
      return
    }
    for (line, index) in state.visible(count: count, rows: rect.rows).enumerated() {
      let isSelected = index == state.selected(count: count)
      Self.drawRow(row(index), in: rect.row(line), isSelected: isSelected, isFocused, on: &frame)
    }
  }

  /// A row with its pointer: reverse alone would say nothing on paper.
  static func drawRow(
    _ text: StyledText,
    in rect: Rect,
    isSelected: Bool,
    _ isFocused: Bool,
    on frame: inout Frame
  ) {
    let (pointer, room) = rect.splitLeft(2)
    if isSelected {
      if isFocused { frame.fill(rect, style: .selection) }
      let style = isFocused ? Style.selection : .accent
      frame.draw(frame.glyphs.pointer, in: pointer, style: style)
    }
    frame.draw(text, in: room, isSelected: isSelected && isFocused)
  }
}
