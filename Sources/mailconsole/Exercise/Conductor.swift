internal import Runbooks

/// Leads an exercise by its file: lets happen what is due, and says of what is expected whether it was
/// done, in the facilitator's name (decision 064).
///
/// It decides nothing that is not in the records; a successor goes on from them.
struct Conductor: Sendable {
  let exercise: Exercise
  let record: ExerciseRecord
  /// What the facilitator says at the steps that are theirs.
  let facilitator: AnswersDecider
  /// The moment in the world.
  let now: @Sendable () async -> Moment?

  /// Where the exercise stands by the records.
  func board(_ state: RunState, at now: Moment) throws -> ExerciseBoard {
    let entries = try record.entries()
    var words = ExerciseWords(entries)
    let observed = try record.observed(in: entries)
    func board() -> ExerciseBoard {
      ExerciseBoard(exercise, state, words: words, observed: observed, at: now)
    }
    let found = board()
    guard found.isSettled, !words.isOver else { return found }
    // Nobody is there who could use the rest of the time.
    words.isOver = true
    return board()
  }
}

extension Conductor: Decider {
  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    do {
      let moment = await now() ?? state.latest
      if let decision = try decide(item, in: state, at: moment) { return decision }
    } catch {
      Output.error("The exercise stands still: \(RunSession.failure(error).message)")
      return nil
    }
    return await facilitator.decide(item, in: state, head: head)
  }

  func refused(_ refusal: CommandRefusal, for item: WaitingItem) async {
    await facilitator.refused(refusal, for: item)
  }

  /// What the records say of a step; nil: they say nothing, or it is a person's.
  private func decide(
    _ item: WaitingItem,
    in state: RunState,
    at moment: Moment
  ) throws -> Decision? {
    let name = facilitator.answers.operator
    if item.step == ExerciseGraph.begin || item.kind == .release { return nil }
    let board = try board(state, at: moment)
    if let decision = board.decision(at: item, by: name) { return decision }
    return rating(item, board, by: name)
  }

  /// What the rule makes of an objective, where nobody has said otherwise.
  private func rating(_ item: WaitingItem, _ board: ExerciseBoard, by name: String) -> Decision? {
    guard facilitator.answers.steps[item.step] == nil,
      let objective = exercise.objectives.first(where: {
        ExerciseGraph.rating(of: $0.id) == item.step
      })
    else { return nil }
    let rating = board.rating(of: objective.id)
    let values: [String: Value] = [
      "rating": .string(rating.rawValue), "why": .string(board.reasons(for: objective.id)),
      "improve": .string(""), "owner": .string(""), "due": .string(""),
    ]
    return Decision(.answer(item.step, values), by: name)
  }
}

extension ExerciseBoard {
  /// What is said at a step by the records alone; nil: it is a person's, or its time has not come.
  func decision(at item: WaitingItem, by name: String) -> Decision? {
    for act in acts {
      switch act {
      case .fire(let inject) where item.step == ExerciseGraph.cue(of: inject):
        return Decision(.answer(item.step, ["fire": .string("yes"), "why": .string("")]), by: name)
      case .drop(let inject, let why) where item.step == ExerciseGraph.cue(of: inject):
        return Decision(.answer(item.step, ["fire": .string("no"), "why": .string(why)]), by: name)
      case .judge(item.step, let verdict, let at, let seen):
        let fields: [String: Value] = [
          "verdict": .string(verdict.rawValue), "at": .string(at.description),
          "seen": .string(seen),
        ]
        return Decision(.done(item.step, note: "", fields: fields), by: name)
      case .end where item.step == ExerciseGraph.end:
        return Decision(.done(item.step, note: "", fields: [:]), by: name)
      default: continue
      }
    }
    return nil
  }
}
