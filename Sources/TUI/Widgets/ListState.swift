/// Which item of a list is selected, and which is shown first.
public struct ListState: Sendable, Hashable {
  public private(set) var selection: Int
  public private(set) var top: Int

  public init(selection: Int = 0) {
    self.selection = max(0, selection)
    top = 0
  }

  /// Moves the selection.
  ///
  /// - Parameters:
  ///   - count: The items there are now.
  ///   - page: The rows of the window; being wrong by a few does no harm.
  public mutating func move(_ motion: Motion, count: Int, page: Int) {
    selection = motion.target(from: selection, count: count, page: page)
    top = visible(count: count, rows: page).lowerBound
  }

  /// The items to draw: those from `top` on, moved just as far as it takes to
  /// have the selection among them.
  public func visible(count: Int, rows: Int) -> Range<Int> {
    guard count > 0, rows > 0 else { return 0..<0 }
    let selection = selected(count: count) ?? 0
    let latest = min(selection, max(0, count - rows))
    let first = max(min(top, latest), selection - rows + 1, 0)
    return first..<min(count, first + rows)
  }

  /// The selection, when there is something to select.
  public func selected(count: Int) -> Int? {
    count > 0 ? min(selection, count - 1) : nil
  }
}
