/// The undoing of a run: who asked for it, what is undone in which order, and what stands.
///
/// Each compensation has a state of its own beside the step's, so that the results and outputs
/// of the step stay what they were. See `docs/decisions/021-rollback.md`.
public struct Rollback: Sendable, Hashable, Codable {
  public let request: RunEvent.RollbackRequested
  /// When the order was fixed; nil while steps are under way or outcomes are unknown.
  public internal(set) var begun: Moment?
  /// In the order they are undone, one after the other.
  public internal(set) var compensations: [Compensation] = []
  /// What is not undone, and why.
  public internal(set) var standing: [Standing] = []
  /// Who ended the rollback before its end; what is not undone by then stands.
  public internal(set) var stopped: RunEvent.AbortRequested?

  init(_ request: RunEvent.RollbackRequested) { self.request = request }

  /// The undoing of one step.
  public struct Compensation: Sendable, Hashable, Codable {
    public let step: StepID
    public internal(set) var state: StepState
  }

  /// A step whose effect is left as it is.
  public struct Standing: Sendable, Hashable, Codable {
    public let step: StepID
    public let why: String

    public init(step: StepID, why: String) {
      self.step = step
      self.why = why
    }
  }
}

extension Rollback {
  /// The compensation of a step; nil: the rollback does not undo it.
  public subscript(step: StepID) -> Compensation? { compensations.first { $0.step == step } }

  /// The compensation whose turn it is.
  public var next: Compensation? { compensations.first { !$0.state.hasEnded } }

  /// Whether every compensation has come to an end.
  var isOver: Bool { begun != nil && next == nil }

  /// Whether a compensation has an intent and no end.
  var isBusy: Bool {
    compensations.contains { if case .running = $0.state { true } else { false } }
  }

  /// How the run ends: how many were undone, what stands, by whom and why.
  var summary: String {
    var undone = 0
    var planned = 0
    var left = standing.map(\.step.name)
    for compensation in compensations {
      switch compensation.state {
      case .succeeded, .warned, .alreadyDone: undone += 1
      case .planned: planned += 1
      default: left.append(compensation.step.name)
      }
    }
    var parts = ["rolled back by \(request.by): \(request.reason)"]
    if begun != nil { parts.append("\(undone) of \(compensations.count) undone") }
    if planned > 0 { parts.append("\(planned) shown and not undone") }
    if !left.isEmpty {
      let named = left.prefix(Self.longest).joined(separator: ", ")
      let more = left.count > Self.longest ? " and \(left.count - Self.longest) more" : ""
      parts.append("stands: \(named)\(more)")
    }
    if let stopped { parts.append("stopped by \(stopped.by): \(stopped.reason)") }
    return parts.joined(separator: "; ")
  }

  /// The most steps that a summary names.
  private static let longest = 12
}

extension Step {
  /// What undoes it, as a step of the same name; nil when it has no rollback.
  public var compensating: Step? {
    let body: StepBody
    switch rollback {
    case .operation(let call)?: body = .operation(call)
    case .command(let line)?: body = .command(line)
    case .manual(let task)?: body = .manual(task)
    case nil: return nil
    }
    return Step(
      id: id,
      title: "Undo: \(title)",
      purpose: purpose,
      body: body,
      risk: risk,
      responsibility: responsibility,
      timeout: timeout,
      position: position
    )
  }
}
