internal import Runbooks

/// What a console with a seat knows of its exercise; of what is to come, only the facilitator's knows.
struct ExerciseNews: Sendable, Hashable {
  /// Nil for players, who must not have the list.
  let exercise: Exercise?
  /// Nil for players, and before the exercise can be read.
  let board: ExerciseBoard?
  /// Nil: the exercise has not begun.
  let clock: WorldClock?
  /// In time of the world.
  let now: Moment
  /// For a player what came to their roles, for the facilitator all; the oldest first.
  let inbox: [InboxMessage]
  /// Who plays what, for the facilitator; empty for players.
  let players: [PlayerStanding]
}

/// A message that reached players of an exercise.
struct InboxMessage: Sendable, Hashable {
  /// What somebody said to it.
  struct Answer: Sendable, Hashable {
    let by: String
    let at: Moment
    let text: String
  }

  /// From 1 on, in the order in which they came; a player's may have gaps.
  let number: Int
  let inject: StepID
  /// In time of the world.
  let at: Moment
  let channel: Inject.Channel
  /// Who it comes from in the story.
  let sender: String
  let to: [Role]
  let text: String
  let answers: [Answer]
}

/// Where a player's run stands.
struct PlayerStanding: Sendable, Hashable {
  let run: RunID
  let runbook: RunbookID
  /// Who drives it, or began it.
  let player: String
  /// The title of the step it is at; empty: none.
  let step: String
  /// How it stands, in words.
  let status: String
  /// When something was last recorded in it, in time of the world.
  let last: Moment?
}
