internal import ClusterOps
internal import Runbooks
internal import TUI

/// The console: holds the model, draws it, and has its effects done.
///
/// An actor because the model is changed by the keyboard and by engines that
/// run elsewhere; it lives on the terminal's thread (see `TerminalExecutor`).
actor Console: TerminalApplication {
  private let executor: TerminalExecutor
  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  var model: ConsoleModel
  let services: ConsoleServices
  private var gate = KeyGate<ConsoleModel.Place>()
  private var requests: [TerminalRequest] = []
  /// What is done elsewhere and waited for, by the number the model knows it by.
  private(set) var work: [Int: Work] = [:]
  private var lastNumber = 0
  private var isReadingLibrary = false
  /// Nothing is read beside the first frame that would take the processor from it.
  private var readsShelfWhenShown = false
  var nextTick: ContinuousClock.Instant?
  /// When what is drawn of the world's clock is no longer true.
  var nextWorldTick: ContinuousClock.Instant?
  /// Reads the exercise at which this console has a seat, whenever it goes on.
  private var following: Task<Void, Never>?
  /// The run that the console was called for, until it is open.
  private var called: RunID?
  /// Why that run could not be opened.
  private var failure: CommandFailure?
  /// Why a run could not be begun or gone on with, for want of a record, and none was since.
  private var unrecorded: CommandFailure?

  struct Work {
    let run: RunID?
    /// Whether a run is begun or gone on with.
    let opens: Bool
    let task: Task<Outcome, any Error>
  }

  private init(_ model: ConsoleModel, _ services: ConsoleServices, _ executor: TerminalExecutor) {
    self.model = model
    self.services = services
    self.executor = executor
  }

  /// Runs a console until the operator leaves or the terminal is lost; returns the exit status.
  static func run(
    _ workplace: Workplace,
    run: RunID?,
    on terminal: CursesTerminal
  ) throws(CommandFailure) -> Int32 {
    // A state directory that cannot be read is said before a screen opens.
    do throws(JournalError) {
      try workplace.store.requireReadable()
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
    let keys: KeyTable<ConsoleAction>
    do throws(KeyTableError) {
      keys = try ConsoleKeys.table()
    } catch {
      preconditionFailure("the shipped key table is checked by a test: \(error)")
    }
    var model = ConsoleModel(
      context: ConsoleContext(
        site: workplace.site,
        world: workplace.world,
        operatorName: workplace.actor,
        remark: terminal.profile.remark,
        lifetimeWarning: RunnerProcess.Home.find().warning,
        canSuspend: Suspension.isPossible,
        preview: StepPreview(catalogue: workplace.shelf.catalogue, site: workplace.site)
      ),
      size: terminal.size,
      keys: keys,
      shelf: workplace.unreadShelf,
      status: .kept(at: workplace),
      now: SystemRunClock().read().wall,
      home: workplace.seat?.place == .facilitator ? ExerciseScreen() : StatusScreen()
    )
    model.exercise = workplace.seat.map { SeatModel(seat: $0) }
    let executor = TerminalExecutor()
    let services = ConsoleServices(workplace)
    let console = Console(model, services, executor)
    // The first frame waits for no record and no runner.
    console.assumeIsolated { $0.begin(on: run) }
    var loop = EventLoop(terminal: terminal, executor: executor)
    let code = loop.run(console)
    // What runs finishes and is recorded by the runner.
    let reason = code == EventLoop.hangUpCode ? "the terminal was lost" : "the operator left"
    terminal.close()
    console.assumeIsolated { $0.partingWords }.forEach(Output.line)
    let silent = console.assumeIsolated { $0.end(reason: reason) }
    if let silent { Output.error(silent.parting) }
    if let failure = console.assumeIsolated({ $0.failure }) { throw failure }
    // To leave a run that broke off is no good end of the command, whatever key it was left by.
    if code == ExitStatus.done.rawValue, let lost = console.assumeIsolated({ $0.lost }) {
      throw lost
    }
    return code
  }

  private func begin(on run: RunID?) {
    following = followExercise()
    guard let run else {
      readsShelfWhenShown = true
      return
    }
    called = run
    apply(.called(run))
    perform(.look(run))
  }

  /// Ends all that is under way, processes included, and leaves the run.
  ///
  /// - Returns: the runner that does not answer.
  private func end(reason: String) -> SilentRunner? {
    following?.cancel()
    let services = services
    let tasks = work.values.map(\.task)
    for task in tasks { task.cancel() }
    let alarm = Alarm(after: PendingWork.quiet) {
      Output.error("Waiting until the runner knows that you left, and what was begun has ended…")
    }
    defer { alarm.cancel() }
    return try? blocking {
      let silent = await services.leave(reason: reason)
      // Bounded: what a task waits for has a deadline, and a cancelled process is killed in the end.
      for task in tasks { _ = await task.result }
      return silent
    }
  }

  // MARK: TerminalApplication

  func render(on frame: inout Frame) { model.draw(on: &frame) }

  func shown(isInputWaiting: Bool) {
    gate.shown(model.place, isInputWaiting: isInputWaiting, now: .now)
    guard readsShelfWhenShown else { return }
    readsShelfWhenShown = false
    for effect in model.screen.readAnew { perform(effect) }
    apply(.checks(.due))
  }

  func handle(_ event: InputEvent) {
    apply(.input(gate.admit(event, at: model.place, now: .now)))
    gate.took(leadingTo: model.place)
  }

  var exitCode: Int32? { model.exitCode }

  func takeRequest() -> TerminalRequest? {
    requests.isEmpty ? nil : requests.removeFirst()
  }

  /// What goes on without the operator, and how to come back; nothing where no run is open.
  private var partingWords: [String] {
    guard let run = model.run, run.state.ended == nil else { return [] }
    let back = LeavingWords.back(to: run.id, services.workplace.comeBack)
    return run.isMoving ? ["\(run.id): \(LeavingWords.what(run.state))", back] : [back]
  }

  /// What the record of the open run lacks, or of one that could not be begun.
  private var lost: CommandFailure? { model.run?.brokenOff ?? unrecorded }

  // MARK: Events and effects

  func apply(_ event: ConsoleEvent) {
    model.read(SystemRunClock())
    let effects = model.update(event) + model.lookIfDue()
    if case .form(let dialog)? = model.overlay, dialog.asksForSecret { ProcessSecrecy.begin() }
    nextWorldTick = model.clockHolds(by: SystemRunClock()).map { .now + $0 }
    for effect in effects { perform(effect) }
  }

  private func perform(_ effect: ConsoleEffect) {
    switch effect {
    case .terminal(let request): requests.append(request)
    case .leaveWork: leaveWork()
    case .start(let runbook, let inputs):
      work(.opening(runbook.name)) { services in
        .opened(try await services.start(runbook, inputs: inputs))
      }
    case .look(let run):
      work(.opening(run.name), run) { services in
        .opened(try await OpenedRun.look(run, at: services.workplace))
      }
    case .resume(let run):
      work(.opening(run.name), run) { services in
        .opened(try await OpenedRun.take(run, at: services.workplace))
      }
    case .send(let command, let name): send(command, by: name)
    case .findKeys(let people):
      work { services in .event(.signingKeys(await services.keys(of: people))) }
    case .read(let run):
      work { services in .opened(try OpenedRun.read(run, at: services.workplace)) }
    case .readChecks: work { services in .event(.checks(services.readChecks())) }
    case .lookAtChecks(let isAsked): lookAtChecks(isAsked)
    case .readCheckEvidence(let card, let entry):
      work { services in
        let page = await services.evidence(of: card, entry)
        return .event(.messageRead(title: card.id.name, text: Array(page.utf8)))
      }
    case .readPlan: work { services in .event(.plan(services.readPlan())) }
    case .readRuns: work { services in .event(.runs(try services.workplace.runs())) }
    case .readEvidence(let file):
      guard let run = model.run?.id else { return }
      work { services in .event(.evidenceRead(run, file, try await services.evidence(file))) }
    case .readShelf:
      work { services in
        let place = services.workplace
        return .event(.shelf(try place.shelfEntries(place.unreadShelf)))
      }
      readLibrary()
    case .readRunbook(let id):
      work { services in .event(services.runbook(id)) }
    case .readRecord(let sequence):
      guard let run = model.run?.id else { return }
      work { services in .event(.recordRead(run, try await services.record(after: sequence))) }
    case .readOutput(let unread):
      guard let run = model.run?.id else { return }
      work { services in .event(.outputRead(run, unread, try await services.output(unread))) }
    case .readExercise:
      guard let desk = ExerciseDesk(at: services.workplace) else { return }
      work { _ in .event(.exercise(desk.read())) }
    case .order(let order):
      guard let desk = ExerciseDesk(at: services.workplace) else { return }
      work(.answer) { _ in
        try await desk.carryOut(order)
        return .event(.ordered(order.done))
      }
    case .readQueue:
      let world = model.run?.state.world
      work(.reading("the queue")) { services in
        .event(.queueRead(try await services.queue(in: world)))
      }
    case .readMessage(let id):
      let world = model.run?.state.world
      work(.reading("the message")) { services in
        .event(.messageRead(title: id, text: try await services.message(id, in: world)))
      }
    }
  }

  /// Reads and checks all runbooks beside the frames that need only their heads; once.
  private func readLibrary() {
    guard !isReadingLibrary else { return }
    isReadingLibrary = true
    work { services in
      let shelf = services.workplace.shelf
      return .event(.library(shelf.entries, shelf.unusable))
    }
  }

  private func send(_ command: RunCommand, by name: String) {
    guard let state = model.run?.state else { return }
    let number = lastNumber + 1
    work(.answer, state.run) { services in
      try await services.send(command, by: name, seeing: state) { key in
        let kind = PendingWork.Kind.signature(by: name, key: key.fingerprint)
        self.announce(PendingWork(kind: kind, since: .now), for: number)
      } willSend: { runner in
        let answer = PendingWork(kind: .answer, since: .now, process: runner.process)
        self.announce(answer, for: number)
      }
      return .nothing
    }
  }

  /// What came of work done elsewhere.
  enum Outcome: Sendable {
    case nothing
    case event(ConsoleEvent)
    case opened(OpenedRun)
  }

  /// Does something off the terminal's thread and takes in what came of it.
  ///
  /// - Parameter kind: what is said while it is waited for; nil: it takes no time worth a word.
  private func work(
    _ kind: PendingWork.Kind? = nil,
    _ run: RunID? = nil,
    _ body: @escaping @Sendable (ConsoleServices) async throws -> Outcome
  ) {
    let services = services
    lastNumber += 1
    let number = lastNumber
    // Before it begins: what it announces is later.
    let since = ContinuousClock.now
    let task = Task.detached(executorPreference: WorkExecutor.shared) { try await body(services) }
    let opens = if case .opening? = kind { true } else { false }
    work[number] = Work(run: run, opens: opens, task: task)
    if let kind { change(number, to: PendingWork(kind: kind, since: since)) }
    Task.detached(executorPreference: WorkExecutor.shared) {
      let result = await task.result
      await self.take(result, of: number, isLeft: task.isCancelled)
    }
  }

  /// Looks at every check; what is told of each comes in the order in which it was told.
  private func lookAtChecks(_ isAsked: Bool) {
    let (news, told) = AsyncStream.makeStream(of: CheckNews.self)
    work { services in
      told.yield(await services.look(isAsked: isAsked) { told.yield($0) })
      told.finish()
      return .nothing
    }
    // Not waited for, because a console that ends takes nothing in any more.
    Task.detached(executorPreference: WorkExecutor.shared) {
      for await piece in news { await self.apply(.checks(piece)) }
    }
  }

  /// Told from elsewhere; not waited for, because a console that ends takes nothing in any more.
  private nonisolated func announce(_ pending: PendingWork, for number: Int) {
    Task.detached(executorPreference: WorkExecutor.shared) {
      await self.change(number, to: pending)
    }
  }

  private func change(_ number: Int, to pending: PendingWork) {
    guard work[number] != nil, model.pending[number]?.since ?? pending.since <= pending.since
    else { return }
    apply(.began(number, pending))
    if nextTick == nil { nextTick = .now + PendingWork.quiet }
  }

  private func leaveWork() {
    for number in model.pending.keys { work[number]?.task.cancel() }
  }

  private func take(_ result: Result<Outcome, any Error>, of number: Int, isLeft: Bool) {
    let left = model.pending[number]
    let done = work.removeValue(forKey: number)
    let wasCalled = done?.run == called ? called : nil
    if case .failure(let error) = result, !isLeft, done?.opens == true {
      let failure = RunSession.failure(error)
      unrecorded = failure.status == .io ? failure : unrecorded
    }
    apply(.finished(number))
    if model.pending.isEmpty { nextTick = nil }
    switch result {
    case .success(.nothing): break
    case .success(.event(let event)): if !isLeft { apply(event) }
    case .success(.opened(let opened)): if !isLeft { open(opened) }
    case .failure(let error):
      if !isLeft, wasCalled != nil {
        let failure = RunSession.failure(error)
        self.failure = failure
        model.exitCode = failure.status.rawValue
      } else if !isLeft {
        apply(.refused(Self.message(error)))
      }
    }
    if isLeft, let left { apply(.refused(left.left)) }
    if wasCalled != nil {
      called = nil
      if model.run == nil { perform(.readShelf) }
    }
  }

  /// Shows a run and follows it while its runner lives.
  private func open(_ opened: OpenedRun) {
    unrecorded = nil
    apply(
      .opened(
        RunModel(
          state: opened.state,
          head: opened.head,
          entries: opened.entries,
          hasRunner: opened.client != nil
        )
      )
    )
    let services = services
    Task.detached(executorPreference: WorkExecutor.shared) {
      await services.follow(opened, complain: { await self.apply(.refused($0)) }) {
        await self.apply(.run(opened.run, $0))
      }
      if opened.client != nil { await self.apply(.runnerEnded(opened.run)) }
    }
  }

  private static func message(_ error: any Error) -> String {
    switch error {
    case let failure as OperationFailure: "\(failure.sentence) \(failure.advice)"
    default: RunSession.failure(error).message
    }
  }
}
