extension RunEvent {
  /// Which run stands for a step that runs another runbook.
  ///
  /// Of a run that is started it is the intent: the run is made after this is recorded, under the
  /// name that it gives, so that a crash between the two loses and doubles nothing.
  public struct NestedBound: Sendable, Hashable, Codable {
    /// How the run came to stand for the step.
    public enum Way: String, Sendable, Hashable, Codable, CaseIterable {
      /// It was begun for the step.
      case started
      /// It was under way already.
      case joined
      /// It had ended well, not too long ago.
      case adopted
    }

    public let step: StepID
    public let attempt: Int
    public let run: RunID
    public let runbook: RunbookID
    public let way: Way
    /// The end of its chain as it was found; nil of one that is still to be made.
    public let head: ChainHead?
    public let by: String
    public let at: Moment

    public init(
      step: StepID,
      attempt: Int,
      run: RunID,
      runbook: RunbookID,
      way: Way,
      head: ChainHead? = nil,
      by: String,
      at: Moment
    ) {
      self.step = step
      self.attempt = attempt
      self.run = run
      self.runbook = runbook
      self.way = way
      self.head = head
      self.by = by
      self.at = at
    }
  }

  /// That a run which was to be started is there.
  public struct NestedMade: Sendable, Hashable, Codable {
    public let step: StepID
    public let run: RunID
    public let head: ChainHead
    public let at: Moment

    public init(step: StepID, run: RunID, head: ChainHead, at: Moment) {
      self.step = step
      self.run = run
      self.head = head
      self.at = at
    }
  }

  /// How the run that stands for a step ended.
  public struct NestedEnded: Sendable, Hashable, Codable {
    public let step: StepID
    public let run: RunID
    public let outcome: RunOutcome
    /// The sentence that its own record ends with, or why it could not be made.
    public let summary: String
    /// The end of its chain; nil: it was never made.
    public let head: ChainHead?
    /// When it ended, which is what the freshness of its evidence counts from.
    public let ended: Moment
    /// When that was taken note of.
    public let at: Moment

    public init(
      step: StepID,
      run: RunID,
      outcome: RunOutcome,
      summary: String,
      head: ChainHead?,
      ended: Moment,
      at: Moment
    ) {
      self.step = step
      self.run = run
      self.outcome = outcome
      self.summary = summary
      self.head = head
      self.ended = ended
      self.at = at
    }
  }

  /// That a run no longer stands for a step; it goes on by itself.
  public struct NestedReleased: Sendable, Hashable, Codable {
    public let step: StepID
    public let run: RunID
    public let by: String
    public let reason: String
    public let at: Moment

    public init(step: StepID, run: RunID, by: String, reason: String, at: Moment) {
      self.step = step
      self.run = run
      self.by = by
      self.reason = reason
      self.at = at
    }
  }

  /// What happened between a step and the run that stands for it.
  public enum NestedEvent: Sendable, Hashable {
    case bound(NestedBound)
    case made(NestedMade)
    case ended(NestedEnded)
    case released(NestedReleased)
  }
}

extension RunEvent.NestedEvent {
  /// The step whose runbook it is.
  public var step: StepID {
    switch self {
    case .bound(let event): event.step
    case .made(let event): event.step
    case .ended(let event): event.step
    case .released(let event): event.step
    }
  }

  /// The run that stands for the step.
  public var run: RunID {
    switch self {
    case .bound(let event): event.run
    case .made(let event): event.run
    case .ended(let event): event.run
    case .released(let event): event.run
    }
  }

  /// The end of the other run's chain that the event binds, where it binds one.
  public var head: ChainHead? {
    switch self {
    case .bound(let event): event.head
    case .made(let event): event.head
    case .ended(let event): event.head
    case .released: nil
    }
  }

  /// The word that names the event, and its fields.
  var parts: (kind: RunEvent.Kind, fields: any Encodable) {
    switch self {
    case .bound(let fields): (.nestedBound, fields)
    case .made(let fields): (.nestedMade, fields)
    case .ended(let fields): (.nestedEnded, fields)
    case .released(let fields): (.nestedReleased, fields)
    }
  }

  /// What happened, in a sentence.
  public var sentence: String {
    switch self {
    case .bound(let event):
      switch event.way {
      case .started: "\(event.by) starts \(event.runbook) as the run \(event.run)"
      case .joined: "\(event.by) joins the run \(event.run), which is under way"
      case .adopted: "\(event.by) takes the finished run \(event.run) for it"
      }
    case .made(let event): "the run \(event.run) is there"
    case .ended(let event): "the run \(event.run) \(event.outcome.rawValue): \(event.summary)"
    case .released(let event): "\(event.by) lets the run \(event.run) go: \(event.reason)"
    }
  }
}
