/// Where an exercise stands: what happened, what is due, what was done of what is expected, and what
/// the conductor does next.
///
/// A pure value over the records; nothing in it knows a clock or a file.
public struct ExerciseBoard: Sendable, Hashable {
  /// Where an inject stands.
  public enum InjectStanding: Sendable, Hashable {
    /// What it follows has not happened; it may never.
    case waiting
    /// It is let go at a moment, which may have passed.
    case due(Moment)
    /// It waits for the facilitator's word.
    case onWord
    /// The facilitator holds it back; due at that moment otherwise.
    case held(Moment?)
    case fired(Moment)
    case dropped(String)
  }

  /// Where an expected action stands.
  public enum ExpectationStanding: Sendable, Hashable {
    /// What it answers has not happened.
    case waiting
    /// There is time until that moment.
    case open(until: Moment)
    /// The time ran out and it was not seen yet.
    case overdue(since: Moment)
    case judged(ExpectationVerdict, seen: String)
    /// What it answers did not happen.
    case dropped
  }

  /// What the conductor says in the exercise's run.
  public enum Act: Sendable, Hashable {
    case fire(StepID)
    case drop(StepID, why: String)
    case judge(StepID, ExpectationVerdict, at: Moment, seen: String)
    /// Nothing is left that could happen.
    case end
  }

  public let exercise: Exercise
  /// The moment in the world.
  public let now: Moment
  /// When it began; nil: it has not.
  public let began: Moment?
  /// When the facilitator said that it is over.
  public let ended: Moment?
  public let injects: [StepID: InjectStanding]
  public let expected: [StepID: ExpectationStanding]
  /// When an expected action that is judged was seen, in time of the world; without those of which nobody said when.
  public let seenAt: [StepID: Moment]
  private let proposals: [Act]

  /// - Parameters:
  ///   - state: of the exercise's run.
  ///   - words: what the facilitator said.
  ///   - observed: what players did, in any order.
  public init(
    _ exercise: Exercise,
    _ state: RunState,
    words: ExerciseWords = ExerciseWords(),
    observed: [ExerciseObservation],
    at now: Moment
  ) {
    var reading = ExerciseReading(
      exercise: exercise,
      state: state,
      words: words,
      observed: observed.sorted { $0.at < $1.at },
      now: now
    )
    reading.read()
    self.exercise = exercise
    self.now = now
    began = reading.began
    ended = state[ExerciseGraph.end]?.result?.at
    injects = reading.injects
    expected = reading.expected
    seenAt = exercise.expected.reduce(into: [:]) { moments, expectation in
      let text = state[expectation.id]?.result?.outputs["at"]?.text
      moments[expectation.id] = text.flatMap { Moment($0) }
    }
    proposals = reading.proposals
  }

  /// When it is over by its length.
  public var over: Moment? { began?.advanced(by: exercise.length) }

  /// What is to be said now, in the order of the file.
  public var acts: [Act] { ended == nil ? proposals : [] }

  /// Whether all that was expected is judged and nothing is due any more by itself.
  public var isSettled: Bool {
    began != nil
      && expected.values.allSatisfy {
        switch $0 {
        case .judged, .dropped: true
        case .waiting, .open, .overdue: false
        }
      }
      && injects.values.allSatisfy { if case .due = $0 { false } else { true } }
  }

  /// The next moment at which something is due by itself; nil: nothing is.
  public var next: Moment? {
    guard ended == nil else { return nil }
    var moments = injects.values.compactMap { standing -> Moment? in
      if case .due(let moment) = standing { moment } else { nil }
    }
    moments += expected.values.compactMap { standing -> Moment? in
      // A millisecond later nothing that comes is in time any more.
      if case .open(let until) = standing {
        Moment(milliseconds: until.milliseconds + 1)
      } else {
        nil
      }
    }
    if let over { moments.append(over) }
    return moments.filter { $0 > now }.min()
  }

  /// The moment that an act after an inject counts from; nil: that has not happened.
  public func start(of inject: StepID?) -> Moment? {
    guard let inject else { return began }
    guard case .fired(let moment)? = injects[inject] else { return nil }
    return moment
  }

