internal import Runbooks
internal import TUI

/// What comes in of the runbooks: first their heads, then where each stands and all of their texts,
/// in whichever order.
extension ConsoleModel {
  /// Takes in where each runbook stands.
  ///
  /// Once all were read, it is known which there are; what was asked for before does not change it.
  mutating func take(shelf entries: [ShelfEntry]) {
    guard isLibraryRead else {
      let known = Self.byID(shelf)
      return replace(
        shelf: entries.map { entry in
          var entry = entry
          entry.runbook = entry.runbook ?? known[entry.head.id]?.runbook
          return entry
        }
      )
    }
    let known = Self.byID(entries)
    for index in shelf.indices {
      guard let entry = known[shelf[index].head.id] else { continue }
      shelf[index].standing = entry.standing
      shelf[index].unfinished = entry.unfinished
    }
  }

  /// Takes in all runbooks, and the files that are none.
  mutating func take(library runbooks: [Runbook], _ unusable: [UnusableRunbook]) -> [ConsoleEffect]
  {
    let known = Self.byID(shelf)
    isLibraryRead = true
    context.unusable = unusable
    replace(
      shelf: runbooks.map { runbook in
        let entry = known[runbook.id]
        return ShelfEntry(
          runbook: runbook,
          standing: entry?.standing ?? .reading,
          unfinished: entry?.unfinished ?? []
        )
      }
    )
    // One whose beginning could not be told from its first lines; where it stands was not asked.
    return runbooks.allSatisfy { known[$0.id] != nil } ? [] : [.readShelf]
  }

  /// Takes in one runbook, and opens it where the operator waits for it.
  mutating func take(
    runbook id: RunbookID,
    _ result: Result<ShelfEntry, CommandFailure>
  ) -> [ConsoleEffect] {
    switch result {
    case .success(let entry):
      if let index = shelf.firstIndex(where: { $0.head.id == id }) { shelf[index] = entry }
      return openWanted(entry)
    case .failure(let failure):
      if wanted?.runbook == id {
        wanted = nil
        notice = StyledText(failure.message, .bad)
      }
      return []
    }
  }

  private static func byID(_ entries: [ShelfEntry]) -> [RunbookID: ShelfEntry] {
    Dictionary(entries.map { ($0.head.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Shows other rows and leaves the pointer on the runbook it was on.
  private mutating func replace(shelf entries: [ShelfEntry]) {
    let before = shelf
    shelf = entries
    if before.map(\.head.id) != entries.map(\.head.id) { tell(.shelf(before: before)) }
  }
}
