internal import TUI

extension String {
  /// The text with blanks up to a width, and at least one.
  func padding(to columns: Int) -> String {
    self + String(repeating: " ", count: Swift.max(1, columns - CellWidth.columns(of: self)))
  }
}
