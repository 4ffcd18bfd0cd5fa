/// The keys that act here, in the last line of every screen.
public struct FooterKeys: Sendable, Hashable {
  public var hints: [KeyHint]
  /// Always shown, on the right: the way to all the others.
  public var help: KeyHint

  public init(_ hints: [KeyHint], help: KeyHint = KeyHint(keys: ["?"], label: "all keys")) {
    self.hints = hints
    self.help = help
  }

  public func draw(in rect: Rect, on frame: inout Frame) {
    let row = rect.row(0)
    let last = Self.text(help)
    let (right, left) = row.splitRight(last.columns(glyphs: frame.glyphs))
    frame.draw(last, in: right)
    var column = left.left
    for hint in hints where hint.keys != help.keys {
      let text = Self.text(hint)
      let columns = text.columns(glyphs: frame.glyphs)
      // Half a hint says nothing: it goes as a whole.
      if column + columns + 2 > left.right { break }
      frame.draw(text, at: Point(column: column, row: row.top), clip: left)
      column += columns + 2
    }
  }

  static func text(_ hint: KeyHint) -> StyledText {
    let keys = hint.keys.map(\.description).joined(separator: "/")
    return [.init(keys, .key), .init(" " + hint.label)]
  }
}
