/// Where a run stands, as one value that a console takes up without the events that led there.
///
/// A runner gives it to consoles that attach, so that attaching costs the same however long the
/// record is. It goes from process to process of one version and is never kept: the journal is
/// the truth, and whoever performs a run replays it.
public struct RunSnapshot: Sendable, Codable {
  /// The end of the chain it stands for.
  public let head: ChainHead
  private let created: RunEvent.RunCreated?
  private let driver: RunEvent.DriverAttached?
  private let isAttached: Bool
  private let epoch: Int
  private let offer: RunEvent.DriveOffered?
  private let lockWait: RunEvent.LockAwaited?
  private let pause: RunEvent.RunPaused?
  private let guardrails: [GuardrailStanding]
  private let ending: RunState.Ending?
  private let ended: RunEvent.RunEnded?
  private let world: BlobReference?
  private let latest: Moment
  private let states: [StepState]
  private let attempts: [Int]
  private let attemptsForgiven: [Int]
  private let performers: [Set<String>]
  private let released: [Int: RunEvent.StepReleased]
  private let secretInputs: [String: SecretMark]
  private let heldSecrets: Set<SecretMark>
  private let traces: [StepTrace?]
  private let tracesLeft: Int
  private let rollback: Rollback?

  /// What a state adds up to at that end of its chain.
  public init(of state: RunState, at head: ChainHead) {
    self.head = head
    created = state.created
    driver = state.driver
    isAttached = state.isAttached
    epoch = state.epoch
    offer = state.offer
    lockWait = state.lockWait
    pause = state.pause
    guardrails = state.guardrails
    ending = state.ending
    ended = state.ended
    world = state.world
    latest = state.latest
    states = Array(state.states)
    attempts = state.attempts
    attemptsForgiven = state.attemptsForgiven
    performers = Array(state.performers)
    released = state.released
    secretInputs = state.secrets.inputs
    heldSecrets = state.secrets.held
    traces = Array(state.traces)
    tracesLeft = state.tracesLeft
    rollback = state.rollback
  }

  /// The state, over the runbook that the run is pinned to; nil when it is of another text.
  public func state(of runbook: Runbook, site: Value) -> RunState? {
    let count = runbook.steps.count
    guard created?.text == runbook.source.digest,
      created?.checks == runbook.source.checkDigests, states.count == count,
      attempts.count == count,
      attemptsForgiven.count == count, performers.count == count, traces.count == count,
      released.keys.allSatisfy({ (0..<count).contains($0) })
    else { return nil }
    var state = RunState(of: runbook, site: site)
    if let created { state.take(up: created) }
    state.driver = driver
    state.isAttached = isAttached
    state.epoch = epoch
    state.offer = offer
    state.lockWait = lockWait
    state.pause = pause
    state.guardrails = guardrails
    state.ending = ending
    state.ended = ended
    state.world = world
    state.latest = latest
    state.attempts = attempts
    state.attemptsForgiven = attemptsForgiven
    state.performers = SharedList(performers)
    state.released = released
    state.secrets.inputs = secretInputs
    state.secrets.held = heldSecrets
    state.traces = SharedList(traces)
    state.tracesLeft = tracesLeft
    state.rollback = rollback
    state.restore(states)
    return state
  }
}

extension RunState {
  /// Takes over the states of all steps, and works out what follows from them.
  fileprivate mutating func restore(_ all: [StepState]) {
    states = SharedList(all)
    endedCount = 0
    active = []
    for (index, state) in all.enumerated() {
      if state.hasEnded {
        endedCount += 1
        outputs.set(state.namesInScope, at: index)
      } else if state != .pending {
        active.insert(index)
      }
    }
    for index in all.indices { refresh(index) }
  }
}
