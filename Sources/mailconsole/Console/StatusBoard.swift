internal import Runbooks

/// What the console knows of the checks of its site, and what it is about to find out.
struct StatusBoard: Sendable {
  /// What is known of the files that the checks are written in.
  enum Library: Sendable, Hashable {
    /// They are being read; what is shown was kept.
    case reading
    case read
    /// One of them is wrong, so none is used; how to mend it.
    case unusable(String)
  }

  /// The results, and what is said of each check.
  var history = CheckHistory()
  var library = Library.reading
  /// Those that are being looked at now.
  var looking: Set<CheckID> = []
  /// Whether a look was asked for and has not ended.
  var isAsked = false
  /// How long after a look the next begins by itself; nil: it does not.
  var every: Duration?
  /// When this console last asked for a look.
  var asked: Moment?

  /// What is said of the checks there are.
  var cards: [CheckCard] { history.cards }

  /// When the result was found that is the oldest; nil: some check was never looked at, or there
  /// is none.
  var oldest: Moment? {
    let moments = cards.map { history.entries[$0.id]?.at }
    return moments.contains(nil) ? nil : moments.compactMap { $0 }.min()
  }

  /// When the oldest of the results that there are was found.
  var oldestResult: Moment? { cards.compactMap { history.entries[$0.id]?.at }.min() }

  /// When a look begins by itself; nil: never, or it has begun.
  var due: Moment? {
    guard let every, !isAsked, library != .read || !cards.isEmpty else { return nil }
    let last = [oldest, asked].compactMap { $0 }.max()
    return last?.advanced(by: every) ?? Moment(milliseconds: .min)
  }

  /// Takes over what was read of the files and of what is kept.
  mutating func take(_ kept: CheckHistory) {
    let mine = history
    history = kept
    history.take(newerOf: mine)
    library = .read
  }

  /// A look at these has begun.
  mutating func begin(_ cards: [CheckCard]) {
    history.cards = cards
    library = .read
    looking = Set(cards.map(\.id))
  }

  /// One of them was looked at.
  mutating func take(_ finding: CheckFinding) {
    history.take(finding)
    looking.remove(finding.check)
  }

  /// Nothing is looked at any more.
  mutating func end() {
    looking = []
    isAsked = false
  }
}

/// The inputs of a runbook that were worked out from what a check found.
struct Prefill: Sendable, Hashable {
  let check: CheckID
  /// As a person would type them, by the name of the input.
  let inputs: [String: String]
}

/// A runbook that is opened once the runs have been read anew: others may have begun one since.
struct WantedRunbook: Sendable, Hashable {
  let runbook: RunbookID
  let prefill: Prefill?
  /// Whose keys acted where it was asked for: whoever has gone on does not want it any more.
  let keys: String
}

extension StatusBoard {
  /// What was kept, without a look at the world or at the files of the checks.
  static func kept(at workplace: Workplace) -> StatusBoard {
    var board = StatusBoard()
    board.history = CheckBoard.store(of: workplace).load()
    board.every = (workplace.site.looks ?? .usual(in: workplace.world)).span
    return board
  }
}
