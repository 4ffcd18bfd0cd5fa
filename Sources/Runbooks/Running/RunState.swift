/// Where a run stands: the sum of its events, a pure value.
///
/// No clock, no file and no chance enters it, so that replaying a journal gives
/// the state the run had, on any machine. It decides what may happen next
/// (``effects(now:)``, ``events(for:by:at:)``); only ``RunEngine`` acts.
public struct RunState: Sendable, Hashable {
  /// The runbook the run is pinned to, with the risks it is pinned to once it is created.
  public private(set) var runbook: Runbook
  /// `site.…` in expressions, as it was when the run began.
  public let site: Value

  /// What the run is; nil before its first event.
  public internal(set) var created: RunEvent.RunCreated?
  /// Who drives, or drove last.
  public internal(set) var driver: RunEvent.DriverAttached?
  /// Whether a driver holds the run; a crash leaves this true.
  public internal(set) var isAttached = false
  /// How many runners have held the run.
  public internal(set) var epoch = 0
  /// The driver's offer to hand over, until it is taken or the driver leaves.
  public internal(set) var offer: RunEvent.DriveOffered?
  /// The lock the run waits for.
  public internal(set) var lockWait: RunEvent.LockAwaited?
  public internal(set) var pause: RunEvent.RunPaused?
  /// What is known of the guardrails that were read, in the order of their first reading.
  public internal(set) var guardrails: [GuardrailStanding] = []
  /// Why the run is coming to its end before its steps are through.
  public internal(set) var ending: Ending?
  public internal(set) var ended: RunEvent.RunEnded?
  /// The undoing of what the run did, once somebody has asked for it.
  public internal(set) var rollback: Rollback?
  /// The state of a simulated world after the last step that changed it.
  public internal(set) var world: BlobReference?
  /// The latest moment of the run's clock that an event names.
  public internal(set) var latest = Moment(milliseconds: 0)

  var graph: StepLinks
  var secrets: RunSecrets
  var states: SharedList<StepState>
  /// What expressions read of the steps that have ended.
  var outputs: StepOutputs
  /// Attempts made of each step, over the whole run.
  var attempts: [Int]
  /// Attempts made before a person last asked for one more.
  var attemptsForgiven: [Int]
  /// Everyone who performed a step or answered for its end.
  var performers: SharedList<Set<String>>
  /// Steps that a person let begin, with what they let go.
  var released: [Int: RunEvent.StepReleased] = [:]
  /// Steps that are neither pending nor ended.
  var active: Set<Int> = []
  /// Pending steps of which some need can no longer be satisfied.
  var blocked: [Int: SkipReason] = [:]
  var endedCount = 0
  /// What each step has left in the world, where it has.
  var traces: SharedList<StepTrace?>
  var tracesLeft = 0

  /// Why a run comes to an early end.
  public enum Ending: Sendable, Hashable, Codable {
    case failed(StepID)
    case aborted(by: String, reason: String)
  }

  /// A run of that runbook before its first event.
  public init(of runbook: Runbook, site: Value = .record([:])) {
    self.runbook = runbook
    self.site = site
    graph = StepLinks(of: runbook)
    secrets = RunSecrets(of: runbook)
    states = SharedList(runbook.steps.map { _ in .pending })
    outputs = StepOutputs(of: graph)
    attempts = runbook.steps.map { _ in 0 }
    attemptsForgiven = attempts
    performers = SharedList(runbook.steps.map { _ in [] })
    traces = SharedList(runbook.steps.map { _ in nil })
    for index in states.indices { refresh(index) }
  }

  /// Takes up what the run is, and the risks its steps are pinned to.
  mutating func take(up created: RunEvent.RunCreated) {
    self.created = created
    if let risks = created.risks { runbook = runbook.pinned(to: risks) }
  }

  /// The sum of some events, in order.
  public init(
    of runbook: Runbook,
    site: Value = .record([:]),
    replaying events: some Sequence<RunEvent>
  ) throws(RunStateError) {
    self.init(of: runbook, site: site)
    for event in events { try apply(event) }
  }
}

extension RunState {
  /// The state of a step; nil for a step the runbook does not have.
  public subscript(step: StepID) -> StepState? {
    graph.index[step].map { states[$0] }
  }

  /// Every step with its state, in the order of the file.
  public var steps: [(step: Step, state: StepState)] {
    zip(runbook.steps, states).map { (step: $0.0, state: $0.1) }
  }

  /// How many attempts of a step were made.
  public func attemptCount(of step: StepID) -> Int {
    graph.index[step].map { attempts[$0] } ?? 0
  }

  /// Everyone who performed a step or answered for its end.
  public func performers(of step: StepID) -> Set<String> {
    graph.index[step].map { performers[$0] } ?? []
  }

  /// The name of the run; empty before its first event.
  public var run: RunID { created?.run ?? RunID("") }

  /// The world the run happens in; a plan before its first event.
  public var mode: World { created?.mode ?? .plan }

  /// Whether some step has an intent and no end.
  public var isBusy: Bool {
    rollback?.isBusy == true
      || active.contains { if case .running = states[$0] { true } else { false } }
  }

  /// Whether nothing further begins because the driver's terminal is gone.
  public var waitsForDriver: Bool {
    driver != nil && !isAttached && ended == nil && created?.pace == .attended
      && runbook.onDisconnect == .wait
  }

  /// Whether some step was worked out and not done.
  var hasPlannedSteps: Bool {
    states.contains { if case .planned = $0 { true } else { false } }
  }

  /// What expressions see now.
  public var scope: Scope { scope(over: outputs) }

