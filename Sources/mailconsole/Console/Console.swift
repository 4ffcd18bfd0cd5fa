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
  private var requests: [TerminalRequest] = []

  private init(_ model: ConsoleModel, _ services: ConsoleServices, _ executor: TerminalExecutor) {
    self.model = model
    self.services = services
    self.executor = executor
  }

  /// Runs a console until the operator leaves or the terminal is lost; returns the exit status.
  static func run(
    _ workplace: Workplace,
    session: RunSession?,
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
        canSuspend: Suspension.isPossible,
        preview: StepPreview(catalogue: workplace.shelf.catalogue, site: workplace.site)
      ),
      size: terminal.size,
      keys: keys,
      shelf: workplace.shelf.entries.map { ShelfEntry(runbook: $0, standing: .reading) }
    )
    let executor = TerminalExecutor()
    let services = ConsoleServices(workplace)
    let console = Console(model, services, executor)
    // The first frame does not wait for the records of all runs.
    console.assumeIsolated { console in
      if let session { console.open(session) } else { console.perform(.readShelf) }
    }
    var loop = EventLoop(terminal: terminal, executor: executor)
    let code = loop.run(console)
    // What runs finishes and is recorded; then the run is let go.
    let reason = code == EventLoop.hangUpCode ? "the terminal was lost" : "the operator left"
    terminal.close()
    try? blocking { await services.letGo(reason: reason) }
    return code
  }

  // MARK: TerminalApplication

  func render(on frame: inout Frame) { model.draw(on: &frame) }

  func handle(_ event: InputEvent) { apply(.input(event)) }

  var exitCode: Int32? { model.exitCode }

  func takeRequest() -> TerminalRequest? {
    requests.isEmpty ? nil : requests.removeFirst()
  }

  // MARK: Events and effects

  private func apply(_ event: ConsoleEvent) {
    for effect in model.update(event) { perform(effect) }
  }

  private func perform(_ effect: ConsoleEffect) {
    switch effect {
    case .terminal(let request): requests.append(request)
    case .start(let runbook, let inputs):
      work { services in
        .session(try await services.start(runbook, inputs: inputs))
      }
    case .resume(let run):
      work { services in .session(try await services.resume(run)) }
    case .send(let command, let name):
      work { services in
        try await services.send(command, by: name)
        return .nothing
      }
    case .findKeys(let people):
      work { services in .event(.signingKeys(await services.keys(of: people))) }
    case .readShelf:
      work { services in .event(.shelf(try services.workplace.shelfEntries())) }
    case .readQueue:
      work { services in .event(.queueRead(try await services.queue())) }
    case .readMessage(let id):
      work { services in
        .event(.messageRead(title: id, text: try await services.message(id)))
      }
    }
  }

  /// What came of work done elsewhere.
  private enum Outcome: Sendable {
    case nothing
    case event(ConsoleEvent)
    case session(RunSession)
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
    case .session(let session): open(session)
    }
  }

  /// Shows a run and begins to drive it.
  private func open(_ session: RunSession) {
    do {
      let state = try session.openingState()
      apply(.opened(RunModel(state: state, entries: session.entries)))
    } catch {
      apply(.refused(Self.message(error)))
      return
    }
    let updates = session.engine.updates(buffering: 100_000)
    let services = services
    Task.detached(executorPreference: WorkExecutor.shared) {
      for await update in updates { await self.apply(.run(update)) }
    }
    Task.detached(executorPreference: WorkExecutor.shared) {
      do {
        try await services.drive(session)
      } catch {
        await self.apply(.refused(Self.message(error)))
      }
    }
  }

  private static func message(_ error: any Error) -> String {
    switch error {
    case let failure as OperationFailure: "\(failure.sentence) \(failure.advice)"
    default: RunSession.failure(error).message
    }
  }
}
