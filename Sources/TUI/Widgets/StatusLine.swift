/// A line for what just happened, or what holds now.
public struct StatusLine: Sendable, Hashable {
  public var message: StyledText
  /// On the right: a position, a remark about the terminal.
  public var detail: StyledText

  public init(_ message: StyledText, detail: StyledText = "") {
    self.message = message
    self.detail = detail
  }

  public func draw(in rect: Rect, on frame: inout Frame) {
    let row = rect.row(0)
    let wanted = detail.columns(glyphs: frame.glyphs)
    let (right, left) = row.splitRight(min(wanted, row.columns / 2))
    frame.draw(message, in: left.splitRight(wanted > 0 ? 1 : 0).rest)
    frame.draw(detail, in: right, alignment: .trailing)
  }
}
