/// What an exercise showed, for those who read nothing else: made of the records alone (HSEEP after-action
/// report and improvement plan; NIST SP 800-84 §4.5).
public struct AfterAction: Sendable, Hashable {
  /// An objective with its rating.
  public struct Objective: Sendable, Hashable {
    public let text: String
    /// As the facilitator gave it; nil: nobody has.
    public let rating: ObjectiveRating?
    /// What the rule makes of the record.
    public let proposed: ObjectiveRating
    public let why: String
    public let improve: String
    public let owner: String
    public let due: String
  }

  /// An expected action, and what came of it.
  public struct Action: Sendable, Hashable {
    public let title: String
    public let objective: String
    public let isCritical: Bool
    public let isForbidden: Bool
    public let within: Duration
    /// Nil: it did not come up, or nobody judged it.
    public let verdict: ExpectationVerdict?
    /// How long it took from when it became due; nil: it was not done, or is one not to be done.
    public let took: Duration?
    public let seen: String
  }

  /// Something that happened, or that a player did.
  public struct Line: Sendable, Hashable {
    /// In time of the world.
    public let at: Moment
    public let who: String
    public let text: String
    public let isInject: Bool
  }

  /// A thing and what is said of it.
  public struct Pair: Sendable, Hashable {
    public let what: String
    public let words: String
  }

  public let exercise: Exercise
  public let run: RunID
  public let began: Moment?
  public let ended: Moment?
  /// Who led it.
  public let facilitator: String
  public let objectives: [Objective]
  public let actions: [Action]
  public let timeline: [Line]
  public let strengths: [String]
  public let weaknesses: [String]
  public let questions: [Pair]
  /// Injects that were not used, with the reason.
  public let unused: [Pair]
}

extension AfterAction {
  /// - Parameters:
  ///   - state: of the exercise's run.
  ///   - observed: what players did.
  public init(_ board: ExerciseBoard, _ state: RunState, observed: [ExerciseObservation]) {
    let exercise = board.exercise
    self.exercise = exercise
    run = state.run
    began = board.began
    ended = board.ended
    facilitator = state[ExerciseGraph.begin]?.result?.by ?? state.created?.by ?? ""
    objectives = exercise.objectives.map { objective in
      let said = state[ExerciseGraph.rating(of: objective.id)]?.result?.outputs ?? [:]
      func text(_ name: String) -> String { said[name]?.text ?? "" }
      return Objective(
        text: objective.text,
        rating: ObjectiveRating(rawValue: text("rating")),
        proposed: board.rating(of: objective.id),
        why: text("why"),
        improve: text("improve"),
        owner: text("owner"),
        due: text("due")
      )
    }
    let titles = Dictionary(exercise.objectives.map { ($0.id, $0.text) }) { first, _ in first }
    actions = exercise.expected.map { expectation in
      Action(expectation, titles[expectation.objective] ?? "", board, state)
    }
    timeline = Self.timeline(board, observed)
    let said = state[ExerciseGraph.debriefing]?.result?.outputs ?? [:]
    func answers(_ name: String) -> [String] {
      [said[name]?.text ?? ""].filter { !$0.isEmpty }
    }
    strengths = answers("well")
    weaknesses = answers("badly")
    questions = exercise.questions.enumerated().map { number, question in
      Pair(what: question, words: said["question_\(number + 1)"]?.text ?? "")
    }
    unused = exercise.injects.compactMap { inject in
      guard case .dropped(let why)? = board.injects[inject.id] else { return nil }
      return Pair(what: inject.title, words: why)
    }
  }

  private static func timeline(
    _ board: ExerciseBoard,
    _ observed: [ExerciseObservation]
  ) -> [Line] {
    var lines = board.exercise.injects.compactMap { inject -> Line? in
      guard case .fired(let moment)? = board.injects[inject.id] else { return nil }
      let to = inject.message.map { message in
        " (\(message.channel.rawValue) to \(message.to.map(\.name).joined(separator: ", ")))"
      }
      return Line(
        at: moment,
        who: inject.message?.sender ?? "",
        text: inject.title + (to ?? ""),
        isInject: true
      )
    }
    lines += observed.map { seen in
      Line(at: seen.at, who: seen.who, text: seen.act.words, isInject: false)
    }
    if let began = board.began {
      lines.append(Line(at: began, who: "", text: "It begins", isInject: true))
    }
    if let ended = board.ended {
      lines.append(Line(at: ended, who: "", text: "It is over", isInject: true))
    }
    // What happens comes before what is done about it in the same second.
    return lines.enumerated().sorted {
      ($0.element.at, $0.element.isInject ? 0 : 1, $0.offset)
        < ($1.element.at, $1.element.isInject ? 0 : 1, $1.offset)
    }.map(\.element)
  }

  /// How long it was played, in time of the world.
  public var length: Duration? {
    guard let began, let ended else { return nil }
    return ended.since(began)
  }

  /// Critical actions that were late or were not taken, and what must not be done and was.
  public var lapses: [Action] {
    actions.filter {
      ($0.isCritical || $0.isForbidden) && $0.verdict != nil && $0.verdict != .met
    }
  }
}

extension AfterAction.Action {
  fileprivate init(
    _ expectation: Expectation,
    _ objective: String,
    _ board: ExerciseBoard,
    _ state: RunState
  ) {
    title = expectation.title
    self.objective = objective
    isCritical = expectation.isCritical
    isForbidden = expectation.judgement.isForbidden
    within = expectation.within
    guard case .judged(let verdict, let seen)? = board.expected[expectation.id] else {
      verdict = nil
      took = nil
      self.seen = ""
      return
    }
    self.verdict = verdict
    self.seen = seen
    let at = state[expectation.id]?.result?.outputs["at"]?.text.flatMap { Moment($0) }
    if let at, verdict != .missed, !isForbidden, let start = board.start(of: expectation.after) {
      took = at.since(start)
    } else {
      took = nil
    }
  }
}

extension ExerciseObservation.Act {
  /// What was done, in words.
  public var words: String {
    switch self {
    case .began(let runbook): "begins \(runbook)"
    case .step(let runbook, let step, _): "\(step) of \(runbook)"
    case .look(let check): "looks at \(check)"
    case .answer(let inject): "answers \(inject)"
    }
  }
}
