import Synchronization

@testable import Runbooks

/// An operation that reads a number, which tests set, and one that sets it.
///
/// A class because the world outside changes while a run goes on.
final class Gauge: Sendable {
  private let state: Mutex<(value: Int?, readings: Int)>

  init(_ value: Int?) { state = Mutex((value, 0)) }

  /// nil: it cannot be reached.
  var value: Int? {
    get { state.withLock { $0.value } }
    set { state.withLock { $0.value = newValue } }
  }

  var readings: Int { state.withLock { $0.readings } }

  fileprivate func read() -> Int? {
    state.withLock {
      $0.readings += 1
      return $0.value
    }
  }
}

/// Reads or sets a gauge; in a simulated world the number is `queue` of its state.
struct GaugeOperation: Operation {
  let declaration: OperationDeclaration
  let gauge: Gauge
  /// What it sets; nil: it reads.
  let sets: Int?

  init(_ name: String, _ gauge: Gauge, sets: Int? = nil) {
    declaration = OperationDeclaration(
      name: OperationName(name),
      summary: "Reads or sets a number.",
      parameters: [],
      results: [.init("total", .integer, help: "messages")],
      risk: sets == nil ? .read : .change,
      isRepeatable: true
    )
    self.gauge = gauge
    self.sets = sets
  }

  func plan(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [PlannedAction] {
    [PlannedAction(argv: [declaration.name.name])]
  }

  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult {
    let found: Int?
    if let simulation = context.simulation {
      found = simulation.act { world in
        if let sets { world.state["queue"] = .integer(sets) }
        world.now += 30
        return world.state["queue"]?.int ?? 0
      }
    } else if let sets {
      gauge.value = sets
      found = sets
    } else {
      found = gauge.read()
    }
    guard let found else {
      throw OperationFailure(.unreachable, "no route", advice: "Look at the line.", effect: .none)
    }
    return OperationResult(values: ["total": .integer(found)], summary: "\(found) messages")
  }
}

enum Guarded {
  static let id = GuardrailID(CheckID("queue-size"))
  static let text = CheckText(id: CheckID("queue-size"), text: "the text of the check\n")

  static func check(warns: Bool = false) -> Check {
    Check(
      subject: .operation(Fixtures.call("look")),
      pass: Fixtures.expression("result.total < 500"),
      warn: warns ? Fixtures.expression("result.total < 2000") : nil,
      use: UsedCheck(
        id: CheckID("queue-size"),
        title: "The queue is short",
        remedy: "Find the causes.",
        runbook: RunbookID("queue-triage"),
        position: Fixtures.place
      )
    )
  }

  static let guardrail = Guardrail(
    check: check(),
    id: CheckID("queue-size"),
    every: .seconds(60),
    position: Fixtures.place
  )

  static func step(
    _ id: String,
    _ body: StepBody,
    needs: [String] = [],
    risk: Risk = .change,
    rollback: Action? = nil,
    guardrails: [Guardrail] = []
  ) -> Step {
    Step(
      id: StepID(id),
      title: id,
      body: body,
      needs: needs.map { Need(step: StepID($0), position: Fixtures.place) },
      risk: risk,
      rollback: rollback,
      guardrails: guardrails,
      position: Fixtures.place
    )
  }

  static func operation(_ name: String) -> StepBody { .operation(Fixtures.call(name)) }

  static func runbook(_ steps: [Step], guardrails: [Guardrail] = [guardrail]) -> Runbook {
    Runbook(
      id: RunbookID("trial"),
      kind: .runbook,
      title: "Trial",
      version: "1.0.0",
      owner: Role("E1"),
      summary: "",
      guardrails: guardrails,
      inputs: [],
      steps: steps,
      source: RunbookSource(path: "test.yaml", text: "trial", checks: [text])
    )
  }

  /// The operations around a gauge: `look`, `grow` to 900 and `shrink` to 10.
  static func operations(_ gauge: Gauge) -> [any Operation] {
    [
      GaugeOperation("look", gauge), GaugeOperation("grow", gauge, sets: 900),
      GaugeOperation("shrink", gauge, sets: 10),
    ]
  }

  /// The first event of a run of that runbook.
  static func created(_ runbook: Runbook, _ mode: World = .live) -> RunEvent {
    guard case .runCreated(let event) = Fixtures.created(runbook, mode) else {
      preconditionFailure("it is one")
    }
    return .runCreated(
      .init(
        run: event.run,
        runbook: event.runbook,
        title: event.title,
        version: event.version,
        text: event.text,
        mode: mode,
        site: event.site,
        siteRecord: event.siteRecord,
        inputs: [:],
        console: event.console,
        operators: event.operators,
        allowedSigners: nil,
        checks: runbook.source.checkDigests,
        world: nil,
        by: event.by,
        at: event.at
      )
    )
  }

  static func read(
    _ verdict: CheckVerdict,
    of id: GuardrailID = id,
    _ summary: String = "900 messages"
  ) -> RunEvent {
    .guardrailRead(
      .init(guardrail: id, verdict: verdict, summary: summary, at: Fixtures.start)
    )
  }

  /// The guardrails' events among some, as `VERDICT` or `overruled`.
  static func verdicts(_ entries: [JournalEntry]) -> [String] {
    entries.compactMap { entry in
      switch entry.event {
      case .guardrailRead(let event): event.verdict.rawValue
      case .guardrailOverruled: "overruled"
      default: nil
      }
    }
  }
}
