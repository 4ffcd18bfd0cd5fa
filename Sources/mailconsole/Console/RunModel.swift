internal import Runbooks
internal import TUI

/// The run a console has open: the state, its record, and the output of its steps.
struct RunModel: Sendable {
  var state: RunState
  private(set) var entries: [JournalEntry]
  /// Live output of this console's lifetime, by step.
  private(set) var logs: [StepID: LogBuffer] = [:]
  let layout: GraphLayout
  /// Whether a runner performs the run; without one nothing moves and nothing can be decided.
  var hasRunner: Bool
  /// Why the engine stopped, when the record could not be written.
  var stopped: String?

  /// A run with the entries of its journal so far.
  init(state: RunState, entries: [JournalEntry], hasRunner: Bool = true) {
    self.hasRunner = hasRunner
    self.state = state
    self.entries = entries
    let index = Dictionary(
      state.runbook.steps.enumerated().map { ($1.id, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    layout = GraphLayout(
      needs: state.runbook.steps.map { step in step.needs.compactMap { index[$0.step] } }
    )
  }

  var id: RunID { state.run }
  var runbook: Runbook { state.runbook }

  /// Who drives, or why nobody does, as the header says it to a person.
  func driving(for person: String) -> StyledText? {
    guard let driver = state.driver, state.ended == nil else { return nil }
    if !hasRunner { return StyledText("no runner", .warning) }
    if !state.isAttached { return StyledText("nobody drives", .warning) }
    let words = driver.by == person ? "\(driver.by) drives" : "\(driver.by) drives, you watch"
    return state.offer == nil
      ? StyledText(words) : StyledText("\(words), offered", .waiting)
  }

  /// The head of the chain as far as this console has seen it.
  var head: Digest? { entries.last?.hash }

  /// Takes in what the engine tells.
  ///
  /// An entry seen before is passed over, so that reading the journal and
  /// watching it may overlap.
  mutating func take(_ update: RunUpdate) {
    switch update {
    case .recorded(let entry):
      guard entry.sequence == (entries.last?.sequence ?? 0) + 1 else { return }
      entries.append(entry)
      // The engine applied it before it was committed.
      do {
        try state.apply(entry.event)
      } catch {
        stopped = "\(error)"
      }
    case .output(let step, let bytes):
      logs[step, default: LogBuffer(lineLimit: 100_000)].append(output: bytes)
    case .stopped(let error):
      stopped = "\(error)"
    }
  }

  /// Whether a person must act on a step now.
  func needsPerson(_ step: StepID) -> Bool {
    state[step]?.needsPerson == true || state.waitsForRelease(step)
  }

  /// The step an operator should look at: what waits for a person, else what
  /// runs, else the last that ended.
  var focus: Int? {
    let steps = state.steps
    return steps.firstIndex { $0.state.needsPerson || state.waitsForRelease($0.step.id) }
      ?? steps.firstIndex(where: \.state.isUnderWay)
      ?? steps.lastIndex { $0.state.hasEnded && !$0.state.isSkipped }
  }
}

extension StepState {
  /// Whether a person must act on it now.
  var needsPerson: Bool {
    switch self {
    case .waitingForPerson, .failed(_, .undecided): true
    case .unknown(let outcome): outcome.settlement != .open
    default: false
    }
  }

  /// Whether the engine works on it or waits for it.
  var isUnderWay: Bool {
    switch self {
    case .running, .waitingUntil: true
    default: false
    }
  }

  var isSkipped: Bool {
    if case .skipped = self { true } else { false }
  }
}
