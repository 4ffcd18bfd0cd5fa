/// A column of a table.
public struct TableColumn: Sendable, Hashable {
  public enum Width: Sendable, Hashable {
    case fixed(Int)
    /// A share of what the fixed ones leave, at least so much.
    case flexible(minimum: Int, weight: Int = 1)
  }

  public var title: String
  public var width: Width
  public var alignment: Alignment

  public init(_ title: String, width: Width, alignment: Alignment = .leading) {
    self.title = title
    self.width = width
    self.alignment = alignment
  }
}

/// Rows of cells under a header.
///
/// What is not visible is not asked for.
public struct TableView {
  public var columns: [TableColumn]
  public var count: Int
  public var state: ListState
  public var isFocused: Bool
  public var emptyText: String
  /// The cells of a row, one a column.
  public var row: (Int) -> [StyledText]

  public init(
    columns: [TableColumn],
    count: Int,
    state: ListState,
    isFocused: Bool = true,
    emptyText: String = "Nothing here.",
    row: @escaping (Int) -> [StyledText]
  ) {
    self.columns = columns
    self.count = count
    self.state = state
    self.isFocused = isFocused
    self.emptyText = emptyText
    self.row = row
  }

  /// The rows of a window left for items, as `ListState.move` needs them.
  public static func page(in rect: Rect) -> Int { max(0, rect.rows - 1) }

  public func draw(in rect: Rect, on frame: inout Frame) {
    let (header, body) = rect.splitTop(1)
    let places = Self.layout(columns, columns: rect.columns - 2)
    for (column, place) in zip(columns, places) {
      let room = cell(place, of: header)
      frame.draw(column.title, in: room, style: .heading, alignment: column.alignment)
    }
    if count == 0 {
      frame.draw(emptyText, in: body.row(0).inset(columns: 2), style: .dim)
      return
    }
    let visible = state.visible(count: count, rows: body.rows)
    for (line, index) in visible.enumerated() {
      let isSelected = index == state.selected(count: count)
      let area = body.row(line)
      ListView.drawRow("", in: area, isSelected: isSelected, isFocused, on: &frame)
      for ((text, column), place) in zip(zip(row(index), columns), places) {
        frame.draw(
          text,
          in: cell(place, of: area),
          alignment: column.alignment,
          isSelected: isSelected && isFocused
        )
      }
    }
    Overflow.draw(visible, of: count, in: body, on: &frame)
  }

  private func cell(_ place: Range<Int>, of row: Rect) -> Rect {
    row.splitLeft(2).rest.splitLeft(place.upperBound).left.splitLeft(place.lowerBound).rest
  }

  /// Where each column stands: one blank between two, the flexible ones sharing
  /// what is left by weight.
  ///
  /// Columns that do not fit are cut on the right.
  static func layout(_ columns: [TableColumn], columns total: Int) -> [Range<Int>] {
    var spare = total - max(0, columns.count - 1)
    var weights = 0
    for column in columns {
      switch column.width {
      case .fixed(let width): spare -= width
      case .flexible(let minimum, let weight):
        spare -= minimum
        weights += weight
      }
    }
    spare = max(0, spare)
    var places: [Range<Int>] = []
    var position = 0
    for column in columns {
      var width: Int
      switch column.width {
      case .fixed(let fixed): width = fixed
      case .flexible(let minimum, let weight):
        // Each takes its share of what is left, so that rounding loses nothing.
        let share = weights > 0 ? spare * weight / weights : 0
        spare -= share
        weights -= weight
        width = minimum + share
      }
      let start = min(position, max(0, total))
      width = max(0, min(width, total - start))
      places.append(start..<(start + width))
      position = start + width + 1
    }
    return places
  }
}
