internal import Runbooks

/// What this console knows of the exercise at which it has a seat.
struct SeatModel: Sendable {
  let seat: ExerciseSeat
  /// What was read last; nil: nothing was yet.
  private(set) var news: ExerciseNews?
  /// The numbers of the messages that were shown in full.
  private(set) var read: Set<Int> = []

  init(seat: ExerciseSeat) { self.seat = seat }

  var isFacilitator: Bool { seat.place == .facilitator }

  /// Where it stands; nil: for players, and before it could be read.
  var board: ExerciseBoard? { news?.board }

  /// The messages, the newest first.
  var messages: [InboxMessage] { (news?.inbox ?? []).sorted { $0.number > $1.number } }

  /// A player's messages that were not shown in full.
  var unread: [InboxMessage] {
    isFacilitator ? [] : messages.filter { !read.contains($0.number) && $0.answers.isEmpty }
  }

  /// Takes in what was read; of what is to come a player's console keeps nothing, whatever it is told.
  ///
  /// - Returns: the messages that have come since, for a player; the newest first.
  mutating func take(_ read: ExerciseNews) -> [InboxMessage] {
    let known = Set((news?.inbox ?? []).map(\.number))
    news = isFacilitator ? read : read.forPlayers
    return unread.filter { !known.contains($0.number) }
  }

  /// A message was shown in full.
  mutating func show(_ message: InboxMessage) { read.insert(message.number) }
}

extension ExerciseNews {
  /// The same without the list, its board and the others.
  fileprivate var forPlayers: ExerciseNews {
    ExerciseNews(exercise: nil, board: nil, clock: clock, now: now, inbox: inbox, players: [])
  }
}

/// A step to point at once its run is open.
struct WantedStep: Sendable, Hashable {
  let run: RunID
  let step: StepID
}
