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
  /// - Parameters:
  ///   - isAsked: whether a person wanted it, so that a player is known to have seen it.
  ///   - tell: told as each comes.
  nonisolated func look(
    isAsked: Bool,
    _ tell: @escaping @Sendable (CheckNews) -> Void
  ) async -> CheckNews {
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
    guard isAsked else { return .ended(problem: nil) }
    return .ended(problem: await note(ExerciseObservation.note(of: findings)))
  }

  /// Has the record of an exercise say what a player looked at.
  ///
  /// - Returns: why it does not.
  nonisolated private func note(_ look: String) async -> String? {
    guard workplace.seat?.place == .player, let desk = ExerciseDesk(at: workplace) else {
      return nil
    }
    do throws(CommandFailure) {
      try await desk.say(.note(nil, text: look))
      return nil
    } catch {
      return "That you looked is not in the record of the exercise: \(error.message)"
    }
  }

  /// All that a check read when it found this, as a page.
  nonisolated func evidence(of card: CheckCard, _ entry: CheckHistory.Entry) async -> String {
    _ = await note(ExerciseObservation.note(of: card.id, entry.verdict))
    let store = CheckBoard.store(of: workplace)
    return CheckEvidenceText.page(card, entry, store.evidence(of: card.id, at: entry.at))
  }
}
