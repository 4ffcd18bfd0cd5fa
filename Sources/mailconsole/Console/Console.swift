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

  private var model: ConsoleModel
  private let services: ConsoleServices
  private var gate = KeyGate<ConsoleModel.Place>()
  private var requests: [TerminalRequest] = []

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
      _ = try workplace.store.list()
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
    let keys: KeyTable<ConsoleAction>
    do throws(KeyTableError) {
      keys = try ConsoleKeys.table()
    } catch {
      preconditionFailure("the shipped key table is checked by a test: \(error)")
    }
    let model = ConsoleModel(
      context: ConsoleContext(
        site: workplace.site,
        world: workplace.world,
        operatorName: workplace.actor,
        remark: terminal.profile.remark,
        lifetimeWarning: RunnerProcess.Home.find().warning,
        canSuspend: Suspension.isPossible,
        unusable: workplace.shelf.unusable,
        preview: StepPreview(catalogue: workplace.shelf.catalogue, site: workplace.site)
      ),
      size: terminal.size,
      keys: keys,
      shelf: workplace.unreadShelf
    )
    let executor = TerminalExecutor()
    let services = ConsoleServices(workplace)
    let console = Console(model, services, executor)
    // The first frame does not wait for the records of all runs.
    if let run {
      let opened = try OpenedRun.look(run, at: workplace)
      console.assumeIsolated { $0.open(opened) }
    } else {
      console.assumeIsolated { $0.perform(.readShelf) }
    }
    var loop = EventLoop(terminal: terminal, executor: executor)
    let code = loop.run(console)
    // What runs finishes and is recorded by the runner.
    let reason = code == EventLoop.hangUpCode ? "the terminal was lost" : "the operator left"
    terminal.close()
    console.assumeIsolated { $0.partingWords }.forEach(Output.line)
    try? blocking { await services.leave(reason: reason) }
    return code
  }

  // MARK: TerminalApplication

  func render(on frame: inout Frame) { model.draw(on: &frame) }

  func shown(isInputWaiting: Bool) {
    gate.shown(model.place, isInputWaiting: isInputWaiting, now: .now)
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
    return [
      "\(run.id): \(LeavingWords.what(run.state))",
      LeavingWords.back(to: run.id, services.workplace.comeBack),
    ]
  }

  // MARK: Events and effects

  private func apply(_ event: ConsoleEvent) {
    let effects = model.update(event)
    if case .form(let dialog)? = model.overlay, dialog.asksForSecret { ProcessSecrecy.begin() }
    for effect in effects { perform(effect) }
  }

  private func perform(_ effect: ConsoleEffect) {
    switch effect {
    case .terminal(let request): requests.append(request)
    case .start(let runbook, let inputs):
      work { services in
        .opened(try services.start(runbook, inputs: inputs))
      }
    case .look(let run):
      work { services in .opened(try OpenedRun.look(run, at: services.workplace)) }
    case .resume(let run):
      work { services in .opened(try OpenedRun.take(run, at: services.workplace)) }
    case .send(let command, let name):
      guard let state = model.run?.state else { return }
      work { services in
        try await services.send(command, by: name, seeing: state)
        return .nothing
      }
    case .findKeys(let people):
      work { services in .event(.signingKeys(await services.keys(of: people))) }
    case .read(let run):
      work { services in .opened(try OpenedRun.read(run, at: services.workplace)) }
    case .readRuns: work { services in .event(.runs(try services.workplace.runs())) }
    case .readEvidence(let file):
      work { services in .event(.evidenceRead(file, try await services.evidence(file))) }
    case .readShelf:
      work { services in .event(.shelf(try services.workplace.shelfEntries())) }
    case .readRecord(let sequence):
      work { services in .event(.recordRead(try await services.record(after: sequence))) }
    case .readQueue:
      let world = model.run?.state.world
      work { services in .event(.queueRead(try await services.queue(in: world))) }
    case .readMessage(let id):
      let world = model.run?.state.world
      work { services in
        .event(.messageRead(title: id, text: try await services.message(id, in: world)))
      }
    }
  }

  /// What came of work done elsewhere.
  private enum Outcome: Sendable {
    case nothing
    case event(ConsoleEvent)
    case opened(OpenedRun)
  }

  /// Does something off the terminal's thread and takes in what came of it.
  private func work(_ body: @escaping @Sendable (ConsoleServices) async throws -> Outcome) {
    let services = services
    Task.detached(executorPreference: WorkExecutor.shared) {
      do {
        await self.take(try await body(services))
      } catch {
        await self.apply(.refused(Self.message(error)))
      }
    }
  }

  private func take(_ outcome: Outcome) {
    switch outcome {
    case .nothing: break
    case .event(let event): apply(event)
    case .opened(let opened): open(opened)
    }
  }

  /// Shows a run and follows it while its runner lives.
  private func open(_ opened: OpenedRun) {
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
        await self.apply($0, of: opened.run)
      }
      if opened.client != nil { await self.apply(.runnerEnded(opened.run)) }
    }
  }

  /// Takes in what a run tells, if it is still the one that is open.
  private func apply(_ update: RunUpdate, of run: RunID) {
    if model.run?.id == run { apply(.run(update)) }
  }

  private static func message(_ error: any Error) -> String {
    switch error {
    case let failure as OperationFailure: "\(failure.sentence) \(failure.advice)"
    default: RunSession.failure(error).message
    }
  }
}
