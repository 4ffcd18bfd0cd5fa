internal import ClusterOps
internal import Foundation
internal import Runbooks

/// A run that this process drives: its open record and the engine on it.
struct RunSession: Sendable {
  let record: OpenRun
  let engine: RunEngine
  /// Everything recorded before the engine took over.
  let history: RunHistory
  let run: RunID
  let runbook: Runbook
  /// Who took it.
  let driver: String
  /// Signs what is signed off in this run.
  let desk: SignOffDesk

  /// Creates a run and lets go of it, for a runner to take.
  ///
  /// With a seat at an exercise it is a part of that, in its world.
  ///
  /// - Parameter first: the simulated world it begins in; nil: the workplace's.
  static func create(
    _ runbook: Runbook,
    inputs: [String: Value],
    pace: Pace,
    at workplace: Workplace,
    in first: SimulatedWorld? = nil
  ) throws(CommandFailure) -> RunID {
    try workplace.requireOperator()
    let checked = try InputText.complete(inputs, runbook, workplace.site)
    let parent = try workplace.parent()
    let world = if let first { first } else { try workplace.scenario() }
    let clock = SystemRunClock()
    let run = RunStore.newName(for: runbook.id, at: clock.read().wall)
    do {
      let record = try workplace.store.create(
        .init(
          run: run,
          runbook: runbook,
          site: workplace.site,
          mode: workplace.world,
          inputs: checked,
          world: world,
          pace: pace,
          parent: parent,
          console: Version.text,
          by: workplace.actor
        ),
        clock: clock
      )
      try record.close()
      return run
    } catch {
      throw failure(error)
    }
  }

  /// Takes a run in this process.
  static func resume(_ run: RunID, at workplace: Workplace) throws(CommandFailure) -> RunSession {
    try resume(
      run,
      in: workplace.store,
      on: workplace.site,
      as: workplace.actor,
      runbooks: workplace.runbooks
    )
  }

  /// Takes a run that was begun before, once its record holds and the site is the one it is pinned
  /// to.
  static func resume(
    _ run: RunID,
    in store: RunStore,
    on site: Site,
    as driver: String,
    runbooks: String?
  ) throws(CommandFailure) -> RunSession {
    do {
      return try blocking {
        try await take(run, in: store, on: site, as: driver, runbooks: runbooks)
      }
    } catch {
      throw failure(error)
    }
  }

  /// The same for who waits for nothing on the main thread.
  static func take(
    _ run: RunID,
    in store: RunStore,
    on site: Site,
    as driver: String,
    runbooks: String?
  ) async throws -> RunSession {
    let checked = try await store.open(
      run,
      by: driver,
      on: site,
      signatures: SSHVerifier(),
      load: { try Workplace.pinned($0) }
    )
    return try RunSession(checked, run, site, driver, store, runbooks)
  }

  private init(
    _ checked: RunStore.CheckedRun,
    _ run: RunID,
    _ site: Site,
    _ driver: String,
    _ store: RunStore,
    _ runbooks: String?
  ) throws {
    record = checked.record
    history = checked.history
    self.run = run
    runbook = history.state.runbook
    self.driver = driver
    let signers = try record.directory.pinnedSigners()
    let today: SignersToday = {
      try SiteLoader.signers(directory: site.directory)
    }
    desk = SignOffDesk(pinned: signers, today: today, evidence: record.directory.blobs)
    let commands = CommandRunner(
      supervisor: [ShareDirectory.executablePath(), Program.supervise]
    )
    engine = try RunEngine(
      record,
      history,
      RunSetting(
        runbook: runbook,
        site: site,
        siteRecord: history.state.site,
        catalogue: .standard(runner: commands),
        commands: commands,
        signatures: SSHVerifier(),
        witness: HeadWitness(),
        headSigner: signers.map { signers in
          // A list that cannot be read is told by the check of the next signature.
          SSHHeadSigner { SignerLists(allowed: signers, revoked: (try? today())?.revoked) }
        },
        pinnedSigners: signers,
        signersToday: today,
        lockState: store.state,
        nested: NestedRunStore(store: store, site: site, runbooks: runbooks),
        sharedWorld: Self.sharedWorld(of: history.state, in: store),
        secrets: SecretVault(of: record.directory) { ProcessSecrecy.begin() },
        driver: driver,
        processID: getpid()
      )
    )
  }

