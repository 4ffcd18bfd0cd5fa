/// Something players did, as the record has it.
public struct ExerciseObservation: Sendable, Hashable {
  /// What was done.
  public enum Act: Sendable, Hashable {
    /// A run was begun.
    case began(RunbookID)
    /// A step ended well, with what it gives.
    case step(RunbookID, StepID, [String: Value])
    /// A check was looked at.
    case look(CheckID)
    /// The message of an inject was answered.
    case answer(StepID)
  }

  /// When, in time of the world.
  public let at: Moment
  public let who: String
  public let act: Act
  /// The run it stands in; nil: in none.
  public let run: RunID?

  public init(at: Moment, who: String, act: Act, run: RunID? = nil) {
    self.at = at
    self.who = who
    self.act = act
    self.run = run
  }

  /// Where it stands, e.g. `sofia, step hold of compromised-account-…`.
  public var words: String {
    let place = run.map { " in \($0)" } ?? ""
    return switch act {
    case .began(let runbook): "\(who) began \(runbook)\(place)"
    case .step(_, let step, _): "\(who), step \(step)\(place)"
    case .look(let check): "\(who) looked at \(check)\(place)"
    case .answer(let inject): "\(who) answered \(inject)"
    }
  }

  /// What the record of a player's run has; a step that was gone back to counts as it stands now.
  public static func all(in state: RunState) -> [ExerciseObservation] {
    guard let created = state.created else { return [] }
    var found = [
      ExerciseObservation(
        at: created.at,
        who: created.by,
        act: .began(created.runbook),
        run: created.run
      )
    ]
    for (step, standing) in state.steps {
      guard standing.hasEnded, let result = standing.result else { continue }
      let who = result.by ?? state.driver?.by ?? created.by
      func observe(_ act: Act) {
        found.append(ExerciseObservation(at: result.at, who: who, act: act, run: created.run))
      }
      if case .check(let check) = step.body, let use = check.use { observe(.look(use.id)) }
      switch standing {
      case .succeeded, .warned, .alreadyDone:
        observe(.step(created.runbook, step.id, result.outputs))
      default: break
      }
    }
    return found
  }

  /// What is said in notes on the exercise's own run: answers to messages, and looks at checks.
  public static func said(in entries: [JournalEntry]) -> [ExerciseObservation] {
    entries.flatMap { entry -> [ExerciseObservation] in
      guard let note = entry.note, ExerciseWord(rawValue: note.text) == nil else { return [] }
      let acts: [Act] =
        note.step.map { [.answer($0)] } ?? looked(note.text).map { .look($0) }
      return acts.map { ExerciseObservation(at: note.at, who: note.by, act: $0) }
    }
  }

  /// The note that says which checks somebody looked at, and what they found.
  public static func note(of findings: [CheckFinding]) -> String {
    looks
      + findings.sorted { $0.check < $1.check }
      .map { "\($0.check) \($0.verdict.rawValue)" }.joined(separator: ", ")
  }

  /// The note that says that somebody read what a check had found.
  public static func note(of check: CheckID, _ verdict: CheckVerdict) -> String {
    looks + "\(check) \(verdict.rawValue)"
  }

  private static let looks = "looked at: "

  private static func looked(_ text: String) -> [CheckID] {
    guard text.hasPrefix(looks) else { return [] }
    return text.dropFirst(looks.count).split(separator: ",").compactMap { part in
      part.split(separator: " ").first.map { CheckID(String($0)) }
    }
  }
}

/// The facilitator's word, kept as a note on a step of the exercise's run.
public enum ExerciseWord: String, Sendable, Hashable {
  /// On an inject: it waits though it is due.
  case held = "held back"
  /// On an inject: no longer.
  case released = "no longer held back"
  /// On the end: nothing more happens.
  case over = "it is over"
}

/// What the facilitator's words add up to.
public struct ExerciseWords: Sendable, Hashable {
  /// The injects that are held back.
  public private(set) var held: Set<StepID> = []
  /// Whether it is over before its time.
  public var isOver = false

  public init() {}

  /// Reads them from the record of the exercise's run.
  public init(_ entries: [JournalEntry]) { self.init(entries.compactMap(\.note)) }

  /// Takes notes in their order.
  init(_ notes: [RunEvent.NoteAdded]) {
    for note in notes {
      guard let step = note.step else { continue }
      switch ExerciseWord(rawValue: note.text) {
      case .held: held.insert(step)
      case .released: held.remove(step)
      case .over: isOver = isOver || step == ExerciseGraph.end
      case nil: break
      }
    }
  }
}

extension JournalEntry {
  /// The note it is; nil: something else.
  fileprivate var note: RunEvent.NoteAdded? {
    if case .noteAdded(let note) = event { note } else { nil }
  }
}

extension Expectation.Sign {
  /// Whether an act is what the sign describes.
  func matches(_ act: ExerciseObservation.Act) -> Bool {
    switch (self, act) {
    case (.step(let runbook, nil, _), .began(let begun)): runbook == begun
    case (.step(let runbook, let step?, let wanted), .step(let done, let ended, let given)):
      runbook == done && step == ended && wanted.allSatisfy { given[$0.key] == $0.value }
    case (.check(let check), .look(let seen)): check == seen
    case (.answer(let inject), .answer(let answered)): inject == answered
    default: false
    }
  }
}
