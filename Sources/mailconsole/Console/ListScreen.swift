internal import TUI

/// A screen that is one list of rows, with a pointer on one of them.
protocol ListScreen: ConsoleScreen {
  associatedtype Row
  /// The rows that the filter leaves.
  var rows: [Row] { get }
  var list: ListState { get set }
}

extension ListScreen {
  /// The row under the pointer.
  var selected: Row? {
    let rows = rows
    return list.selected(count: rows.count).map { rows[$0] }
  }

  mutating func move(_ motion: Motion, in model: ConsoleModel) {
    list.move(motion, count: rows.count, page: model.bodyRows)
  }
}
