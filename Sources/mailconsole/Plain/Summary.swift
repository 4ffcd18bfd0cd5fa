internal import Runbooks
internal import TUI

/// The console as plain text: site, world, what is wrong, waves and runbooks, and what waits for whom.
enum Summary {
  static func lines(_ workplace: Workplace) throws(CommandFailure) -> [String] {
    var lines = [
      "site   \(workplace.site.name)  \(workplace.site.domain)",
      "world  \(workplace.world.rawValue)",
      "you    \(workplace.actor)", "",
    ]
    let entries = try workplace.shelfEntries()
    lines += status(workplace) + ["", "runbooks"]
    lines += self.lines(entries, workplace.shelf.unusable)
    let open = entries.compactMap(\.latest).filter(\.status.isOpen)
    if !open.isEmpty { lines += ["", "waiting"] }
    for listing in open {
      lines += PlainRun.waiting(
        listing.status,
        run: listing.run,
        among: listing.operators,
        comeBack: workplace.comeBack
      )
      .map { "  " + $0 }
    }
    return lines
  }

  /// What the status screen shows, from what was found last.
  private static func status(_ workplace: Workplace) -> [String] {
    var board = StatusBoard.kept(at: workplace)
    do throws(CommandFailure) {
      let checks = try CheckBoard.open(workplace)
      board.begin(checks.cards)
      board.end()
    } catch {
      board.library = .unusable(error.message)
    }
    // The runs stand below with what each waits for.
    let list = StatusList(board, [], for: workplace.actor)
    let now = SystemRunClock().read().wall
    return StatusText.lines(board, list, now: now, comeBack: workplace.comeBack, isBrief: true)
  }

  /// The waves and runbooks, each with where it stands, then the files that cannot be used.
  static func lines(_ entries: [ShelfEntry], _ unusable: [UnusableRunbook]) -> [String] {
    var lines: [String] = []
    for entry in entries {
      let kind = entry.head.kind.rawValue.lowercased()
      let standing =
        entry.latest.map {
          "\(RunSign($0.status, isHeld: $0.isDriven, among: $0.operators, glyphs: .unicode).words)  (\($0.run))"
        }
        ?? "never run here"
      lines.append(
        kind.padding(to: 9) + entry.head.id.name.padding(to: 22)
          + entry.head.title.padding(to: 22) + standing
      )
    }
    if !unusable.isEmpty {
      lines += ["", "cannot be used"]
      lines += unusable.flatMap(\.errors).map { "  \($0)" }
    }
    return lines
  }
}
