import TUI
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

@Suite("The plan on the screen") struct PlanScreenTests {
  private static let now = Drill.start.advanced(by: .seconds(7200))

  private static func run(
    _ runbook: String,
    _ status: RunStatus,
    signed: (String, Role)? = nil,
    driver: String? = nil
  ) -> PlanRun {
    PlanRun(
      run: RunID("\(runbook)-20261122T0310-aaaa"),
      runbook: RunbookID(runbook),
      status: status,
      driver: driver,
      operators: Drill.site.operators.map { RunOperator($0) },
      count: 16,
      ended: 12,
      proved: [:],
      signatures: signed.map {
        [.init(step: "sign-off", by: $0.0, roles: [$0.1], isByKey: true, at: Drill.start)]
      } ?? [],
      began: Drill.start,
      last: Drill.start
    )
  }

  /// The shipped plan with wave 0 and 1 done, MS-1 waiting for its signature and MS-3 under way.
  static func board() -> ConsoleScript {
    var script = ConsoleScript()
    script.press("P")
    guard let plan = PlanLoader.read(library: ConsoleBinary(state: "").root + "/runbooks")?.value
    else { return script }
    let done = RunStatus.ended(.completed, summary: "done")
    let asked = WaitingItem(step: "sign-off", kind: .approval, roles: ["E3"], what: "Sign")
    let runs =
      plan.waves.prefix(2).flatMap(\.tickets).map {
        run($0.id.name.lowercased(), done, signed: ("sofia", $0.accountable))
      } + [
        run("ms-1", .waiting([asked])), run("ms-2", done, signed: ("sofia", "E3")),
        run("ms-3", .running, driver: "marek"),
      ]
    let entries = [("relay", CheckVerdict.pass), ("open-ports", .fail), ("rspamd", .pass)].map {
      CheckHistory.Entry(
        check: CheckID($0.0),
        verdict: $0.1,
        summary: "",
        advice: nil,
        at: Drill.start,
        milliseconds: 1,
        since: Drill.start,
        before: nil,
        inputs: [:]
      )
    }
    let board = PlanBoard(plan, runs: runs, checks: CheckHistory(entries: entries), now: now)
    _ = script.model.update(.plan(.success(board)))
    return script
  }

  @Test("tickets stand by wave with state, proofs and who is waited for; counts and path above")
  func shows() {
    var script = Self.board()
    #expect(script.shows("6/27 tickets"))
    #expect(script.shows("critical path: MS-1"))
    script.press("/", "M", "S", "-", "enter")
    #expect(script.shows("sign-off"))
    #expect(script.shows("sofia: asked"))
    #expect(script.shows("marek drives"))
    #expect(script.shows("sofia key"))
  }

  @Test("the pointer stops at tickets and criteria alone, and the details say what does not hold")
  func moves() {
    var script = Self.board()
    script.press("G")
    #expect(script.shows("EXIT-8"))
    #expect(script.shows("check open-ports: FAILS"))
    script.press("enter")
    #expect(script.shows("── SEC-5 "))
    script.press("g")
    #expect(script.shows("── P0-1 "))
  }

  @Test(
    "enter says what comes first where a ticket is blocked, and where there is no runbook for it"
  )
  func refuses() {
    var blocked = Self.board()
    blocked.press("/", "M", "S", "-", "4", "enter", "enter")
    #expect(blocked.model.notice.plain.contains("MS-3 first"))
    var unknown = Self.board()
    unknown.press("/", "Q", "A", "-", "1", "enter", "enter")
    #expect(unknown.model.notice.plain.contains("no runbook qa-1"))
  }

  @Test("enter on a ticket that is done opens the run that did it, to read")
  func reads() {
    var script = Self.board()
    script.press("g", "enter")
    guard case .read(let run)? = script.effects.last else {
      Issue.record("it was not opened for reading")
      return
    }
    #expect(run == RunID("p0-1-20261122T0310-aaaa"))
  }

  @Test("why there is no plan is said in its place")
  func problem() {
    var script = ConsoleScript()
    script.press("P")
    #expect(script.shows("Reading the plan"))
    _ = script.model.update(.plan(.failure(CommandFailure(.noInput, "There is no plan.yaml."))))
    #expect(script.shows("There is no plan.yaml."))
  }
}