  /// How long it took from when an expected action became due until it was seen; nil: nobody knows.
  public func took(_ expectation: Expectation) -> Duration? {
    guard let at = seenAt[expectation.id], let start = start(of: expectation.after) else {
      return nil
    }
    return at.since(start)
  }

  /// What the rule's rating rests on, in words.
  public func reasons(for objective: StepID) -> String {
    exercise.expected.filter { $0.objective == objective }.compactMap { expectation in
      guard case .judged(let verdict, let seen)? = expected[expectation.id] else { return nil }
      return "\(expectation.title): \(verdict.rawValue)\(seen.isEmpty ? "" : ", \(seen)")"
    }.joined(separator: "; ")
  }

  /// What the rule makes of an objective: P, S, M or U (decision 064).
  public func rating(of objective: StepID) -> ObjectiveRating {
    var (late, lateCritical) = (false, false)
    for expectation in exercise.expected where expectation.objective == objective {
      guard case .judged(let verdict, _)? = expected[expectation.id] else { continue }
      switch verdict {
      case .met: break
      case .missed where expectation.isCritical || expectation.judgement.isForbidden:
        return .unable
      case .late where expectation.isCritical: lateCritical = true
      case .late, .missed: late = true
      }
    }
    return lateCritical ? .major : late ? .some : .performed
  }
}

extension Expectation.Judgement {
  /// Whether it is about what must not be done.
  public var isForbidden: Bool {
    if case .never = self { true } else { false }
  }
}

/// One reading of the records of an exercise.
private struct ExerciseReading {
  let exercise: Exercise
  let state: RunState
  let words: ExerciseWords
  let observed: [ExerciseObservation]
  let now: Moment

  var injects: [StepID: ExerciseBoard.InjectStanding] = [:]
  var expected: [StepID: ExerciseBoard.ExpectationStanding] = [:]
  var proposals: [ExerciseBoard.Act] = []

  init(
    exercise: Exercise,
    state: RunState,
    words: ExerciseWords,
    observed: [ExerciseObservation],
    now: Moment
  ) {
    self.exercise = exercise
    self.state = state
    self.words = words
    self.observed = observed
    self.now = now
  }

  var began: Moment? { state[ExerciseGraph.begin]?.result?.at }

  private var isOver: Bool {
    words.isOver || began.map { now >= $0.advanced(by: exercise.length) } ?? false
  }

  mutating func read() {
    for expectation in exercise.expected { expected[expectation.id] = standing(of: expectation) }
    for inject in exercise.injects { injects[inject.id] = standing(of: inject) }
    guard began != nil else { return }
    for expectation in exercise.expected {
      if let act = act(on: expectation) { proposals.append(act) }
    }
    for inject in exercise.injects {
      if let act = act(on: inject) { proposals.append(act) }
    }
    if proposals.isEmpty, isThrough { proposals = [.end] }
  }

  // MARK: Expected actions

  /// When an inject happened; one that failed has not.
  private func fired(_ inject: StepID) -> Moment? {
    switch state[inject] {
    case .succeeded(let result), .warned(let result), .alreadyDone(let result): result.at
    default: nil
    }
  }

  /// When an expected action became due; nil: it has not.
  private func opened(_ expectation: Expectation) -> Moment? {
    guard let inject = expectation.after else { return began }
    return fired(inject)
  }

  private func standing(of expectation: Expectation) -> ExerciseBoard.ExpectationStanding {
    if let result = state[expectation.id]?.result, let verdict = result.verdict {
      return .judged(verdict, seen: result.outputs["seen"]?.text ?? "")
    }
    if case .skipped? = state[expectation.id] { return .dropped }
    guard let opened = opened(expectation) else { return .waiting }
    let until = opened.advanced(by: expectation.within)
    return now <= until ? .open(until: until) : .overdue(since: until)
  }

  /// The first act that is one of the signs, from the moment on at which it counts.
  private func first(_ signs: [Expectation.Sign], from: Moment) -> ExerciseObservation? {
    // The beginning of a run is known to the second.
    let second = Moment(milliseconds: from.milliseconds / 1_000 * 1_000)
    return observed.first { seen in seen.at >= second && signs.contains { $0.matches(seen.act) } }
  }

