import Glibc
import Synchronization

@testable import Runbooks

/// What happened in the outside world, as the outside world saw it.
///
/// A class because it outlives the engines that write to it.
final class Ledger: Sendable {
  private let storage = Mutex<[String]>([])
  func add(_ line: String) { storage.withLock { $0.append(line) } }
  var lines: [String] { storage.withLock { $0 } }
}

/// An operation that writes to the ledger and then ends as it was told.
struct FakeOperation: Operation {
  enum Behaviour: Sendable {
    case passes
    case fails(OperationFailure)
    /// Fails that many times, counted in the ledger, then passes.
    case failsFirst(Int)
  }

  let declaration: OperationDeclaration
  let ledger: Ledger
  var behaviour = Behaviour.passes
  var output: [UInt8] = []

  init(
    _ name: String,
    risk: Risk = .change,
    repeatable: Bool = false,
    _ ledger: Ledger,
    _ behaviour: Behaviour = .passes,
    output: [UInt8] = []
  ) {
    declaration = OperationDeclaration(
      name: OperationName(name),
      summary: "Writes to the ledger.",
      parameters: [.init("text", .string, help: "what to write")],
      results: [.init("count", .integer, help: "entries")],
      risk: risk,
      isRepeatable: repeatable
    )
    self.ledger = ledger
    self.behaviour = behaviour
    self.output = output
  }

  func plan(
    _ arguments: Arguments,
    for site: Site
  ) throws(OperationFailure) -> [PlannedAction] {
    [PlannedAction(argv: ["ledger", declaration.name.name, arguments["text"]?.text ?? ""])]
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    if let simulation = context.simulation { return try end(count: count(in: simulation)) }
    ledger.add(arguments["text"]?.text ?? declaration.name.name)
    if !output.isEmpty { await context.output(output) }
    return try end()
  }

  private func count(in simulation: Simulation) -> Int? {
    simulation.act { world in
      world.now += 30
      if declaration.risk > .read {
        world.state["count"] = .integer((world.state["count"]?.int ?? 0) + 1)
      }
      return world.state["count"]?.int
    }
  }

  private func end(count: Int? = nil) throws(OperationFailure) -> OperationResult {
    let entries = ledger.lines.count
    switch behaviour {
    case .fails(let failure): throw failure
    case .failsFirst(let times) where entries <= times:
      throw OperationFailure(.failed, "not yet", advice: "wait", effect: .none)
    case .passes, .failsFirst:
      return OperationResult(
        values: ["count": .integer(count ?? entries)],
        summary: "\(count ?? entries) entries",
        evidence: [
          Evidence(name: "ledger", mediaType: "text/plain", bytes: Array("\(entries)".utf8))
        ]
      )
    }
  }
}

/// Small runbooks, sites and engines for tests.
enum Fixtures {
  static let place = SourcePosition(file: "test.yaml", line: 1, column: 1)

  static func expression(_ text: String) -> Expression {
    do { return try Expression(parsing: text, at: place) } catch { preconditionFailure("\(error)") }
  }

  static func template(_ text: String) -> Template {
    do { return try Template(parsing: text, at: place) } catch { preconditionFailure("\(error)") }
  }

  static func call(_ name: String, _ text: String? = nil) -> OperationCall {
    OperationCall(
      operation: OperationName(name),
      arguments: text.map { ["text": .literal(.string($0))] } ?? [:],
      position: place
    )
  }

  static func check(_ name: String, pass: String = "true", freshFor: Duration? = nil) -> Check {
    Check(subject: .operation(call(name)), pass: expression(pass), freshFor: freshFor)
  }

  static func step(
    _ id: String,
    _ body: StepBody,
    needs: [String] = [],
    on ending: Need.Ending = .succeeded,
    when: String? = nil,
    risk: Risk = .read,
    retry: RetryPolicy? = nil,
    onFailure: FailurePolicy = .ask,
    doneWhen: Check? = nil
  ) -> Step {
    Step(
      id: StepID(id),
      title: id,
      body: body,
      needs: needs.map { Need(step: StepID($0), on: ending, position: place) },
      when: when.map(expression),
      risk: risk,
      retry: retry,
      onFailure: onFailure,
      doneWhen: doneWhen,
      position: place
    )
  }

  static func note(_ id: String, needs: [String] = []) -> Step {
    step(id, .note(template("read this")), needs: needs)
  }

  static func manual(_ id: String, needs: [String] = []) -> Step {
    step(id, .manual(ManualTask(instructions: template("do this"))), needs: needs)
  }

  static func approve(
    _ id: String,
    needs: [String] = [],
    count: Int = 1,
    not steps: [String] = [],
    expires: Duration? = nil,
    onReject: Approval.Rejection = .abort,
    typed: String? = nil
  ) -> Step {
    step(
      id,
      .approve(
        Approval(
          roles: [Role("E4")],
          count: count,
          statement: template("go on"),
          evidence: steps.map { StepID($0) },
          notPerformersOf: steps.map { StepID($0) },
          expires: expires,
          onReject: onReject,
          confirmByTyping: typed.map(template)
        )
      ),
      needs: needs
    )
  }

  static func runbook(_ steps: [Step], id: String = "trial") -> Runbook {
    let text = steps.map { "\($0.id) \($0.body.keyword)" }.joined(separator: "\n")
    return Runbook(
      id: RunbookID(id),
      kind: .runbook,
      title: "Trial",
      version: "1.0.0",
      owner: Role("E1"),
      summary: "",
      inputs: [],
      steps: steps,
      source: RunbookSource(path: "test.yaml", text: text)
    )
  }

