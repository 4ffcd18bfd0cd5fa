/// A vertical graph of steps with a selection.
public struct GraphView {
  public var nodes: [GraphNode]
  public var layout: GraphLayout
  public var state: ListState
  public var isFocused: Bool

  /// - Parameter layout: That of these nodes, made when they last changed.
  public init(
    nodes: [GraphNode],
    layout: GraphLayout,
    state: ListState,
    isFocused: Bool = true
  ) {
    self.nodes = nodes
    self.layout = layout
    self.state = state
    self.isFocused = isFocused
  }

  public func draw(in rect: Rect, on frame: inout Frame) {
    let glyphs = frame.glyphs
    ListView(count: nodes.count, state: state, isFocused: isFocused) { row($0, glyphs: glyphs) }
      .draw(in: rect, on: &frame)
    let visible = state.visible(count: nodes.count, rows: rect.rows)
    Overflow.draw(visible, of: nodes.count, in: rect, on: &frame)
  }

  /// One row as text, as the plain output shows it too.
  public func row(_ index: Int, glyphs: GlyphSet) -> StyledText {
    let node = nodes[index]
    let width = min(layout.lanes, GraphLayout.laneLimit) * 2 - 1
    var text = StyledText(spans: [])
    var isPlaced = false
    for column in 0..<max(1, width) {
      let pieces = layout.rows.indices.contains(index) ? layout.rows[index] : []
      let piece = pieces.indices.contains(column) ? pieces[column] : .blank
      if piece == .node {
        text.spans.append(node.sign)
        isPlaced = true
      } else {
        text.append(Self.sign(piece, glyphs), .border)
      }
    }
    // Beyond the lanes that are drawn: the node itself is never left out.
    text.append(" ")
    if !isPlaced { text.spans += [StyledText.Span(glyphs.ellipsis, .border), node.sign, " "] }
    return text + node.label
  }

  private static func sign(_ piece: GraphLayout.Piece, _ glyphs: GlyphSet) -> String {
    switch piece {
    case .blank, .node: " "
    case .vertical: glyphs.vertical
    case .horizontal: glyphs.horizontal
    // In ASCII not the plus of other joints: it is the sign of a passed step.
    case .cross: glyphs == .unicode ? glyphs.cross : "|"
    case .teeRight: glyphs == .unicode ? glyphs.teeRight : "|"
    case .teeLeft: glyphs == .unicode ? glyphs.teeLeft : "|"
    case .teeUp: glyphs == .unicode ? glyphs.teeUp : "'"
    case .bottomLeft: glyphs == .unicode ? glyphs.bottomLeft : "`"
    case .bottomRight: glyphs == .unicode ? glyphs.bottomRight : "'"
    }
  }
}
