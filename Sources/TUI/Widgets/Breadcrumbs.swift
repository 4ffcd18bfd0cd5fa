/// Where one is: `cluster ▸ runbook ▸ wave ▸ step`.
public struct Breadcrumbs: Sendable, Hashable {
  public var path: [String]

  public init(_ path: [String]) {
    self.path = path
  }

  /// Draws the path; when it is too long the places in its middle give way,
  /// then the start: what one looks at is kept.
  public func draw(in rect: Rect, on frame: inout Frame) {
    let row = rect.row(0)
    let separator = " \(frame.glyphs.separator) "
    var shown = path
    func columns() -> Int {
      CellWidth.columns(of: shown.joined(separator: separator), glyphs: frame.glyphs)
    }
    while shown.count > 2, columns() > row.columns {
      let middle = shown[1] == frame.glyphs.ellipsis ? 2 : 1
      if middle >= shown.count - 1 { break }
      shown.remove(at: middle)
      if middle == 1 { shown.insert(frame.glyphs.ellipsis, at: 1) }
    }
    if columns() > row.columns, let last = shown.last { shown = [last] }
    var line = StyledText(spans: [])
    for (index, name) in shown.enumerated() {
      if index > 0 { line.append(separator, .border) }
      line.append(name, index == shown.count - 1 ? .strong : .dim)
    }
    frame.draw(line, in: row)
  }
}