  func scope(over outputs: StepOutputs) -> Scope {
    Scope(
      inputs: inputsInScope,
      site: site,
      run: TypeScope.RunName.values {
        switch $0 {
        case .id: run.name
        case .world: mode.rawValue
        case .operator: driver?.by ?? created?.by ?? ""
        }
      },
      steps: outputs
    )
  }

  /// Where the run stands as a whole.
  public var status: RunStatus {
    guard created != nil else { return .notCreated }
    if let ended { return .ended(ended.outcome, summary: ended.summary) }
    if isBusy || ending != nil && rollback == nil { return .running }
    if let pause { return .paused(by: pause.by, reason: reason(of: pause)) }
    let waiting = waitingItems
    if hasWork { return .running }
    return waiting.contains { $0.kind == .unknown } ? .unknown(waiting) : .waiting(waiting)
  }

  /// Whether the engine has something to do without a person, now or later.
  private var hasWork: Bool {
    if rollback != nil { return !rollbackEffects(openUnknowns).isEmpty }
    if !blocked.isEmpty || endedCount == states.count { return true }
    return active.contains { index in
      switch states[index] {
      case .ready: !waitsForRelease(index) && missingSecrets(index).isEmpty
      case .waitingUntil: missingSecrets(index).isEmpty
      case .running: true
      case .inRun(let standing): standing.head == nil
      case .failed(_, .undecided): rollsBackByItself(runbook.steps[index])
      case .unknown(let outcome): outcome.settlement == .open
      default: false
      }
    }
  }

  /// Everything that waits for a person, in the order of the file.
  public var waitingItems: [WaitingItem] {
    if rollback != nil { return rollbackItems }
    return active.sorted().compactMap { waitingItem(at: $0) }
  }

  func waitingItem(at index: Int) -> WaitingItem? { waitingItem(at: index, in: states[index]) }

  /// What a step, or the compensation of one, waits for in that state.
  func waitingItem(at index: Int, in state: StepState) -> WaitingItem? {
    let step = runbook.steps[index]
    let own = step.responsibility.responsible.map { [$0] } ?? []
    switch state {
    case .ready, .waitingUntil:
      let missing = missingSecrets(index)
      guard missing.isEmpty else {
        return WaitingItem(
          step: step.id,
          kind: .secret,
          roles: own,
          what: "the secret \(missing.joined(separator: ", "))"
        )
      }
      guard waitsForRelease(index) else { return nil }
      return WaitingItem(
        step: step.id,
        kind: .release,
        roles: own,
        what: "a \(step.risk.rawValue) that waits for a go: \(go(of: step.id))"
      )
    case .waitingForPerson(.task(let asked)):
      let kind: WaitingItem.Kind =
        switch asked.task {
        case .manual: .manual
        case .answer: .answer
        case .runbook: .runbook
        }
      return WaitingItem(step: step.id, kind: kind, roles: own, what: asked.text)
    case .inRun(let standing):
      guard standing.head != nil else { return nil }
      return WaitingItem(
        step: step.id,
        kind: .run,
        roles: own,
        what: "the run \(standing.run) of \(standing.runbook) is under way"
      )
    case .waitingForPerson(.approval(let request, let given)):
      let missing = request.count - given.count
      return WaitingItem(
        step: step.id,
        kind: .approval,
        roles: request.roles,
        what: "\(missing) of \(request.count) sign-offs: \(request.statement)"
      )
    case .failed(let result, .undecided):
      return WaitingItem(
        step: step.id,
        kind: .failure,
        roles: own,
        what: result.summary,
        choices: choices(about: index)
      )
    case .unknown(let outcome):
      guard case .leftToPeople(let why) = outcome.settlement else { return nil }
      if let proposal = outcome.proposal {
        return WaitingItem(
          step: step.id,
          kind: .unknown,
          roles: [],
          what: "\(proposal.sentence); a second person confirms it or not",
          choices: choices(about: index)
        )
      }
      return WaitingItem(
        step: step.id,
        kind: .unknown,
        roles: own,
        what: why,
        choices: choices(about: index)
      )
    default: return nil
    }
  }

  /// What people may decide about a step, or about its undoing, as the commands are called.
  private func choices(about index: Int) -> [String] {
    let id = runbook.steps[index].id
    let commands: [(RunEvent.DecisionMade.Decision, RunCommand)] = [
      (.retry, .retry(id, reason: "")), (.skip, .skip(id, reason: "")),
      (.markDone, .markDone(id, reason: "")), (.acceptFailure, .acceptFailure(id, reason: "")),
    ]
    let possible = commands.filter { objection(to: $0.0, about: index) == nil }.map(\.1.word)
    let rollBack = rollback == nil ? [RunCommand.rollBack(reason: "").word] : []
    return possible + rollBack + [RunCommand.abort(reason: "").word]
  }
}

/// The edges of a runbook by position, worked out once a run.
struct StepLinks: Sendable, Hashable {
  let index: [StepID: Int]
  /// For each step, the steps that need it.
  let dependents: [[Int]]

  init(of runbook: Runbook) {
    var index: [StepID: Int] = [:]
    for (position, step) in runbook.steps.enumerated() { index[step.id] = position }
    var dependents: [[Int]] = runbook.steps.map { _ in [] }
    for (position, step) in runbook.steps.enumerated() {
      for need in Set(step.needs.map(\.step)) {
        if let source = index[need] { dependents[source].append(position) }
      }
    }
    self.index = index
    self.dependents = dependents
  }

  /// A step and all that come after it, in the order of the file.
  func closure(of start: Int) -> [Int] {
    var found: Set<Int> = [start]
    var front = [start]
    while let next = front.popLast() {
      for dependent in dependents[next] where found.insert(dependent).inserted {
        front.append(dependent)
      }
    }
    return found.sorted()
  }
}
