internal import Runbooks
internal import TUI

/// What the status screen lists, in its order: what is wrong, what waits and for whom, what is well.
struct StatusList: Sendable {
  /// What is the same from one look to the next.
  enum ID: Hashable, Sendable {
    case check(CheckID)
    case run(RunID)
  }

  enum Section: Int, Sendable, CaseIterable, Comparable {
    // What was never looked at may be all there is, and must not hide who is waited for.
    case wrong, warn, unknown, yours, others, underWay, unlooked, well

    var title: String {
      switch self {
      case .wrong: "wrong"
      case .warn: "warn"
      case .unknown: "unknown"
      case .yours: "waits for you"
      case .others: "waits for others"
      case .underWay: "runs"
      case .unlooked: "never looked"
      case .well: "ok"
      }
    }

    static func < (a: Section, b: Section) -> Bool { a.rawValue < b.rawValue }
  }

  enum Subject: Sendable {
    /// A check with its last result; nil: it was never looked at.
    case check(CheckCard, CheckHistory.Entry?)
    case run(RunListing)
  }

  struct Row: Sendable {
    let subject: Subject
    let section: Section
    /// The failing check that explains this one, under which it stands.
    let cause: CheckID?

    var id: ID {
      switch subject {
      case .check(let card, _): .check(card.id)
      case .run(let listing): .run(listing.run)
      }
    }

    /// What a filter looks at.
    var words: String {
      switch subject {
      case .check(let card, let entry):
        "\(card.id) \(card.group) \(card.title) \(entry?.summary ?? "never looked") "
          + "\(card.runbook?.name ?? "") \(section.title)"
      case .run(let run):
        "\(run.run) \(RunSign(run.status, isHeld: run.isDriven, among: run.operators, glyphs: .unicode).words) "
          + "\(run.driver ?? "") \(section.title)"
      }
    }
  }

  /// A line of the list.
  enum Line: Sendable {
    case heading(Section, count: Int)
    /// A row, by its position.
    case row(Int)
  }

  let rows: [Row]

  /// - Parameters:
  ///   - shelf: the runbooks with their runs.
  ///   - person: who looks.
  init(_ board: StatusBoard, _ shelf: [ShelfEntry], for person: String) {
    let runs = shelf.flatMap { ($0.latest.map { [$0] } ?? []) + $0.unfinished }
      .filter(\.status.isOpen)
    let all = Self.checks(board) + Self.runs(runs, for: person)
    rows = Section.allCases.flatMap { section in all.filter { $0.section == section } }
  }

  private init(rows: [Row]) { self.rows = rows }

  /// The same without the rows that a filter leaves out.
  func filtered(by filter: TextFilter?) -> StatusList {
    guard let matches = filter?.matcher() else { return self }
    return StatusList(rows: rows.filter { matches($0.words) })
  }

  /// How many there are in a section; what is explained by another is not counted again.
  func count(_ section: Section) -> Int {
    rows.count { $0.section == section && $0.cause == nil }
  }

  /// How many checks nobody knows the answer of, looked at or not.
  var unknown: Int { count(.unknown) + count(.unlooked) }

  /// The rows under the headings of their sections.
  var lines: [Line] {
    var lines: [Line] = []
    var last: Section?
    for (index, row) in rows.enumerated() {
      if row.section != last {
        lines.append(.heading(row.section, count: count(row.section)))
        last = row.section
      }
      lines.append(.row(index))
    }
    return lines
  }
}

// MARK: What goes where

extension StatusList {
  private static func checks(_ board: StatusBoard) -> [Row] {
    let entries = board.history.entries
    func verdict(_ card: CheckCard) -> CheckVerdict? { entries[card.id]?.verdict }
    let failing = Dictionary(
      board.cards.filter { verdict($0) == .fail }.map { ($0.id, $0.explains) },
      uniquingKeysWith: { first, _ in first }
    )
    let unwell = Set(board.cards.filter { verdict($0).map { $0 > .warn } ?? false }.map(\.id))
    let causes = CheckCauses.first(of: unwell, among: failing)
    func rows(_ section: Section, _ cards: [CheckCard]) -> [Row] {
      cards.flatMap { card in
        [Row(subject: .check(card, entries[card.id]), section: section, cause: nil)]
          + board.cards.filter { causes[$0.id] == card.id }.map {
            Row(subject: .check($0, entries[$0.id]), section: section, cause: card.id)
          }
      }
    }
    /// By a moment of the result, the earliest first; what was never looked at comes last.
    func standing(
      _ wanted: CheckVerdict?...,
      by moment: (CheckHistory.Entry) -> Moment
    ) -> [CheckCard] {
      board.cards.filter { wanted.contains(verdict($0)) && causes[$0.id] == nil }
        .map { (card: $0, moment: entries[$0.id].map(moment)) }
        .sorted { a, b in
          switch (a.moment, b.moment) {
          case (let a?, let b?) where a != b: a < b
          case (nil, _?): false
          case (_?, nil): true
          default: a.card.id < b.card.id
          }
        }
        .map(\.card)
    }
    return rows(.wrong, standing(.fail, by: \.since)) + rows(.warn, standing(.warn, by: \.since))
      + rows(.unknown, standing(.undetermined, by: \.since))
      + rows(.unlooked, standing(nil, by: \.since))
      + rows(.well, standing(.pass, by: \.at))
  }

  private static func runs(_ runs: [RunListing], for person: String) -> [Row] {
    runs.map { Row(subject: .run($0), section: section(of: $0, for: person), cause: nil) }
  }

  /// Whom a run waits for.
  static func section(of run: RunListing, for person: String) -> Section {
    switch run.status {
    case .waiting(let items) where items.allSatisfy({ $0.kind == .run }): return .underWay
    case .waiting(let items), .unknown(let items):
      return items.contains { isMeant(person, by: $0, in: run) } ? .yours : .others
    // It stands until somebody takes it.
    case .running where !run.isDriven: return .yours
    case .running, .paused, .notCreated, .ended: return .underWay
    }
  }

  private static func isMeant(_ person: String, by item: WaitingItem, in run: RunListing) -> Bool {
    let wanted = Set(item.roles)
    let holders = run.operators.filter { !wanted.isDisjoint(with: $0.roles) }.map(\.name)
    guard holders.isEmpty || holders.contains(person) else { return false }
    switch item.kind {
    case .approval, .unknown: return true
    // Its end is what somebody does in another run.
    case .run: return false
    // What else waits is given by whoever drives.
    case .manual, .answer, .runbook, .release, .secret, .failure:
      return !run.isDriven || run.driver == nil || run.driver == person
    }
  }
}
