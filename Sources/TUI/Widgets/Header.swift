/// The first line of every screen: which site, in which world, and who drives.
///
/// The world has a colour and a word, so that nobody takes one for the other.
public struct Header: Sendable, Hashable {
  public struct Badge: Sendable, Hashable {
    public var word: String
    public var style: Style

    public init(_ word: String, _ style: Style) {
      self.word = word
      self.style = style
    }
  }

  public var badge: Badge
  public var site: String
  /// What runs here and who drives, on the right: the first are kept longest.
  public var facts: [StyledText]

  public init(badge: Badge, site: String, facts: [StyledText] = []) {
    self.badge = badge
    self.site = site
    self.facts = facts
  }

  public func draw(in rect: Rect, on frame: inout Frame) {
    let row = rect.row(0)
    var column = row.left
    column += frame.draw(" \(badge.word) ", at: row.origin, style: badge.style, clip: row)
    column += frame.draw(
      " \(site) ",
      at: Point(column: column, row: row.top),
      style: .strong,
      clip: row
    )
    var room = row.right - column
    var shown: [StyledText] = []
    for fact in facts where !fact.isEmpty {
      let columns = fact.columns(glyphs: frame.glyphs) + (shown.isEmpty ? 0 : 3)
      if columns > room { break }
      room -= columns
      shown.append(fact)
    }
    var line = StyledText(spans: [])
    for (index, fact) in shown.enumerated() {
      if index > 0 { line.append(" \(frame.glyphs.vertical) ", .border) }
      line = line + fact
    }
    let rest = row.splitLeft(column - row.left).rest
    frame.draw(line, in: rest, alignment: .trailing)
  }
}