  /// The simulated world of a run that is a part of another one, or may have parts.
  private static func sharedWorld(of state: RunState, in store: RunStore) -> SharedWorld? {
    guard state.mode == .tabletop, let created = state.created,
      created.parent != nil || state.runbook.kind == .exercise
        || state.runbook.steps.contains(where: { $0.body.nested != nil })
    else { return nil }
    return store.directory(of: created.root).map(SharedWorld.init)
  }

  /// What went wrong with a run, with the status it ends a command with.
  static func failure(_ error: any Error) -> CommandFailure {
    switch error {
    case let error as CommandFailure: error
    case let error as DriverRefusal: CommandFailure(.busy, "\(error)")
    case let error as UnsoundRecord: CommandFailure(.data, "\(error)")
    case let error as OtherSite: CommandFailure(.usage, "\(error)")
    case let error as JournalError:
      if case .missing(let path) = error {
        CommandFailure(.noInput, "There is no run in \(path). `mailconsole runs` lists them.")
      } else {
        CommandFailure(.io, "\(error)")
      }
    case let error as RunEngineError:
      switch error {
      case .record: CommandFailure(.io, "\(error)")
      case .inconsistent: CommandFailure(.data, "\(error)")
      case .refused: CommandFailure(.usage, "\(error)")
      case .locked: CommandFailure(.busy, "\(error)")
      }
    case let error as RunStateError:
      CommandFailure(.data, RunEngineError.inconsistent(error).description)
    case let error as SigningFailure: CommandFailure(.usage, "\(error)")
    case let error as RunbookProblem: CommandFailure(.data, "\(error)")
    case let error as RunbookProblems: CommandFailure(.data, "\(error)")
    default: CommandFailure(.io, "\(error)")
    }
  }
}

/// Inputs as they come from the command line and from answers files.
enum InputText {
  /// Reads `name=value` words.
  static func read(_ words: [String], for runbook: Runbook) throws(CommandFailure) -> [String:
    Value]
  {
    var values: [String: Value] = [:]
    for word in words {
      let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw CommandFailure(.usage, "--input \(word): write it like name=value.")
      }
      let name = String(parts[0])
      guard let input = runbook.inputs.first(where: { $0.name == name }) else {
        let known = runbook.inputs.map(\.name).joined(separator: ", ")
        throw CommandFailure(
          .usage,
          "--input \(name): \(runbook.id) has no such input"
            + (known.isEmpty ? "; it has none." : "; it has \(known).")
        )
      }
      guard input.form != .secret else {
        throw CommandFailure(
          .usage,
          "--input \(name): it is a secret, and ps(1) lists what is on a command line. "
            + "Type it when you are asked, or name where it is in an answers file: "
            + "{env: NAME} or {file: PATH}."
        )
      }
      do throws(InputRefusal) {
        values[name] = try input.form.read(String(parts[1]))
      } catch {
        throw CommandFailure(.usage, "--input \(name): \(error)")
      }
    }
    return values
  }

  /// Fills in fallbacks and checks that everything required is there.
  static func complete(
    _ given: [String: Value],
    _ runbook: Runbook,
    _ site: Site
  ) throws(CommandFailure) -> [String: Value] {
    var values = given
    let scope = Scope(site: site.record)
    for input in runbook.inputs {
      guard input.form != .secret else {
        // It is given to the process that performs the run, when a step needs it.
        values[input.name] = nil
        continue
      }
      do {
        if let value = values[input.name] {
          values[input.name] = try input.form.accept(value)
        } else if let fallback = input.fallback {
          values[input.name] = try input.form.accept(try fallback.resolve(in: scope))
        } else if input.isRequired {
          throw CommandFailure(
            .usage,
            "\(runbook.id) needs the input `\(input.name)`: \(input.help). "
              + "Give it with --input \(input.name)=…"
          )
        }
      } catch let error as CommandFailure {
        throw error
      } catch {
        throw CommandFailure(.usage, "The input `\(input.name)`: \(error)")
      }
    }
    return values
  }
}