  static let site = Site(
    name: "lab",
    domain: "example.org",
    mailHost: "mail.example.org",
    addresses: [],
    node: "n1",
    stage: "lab",
    kubernetes: .init(
      kubeconfig: nil,
      context: nil,
      namespace: "mail",
      workload: "daemonset/mail",
      selector: "app=mail",
      container: "postfix"
    ),
    manifests: nil,
    directory: "/nowhere",
    operators: [
      SiteOperator(name: "ana", roles: [Role("E1"), Role("E4")]),
      SiteOperator(name: "bo", roles: [Role("E4")]),
      SiteOperator(name: "cy", roles: [Role("E4")]),
      SiteOperator(name: "dan", roles: [Role("E9")]),
    ],
    scenario: nil,
    record: .record(["name": .string("lab")])
  )

  static let start = Moment(seconds: 1_795_316_400)

  /// A head as it is kept elsewhere, unsigned.
  static func kept(_ head: ChainHead) -> WitnessedHead {
    WitnessedHead(run: RunID("run-1"), head: head, at: start)
  }

  static func created(
    _ runbook: Runbook,
    _ mode: World = .live,
    pace: Pace = .automatic,
    duties: Duties? = nil
  ) -> RunEvent {
    .runCreated(
      .init(
        run: RunID("run-1"),
        runbook: runbook.id,
        title: runbook.title,
        version: "1.0.0",
        text: runbook.source.digest,
        mode: mode,
        site: "lab",
        siteRecord: Digest(of: "site"),
        inputs: [:],
        console: "test",
        operators: site.operators.map { RunOperator(name: $0.name, roles: $0.roles) },
        allowedSigners: nil,
        duties: duties,
        world: nil,
        pace: pace,
        by: "ana",
        at: start
      )
    )
  }

  /// A directory that is gone afterwards.
  static func withState<T>(_ body: (RunStore) async throws -> T) async throws -> T {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var name = Array("\(base)/mailconsole-test-XXXXXX".utf8CString)
    guard mkdtemp(&name) != nil else { throw SystemFiles.error(base) }
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { removeAll(path) }
    return try await body(RunStore(state: path))
  }

  static func removeAll(_ path: String) {
    if let names = try? SystemFiles.names(in: path) {
      for name in names { removeAll(path + "/" + name) }
      rmdir(path)
    } else {
      unlink(path)
    }
  }

  static func creation(
    _ runbook: Runbook,
    _ mode: World = .live,
    run: String = "run-1"
  ) -> RunStore.Creation {
    RunStore.Creation(
      run: RunID(run),
      runbook: runbook,
      site: site,
      mode: mode,
      world: mode == .tabletop
        ? SimulatedWorld(state: [:], now: 1_795_316_400, seed: 7) : nil,
      console: "test",
      by: "ana"
    )
  }

  static func setting(
    _ runbook: Runbook,
    _ operations: [any Operation],
    _ clock: any RunClock,
    commands: any CommandPerformer = NoCommands()
  ) -> RunSetting {
    RunSetting(
      runbook: runbook,
      site: site,
      catalogue: OperationCatalogue(operations),
      commands: commands,
      clock: clock,
      driver: "ana",
      processID: 1
    )
  }

  /// An engine over a new run, attached.
  static func engine(
    _ store: RunStore,
    _ runbook: Runbook,
    _ operations: [any Operation] = [],
    _ mode: World = .live,
    clock: any RunClock = ManualRunClock(wall: start),
    commands: any CommandPerformer = NoCommands()
  ) async throws -> (RunEngine, OpenRun) {
    let run = try store.create(creation(runbook, mode), clock: clock)
    let engine = try RunEngine(
      run,
      entries: try run.entries(),
      setting(runbook, operations, clock, commands: commands)
    )
    try await engine.attach()
    return (engine, run)
  }
}

/// Says done, signs off and retries for whoever is asked.
struct AgreeableDecider: Decider {
  var signers = ["bo", "cy", "ana"]

  func decide(_ item: WaitingItem, in state: RunState, head: ChainHead) async -> Decision? {
    switch item.kind {
    case .release: return Decision(.release(item.step), by: "ana")
    case .secret:
      return state.missingSecrets(of: item.step).first.map {
        Decision(.giveSecret($0, .string("s3cret of \($0)")), by: "ana")
      }
    case .manual: return Decision(.done(item.step, note: "done", fields: [:]), by: "ana")
    case .answer: return Decision(.answer(item.step, [:]), by: "ana")
    case .runbook: return Decision(.startRun(item.step), by: "ana")
    case .run: return nil
    case .approval:
      guard case .waitingForPerson(.approval(_, let given))? = state[item.step] else { return nil }
      let signer = signers.first { name in !given.contains { $0.by == name } }
      return signer.map {
        Decision(.approve(item.step, comment: "", typed: nil, seen: head.hash), by: $0)
      }
    case .failure: return Decision(.acceptFailure(item.step, reason: "known"), by: "ana")
    case .unknown:
      return .confirmation(of: item.step, in: state)
        ?? Decision(.markDone(item.step, reason: "looked"), by: "ana")
    }
  }
}

extension Decision {
  /// A second person's word on what was proposed about an unknown outcome; nil: nothing was.
  static func confirmation(of step: StepID, in state: RunState) -> Decision? {
    state.subject(of: step)?.proposal.map {
      Decision(.confirm(step, $0.decision, reason: "looked as well"), by: "cy")
    }
  }
}

extension RunStore {
  /// Opens a run without looking at its record, for tests that damage or rewind one.
  func open(
    _ run: RunID,
    by name: String,
    clock: any RunClock = SystemRunClock()
  ) throws -> OpenRun {
    guard let directory = directory(of: run), SystemFiles.length(of: directory.journal) != nil
    else { throw JournalError.missing(path: runs + "/" + run.name) }
    return try OpenRun(run, in: directory, lock: try lock(directory, for: name, clock))
  }
}
