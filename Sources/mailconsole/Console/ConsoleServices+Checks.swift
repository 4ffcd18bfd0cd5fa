internal import Runbooks

extension ConsoleServices {
  /// Reads the files of the checks, and what is kept of their results.
  nonisolated func readChecks() -> CheckNews {
    do throws(CommandFailure) {
      let board = try CheckBoard.open(workplace)
      var history = board.store.load()
      history.cards = board.cards
      return .read(history)
    } catch {
      return .unusable(error.message)
    }
  }

  /// Looks at every check, side by side, and keeps what was found, also of a look that is left.
  ///
  /// - Parameter tell: told as each comes.
  nonisolated func look(_ tell: @escaping @Sendable (CheckNews) -> Void) async -> CheckNews {
    let board: CheckBoard
    do throws(CommandFailure) {
      board = try CheckBoard.open(workplace)
    } catch {
      return .unusable(error.message)
    }
    tell(.began(board.cards))
    let findings = await board.look(at: board.checks) { tell(.found($0)) }
    do throws(JournalError) {
      try board.keep(findings)
    } catch {
      return .ended(problem: "What was found could not be kept: \(error)")
    }
    return .ended(problem: nil)
  }

  /// All that a check read when it found this, as a page.
  nonisolated func evidence(of card: CheckCard, _ entry: CheckHistory.Entry) -> String {
    let store = CheckBoard.store(of: workplace)
    return CheckEvidenceText.page(card, entry, store.evidence(of: card.id, at: entry.at))
  }
}
