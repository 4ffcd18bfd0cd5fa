/// Live output, in the full width of the screen.
///
/// Full width on purpose: ncurses then scrolls the region and sends one line
/// for each that is appended. Beside a vertical split it would send them all.
public struct LogView {
  public var log: LogBuffer
  public var state: LogState
  /// Stands in the title line: what is running.
  public var title: StyledText
  public var isLive: Bool

  /// - Parameter isLive: Whether more may come; a text that is whole is not paused.
  public init(
    log: LogBuffer,
    state: LogState,
    title: StyledText = "output",
    isLive: Bool = true
  ) {
    self.log = log
    self.state = state
    self.title = title
    self.isLive = isLive
  }

  /// The rows left for lines, as `LogState.move` needs them.
  public static func page(in rect: Rect) -> Int { max(0, rect.rows - 1) }

  public func draw(in rect: Rect, on frame: inout Frame) {
    let (header, body) = rect.splitTop(1)
    drawHeader(in: header, on: &frame)
    guard !body.isEmpty else { return }
    let marked = state.search?.marker() ?? { StyledText($0) }
    let column = state.wraps ? 0 : -state.left
    for (row, line) in visible(body, glyphs: frame.glyphs).enumerated() {
      frame.draw(marked(line), at: body.origin.offset(columns: column, rows: row), clip: body)
    }
  }

  private func drawHeader(in rect: Rect, on frame: inout Frame) {
    frame.horizontalRule(in: rect, title: title)
    // The flag has a fixed place and no counter: a number here would be sent
    // with every line.
    var flag = StyledText(spans: [])
    if state.wraps { flag.append(" WRAP", .dim) }
    if state.left > 0, !state.wraps {
      flag.append(" \(frame.glyphs.arrowRight)\(state.left)", .dim)
    }
    if state.isFollowing {
      flag.append(" FOLLOW ", .good)
    } else {
      let place = " \(state.top + 1)/\(log.endNumber) "
      flag.append(isLive ? " PAUSED\(place)" : place, isLive ? .warning : .dim)
    }
    frame.draw(flag, in: rect.inset(columns: 2), alignment: .trailing)
  }

  private func visible(_ body: Rect, glyphs: GlyphSet) -> [String] {
    guard state.wraps else {
      let start =
        state.isFollowing
        ? max(log.firstNumber, log.endNumber - body.rows)
        : max(log.firstNumber, state.top)
      return (start..<max(start, min(log.endNumber, start + body.rows))).compactMap { log[$0] }
    }
    func chopped(_ number: Int) -> [String] {
      TextWrapping.chop(log[number] ?? "", columns: body.columns, glyphs: glyphs)
    }
    var rows: [String] = []
    if state.isFollowing {
      for number in log.numbers.reversed() {
        if rows.count >= body.rows { break }
        rows = chopped(number) + rows
      }
      return rows.suffix(body.rows)
    }
    for number in max(log.firstNumber, min(state.top, log.endNumber))..<log.endNumber {
      if rows.count >= body.rows { break }
      rows += chopped(number)
    }
    return Array(rows.prefix(body.rows))
  }
}
