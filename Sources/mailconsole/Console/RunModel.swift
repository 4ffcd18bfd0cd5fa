internal import Runbooks
internal import TUI

/// The run a console has open: the state, its record, and the output of its steps.
struct RunModel: Sendable {
  var state: RunState
  /// The record from its first event on, as far as it has been read; where a run has come from its
  /// runner it is read once somebody wants to see it.
  private(set) var entries: [JournalEntry]
  /// The end of the chain as far as this console has heard of it.
  private(set) var chain: ChainHead?
  /// Live output of this console's lifetime, by step.
  private(set) var logs = OutputLogs()
  /// Ended attempts whose kept output is to be read because not all of it came.
  private(set) var unread: [UnreadOutput] = []
  let layout: GraphLayout
  /// Whether a runner performs the run; without one nothing moves and nothing can be decided.
  var hasRunner: Bool
  /// Whose keys are asked to sign in other consoles, by step.
  private(set) var signing: [StepID: Set<String>] = [:]
  /// Why the engine stopped, when the record could not be written.
  var stopped: String?
  /// Whether this console saw the runner end without letting the run go.
  private(set) var hasLostRunner = false

  /// A run with the entries of its journal so far.
  init(
    state: RunState,
    head: ChainHead? = nil,
    entries: [JournalEntry],
    hasRunner: Bool = true
  ) {
    self.hasRunner = hasRunner
    chain = head ?? entries.last.map { ChainHead(sequence: $0.sequence, hash: $0.hash) }
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

  /// Whether anything in the run goes on: a runner lives and records.
  var isMoving: Bool { hasRunner && stopped == nil }

  /// Takes in that no runner performs the run any more.
  mutating func runnerEnded() {
    hasRunner = false
    hasLostRunner = state.ended == nil && state.isAttached
  }

  /// The steps whose attempt began and whose end this console has not heard of.
  var open: [StepID] {
    let undone = (state.rollback?.compensations ?? []).map { ($0.step, $0.state) }
    return (state.steps.map { ($0.step.id, $0.state) } + undone).compactMap { step, state in
      if case .running = state { step } else { nil }
    }
  }

  /// How the run broke off while this console had it open, as the end of the command; nil: it did
  /// not, or nothing of it is lost.
  var brokenOff: CommandFailure? {
    guard state.ended == nil else { return nil }
    let open = open.map(\.name).joined(separator: ", ")
    let lost =
      open.isEmpty
      ? "Nothing was under way."
      : "Under way and without a recorded end: \(open). What came of it counts as unknown until it "
        + "is settled."
    if let stopped {
      let last = chain.map { "The last recorded event is \($0.sequence). " } ?? ""
      return CommandFailure(.io, "\(id) broke off. \(stopped)\n\(last)\(lost)")
    }
    guard hasLostRunner, !open.isEmpty else { return nil }
    return CommandFailure(.unknown, "The runner of \(id) ended without a word. \(lost)")
  }

  /// The head of the chain as far as this console has seen it.
  var head: Digest? { chain?.hash }

  /// Whether all of the record that is known of has been read.
  var isRecordRead: Bool { entries.last?.sequence ?? 0 == chain?.sequence ?? 0 }

  /// Takes in what was read of the record; what this console has not heard of yet comes as events.
  mutating func take(record: [JournalEntry]) {
    let known = entries.last?.sequence ?? 0
    let end = chain?.sequence ?? 0
    entries += record.filter { $0.run == id && $0.sequence > known && $0.sequence <= end }
  }

  /// Takes in what the engine tells.
  ///
  /// An entry seen before is passed over, so that reading the journal and
  /// watching it may overlap.
  mutating func take(_ update: RunUpdate) {
    switch update {
    case .recorded(let entry):
      guard entry.sequence == (chain?.sequence ?? 0) + 1 else { return }
      if isRecordRead { entries.append(entry) }
      chain = ChainHead(sequence: entry.sequence, hash: entry.hash)
      switch entry.event {
      case .stepEnded(let ended), .compensation(.ended(let ended)):
        if logs.end(ended), let output = ended.output {
          unread.append(UnreadOutput(ended.step, ended.attempt, output))
        }
      default: break
      }
      // The engine applied it before it was committed.
      do {
        try state.apply(entry.event)
      } catch {
        stopped = "\(error)"
      }
    case .output(let piece): logs.take(piece)
    case .signing(let notice):
      if notice.isOver {
        signing[notice.step]?.remove(notice.by)
      } else {
        signing[notice.step, default: []].insert(notice.by)
      }
    case .stopped(let error):
      stopped = "\(error)"
    }
  }

  /// That a key is asked to sign at a step in another console; nil: none is.
  func signingWords(at step: StepID) -> StyledText? {
    guard state.ended == nil, let people = signing[step], !people.isEmpty else { return nil }
    let names = people.sorted().joined(separator: " and ")
    return StyledText("The key of \(names) is asked to sign it now, in another console.", .waiting)
  }

  /// The kept outputs to be read now; each is asked for once.
  mutating func takeUnread() -> [UnreadOutput] {
    defer { unread = [] }
    return unread
  }

  /// The kept output of an ended step that is looked at and of which nothing is here.
  func unseenOutput(of step: StepID) -> UnreadOutput? {
    guard logs.lacks(step), let result = state.subject(of: step)?.result,
      let output = result.output
    else { return nil }
    return UnreadOutput(step, result.attempt, output)
  }

  /// Takes in a kept output that was read.
  mutating func take(_ output: KeptOutput, of unread: UnreadOutput) {
    logs.replace(unread.step, unread.attempt, by: output)
  }

  /// Whether a person must act on a step now.
  func needsPerson(_ step: StepID) -> Bool {
    state.subject(of: step)?.needsPerson == true || waitsForPerson(step)
  }

  /// Whether a step could begin and waits for a go, or for a secret.
  private func waitsForPerson(_ step: StepID) -> Bool {
    state.waitsForRelease(step) || !state.missingSecrets(of: step).isEmpty
  }

  /// What a person's word about a step is about: the step, or what undoes it.
  func subject(_ id: StepID) -> Step? {
    let step = runbook.steps.first { $0.id == id }
    return state.rollback?.begun == nil ? step : step?.compensating
  }

  /// The step an operator should look at: what waits for a person, else what
  /// runs, else the last that ended.
  var focus: Int? {
    let steps = state.steps
    if let rollback = state.rollback {
      let turn =
        rollback.next?.step ?? state.waitingItems.first?.step ?? rollback.compensations.last?.step
      if let turn { return steps.firstIndex { $0.step.id == turn } }
    }
    return steps.firstIndex { $0.state.needsPerson || waitsForPerson($0.step.id) }
      ?? steps.firstIndex(where: \.state.isUnderWay)
      ?? steps.lastIndex { $0.state.hasEnded && !$0.state.isSkipped }
  }
}

extension RunModel {
  /// Where in the record the driver let go or was lost for the last time.
  private var parting: (index: Int, reason: String)? {
    for (index, entry) in entries.enumerated().reversed() {
      switch entry.event {
      case .driverDetached(let left): return (index, left.reason)
      case .driverAttached, .driveTaken: return nil
      default: continue
      }
    }
    return nil
  }

  /// Why nobody drives any more, in the words of the record.
  var partingWords: String? { parting?.reason }

  /// What happened since, for whoever comes next: the last few events in a line each.
  var happenedSince: [String] {
    guard let parting else { return [] }
    let since = entries[(parting.index + 1)...]
    guard !since.isEmpty else { return [] }
    let shown = since.suffix(4)
    let more = since.count - shown.count
    return ["Since then\(more > 0 ? ", after \(more) more events that J shows" : ""):"]
      + shown.map { $0.event.line }
  }
}

/// An output that was kept and is not all on the screen.
struct UnreadOutput: Sendable, Hashable {
  let step: StepID
  let attempt: Int
  let output: BlobReference

  init(_ step: StepID, _ attempt: Int, _ output: BlobReference) {
    self.step = step
    self.attempt = attempt
    self.output = output
  }
}