  private func act(on expectation: Expectation) -> ExerciseBoard.Act? {
    let until: Moment
    switch expected[expectation.id] {
    case .open(let moment), .overdue(let moment): until = moment
    default: return nil
    }
    guard let opened = opened(expectation) else { return nil }
    let id = expectation.id
    switch expectation.judgement {
    case .seen(let signs):
      if let seen = first(signs, from: opened) {
        return .judge(id, seen.at <= until ? .met : .late, at: seen.at, seen: seen.words)
      }
      return isOver ? .judge(id, .missed, at: now, seen: "nobody did") : nil
    case .never(let signs):
      if let seen = first(signs, from: opened), seen.at <= until {
        return .judge(id, .missed, at: seen.at, seen: seen.words)
      }
      return now > until || isOver ? .judge(id, .met, at: now, seen: "nobody did") : nil
    case .person:
      // Whether it was done is the facilitator's to say; what nobody said was not seen.
      return isOver ? .judge(id, .missed, at: now, seen: "the facilitator did not see it") : nil
    }
  }

  // MARK: Injects

  private func standing(of inject: Inject) -> ExerciseBoard.InjectStanding {
    if let moment = fired(inject.id) { return .fired(moment) }
    // The facilitator sees why it failed, and what to do about it, at its step.
    if case .failed? = state[inject.id] { return .waiting }
    if let answer = state[ExerciseGraph.cue(of: inject.id)]?.result,
      answer.outputs["fire"]?.text == "no"
    {
      return .dropped(answer.outputs["why"]?.text ?? "")
    }
    if case .skipped? = state[inject.id] { return .dropped("what it follows was not done") }
    let due = due(inject)
    if words.held.contains(inject.id) { return .held(due) }
    if case .word = inject.cue { return .onWord }
    return due.map { .due($0) } ?? .waiting
  }

  /// When it is due; nil: what it follows has not happened.
  private func due(_ inject: Inject) -> Moment? {
    switch inject.cue {
    case .at(let span): return began?.advanced(by: span)
    case .after(let id, let delay):
      guard let result = state[id]?.result, let verdict = result.verdict, verdict != .missed else {
        return nil
      }
      return result.at.advanced(by: delay)
    case .overdue(let id, let delay):
      guard let expectation = exercise.expected.first(where: { $0.id == id }),
        let opened = opened(expectation)
      else { return nil }
      // What was done in time needs no help.
      if case .judged(.met, _)? = expected[id] { return nil }
      if case .judged(.late, _)? = expected[id] { return nil }
      return opened.advanced(by: expectation.within).advanced(by: delay)
    case .word: return nil
    }
  }

  private func act(on inject: Inject) -> ExerciseBoard.Act? {
    guard let standing = injects[inject.id] else { return nil }
    if case .due(let moment) = standing, moment <= now, !isDoneInTime(inject) {
      return .fire(inject.id)
    }
    guard isOver else { return nil }
    switch standing {
    case .waiting where isAsked(inject): return .drop(inject.id, why: "it was not needed")
    case .due: return .drop(inject.id, why: "the time was over")
    case .held: return .drop(inject.id, why: "it was held back")
    case .onWord: return .drop(inject.id, why: "the facilitator did not use it")
    case .waiting, .fired, .dropped: return nil
    }
  }

  /// Whether help would come for what is seen to be done at this very moment.
  private func isDoneInTime(_ inject: Inject) -> Bool {
    guard case .overdue(let id, _) = inject.cue else { return false }
    return proposals.contains { if case .judge(id, .met, _, _) = $0 { true } else { false } }
  }

  /// Whether its cue is asked for, so that it can be dropped.
  private func isAsked(_ inject: Inject) -> Bool {
    if case .waitingForPerson? = state[ExerciseGraph.cue(of: inject.id)] { true } else { false }
  }

  // MARK: The end

  /// Whether nothing can happen any more but the end.
  private var isThrough: Bool {
    if case .waitingForPerson? = state[ExerciseGraph.end] { return true }
    return false
  }
}

extension StepResult {
  /// The verdict on an expected action.
  fileprivate var verdict: ExpectationVerdict? {
    outputs["verdict"]?.text.flatMap(ExpectationVerdict.init)
  }
}
