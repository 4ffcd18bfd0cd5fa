internal import Runbooks

/// The rows of an exercise: the beginning, the injects in the order of their time, each that happened with what
/// is expected of it, the end, and what is made of it all.
struct ExerciseList: Sendable {
  /// What a row is about.
  enum Subject: Sendable, Hashable {
    case begin
    case inject(StepID)
    case expected(StepID)
    case end
    /// A step after the end: a rating, the debriefing, the attendance.
    case after(StepID)
    /// A player's run.
    case player(RunID)
  }

  let board: ExerciseBoard
  let rows: [Subject]

  init(_ board: ExerciseBoard) {
    self.board = board
    let exercise = board.exercise
    func expected(after inject: StepID?) -> [Subject] {
      exercise.expected.filter { $0.after == inject }.map { .expected($0.id) }
    }
    var rows: [Subject] = [.begin]
    if board.began != nil { rows += expected(after: nil) }
    let ordered = exercise.injects.enumerated().sorted {
      let (left, right) = (Self.place(of: $0.element, board), Self.place(of: $1.element, board))
      return (left.group, left.moment, $0.offset) < (right.group, right.moment, $1.offset)
    }
    for (_, inject) in ordered {
      rows.append(.inject(inject.id))
      if case .fired? = board.injects[inject.id] { rows += expected(after: inject.id) }
    }
    rows.append(.end)
    rows += exercise.objectives.map { .after(ExerciseGraph.rating(of: $0.id)) }
    rows += [.after(ExerciseGraph.debriefing), .after(ExerciseGraph.attendance)]
    self.rows = rows
  }

  /// Those with a time come by their time; then those that may come, and those that will not.
  private static func place(
    of inject: Inject,
    _ board: ExerciseBoard
  ) -> (group: Int, moment: Moment) {
    let none = Moment(milliseconds: 0)
    switch board.injects[inject.id] ?? .waiting {
    case .fired(let moment), .due(let moment), .held(let moment?): return (0, moment)
    case .waiting:
      // Before the beginning only the spans are known.
      if case .at(let span) = inject.cue { return (0, none.advanced(by: span)) }
      return (1, none)
    case .held(nil): return (1, none)
    case .onWord: return (2, none)
    case .dropped: return (3, none)
    }
  }

  /// The inject that comes next by the clock, be it due already; nil: none does.
  var next: (inject: Inject, at: Moment)? { next(after: nil) }

  /// The inject that comes first after a moment: one that is due and not yet recorded is none to wait for.
  func next(after now: Moment?) -> (inject: Inject, at: Moment)? {
    let due = board.exercise.injects.compactMap { inject -> (Inject, Moment)? in
      guard case .due(let moment)? = board.injects[inject.id], now.map({ moment > $0 }) ?? true
      else { return nil }
      return (inject, moment)
    }
    return due.min { $0.1 < $1.1 }.map { (inject: $0.0, at: $0.1) }
  }

  /// Where the pointer is as long as nobody has moved it: on what comes next.
  var usual: Subject {
    guard board.began != nil else { return .begin }
    guard board.ended == nil else { return rows.first { $0.isAfter } ?? .end }
    return next.map { .inject($0.inject.id) } ?? .end
  }

  func inject(_ id: StepID) -> Inject? { board.exercise.injects.first { $0.id == id } }
  func expectation(_ id: StepID) -> Expectation? { board.exercise.expected.first { $0.id == id } }

  /// What a row is called.
  func title(of subject: Subject) -> String {
    switch subject {
    case .begin: return "It begins"
    case .inject(let id): return inject(id)?.title ?? id.name
    case .expected(let id): return expectation(id)?.title ?? id.name
    case .end: return "It is over"
    case .after(let step):
      let rated = board.exercise.objectives.first { ExerciseGraph.rating(of: $0.id) == step }
      if let rated { return "Rate: \(rated.text)" }
      return step == ExerciseGraph.debriefing ? "Debriefing" : "Who took part"
    case .player(let run): return run.name
    }
  }

  /// The rows whose titles a filter leaves.
  func shown(_ matches: ((String) -> Bool)?) -> [Subject] {
    guard let matches else { return rows }
    return rows.filter { matches(title(of: $0)) }
  }
}

extension ExerciseList.Subject {
  fileprivate var isAfter: Bool { if case .after = self { true } else { false } }

  /// The step of the exercise's run that it is; nil: none.
  var step: StepID? {
    switch self {
    case .begin: ExerciseGraph.begin
    case .inject(let id), .expected(let id), .after(let id): id
    case .end: ExerciseGraph.end
    case .player: nil
    }
  }
}
