import Testing

@testable import Runbooks

@Suite("The board of the plan") struct PlanBoardTests {
  private static let now = Moment(milliseconds: 1_796_000_000_000)

  private static func ago(_ days: Int64) -> Moment {
    now.advanced(by: .seconds(-days * 86_400))
  }

  /// A run of a ticket, signed in one role where it says so.
  private static func run(
    _ runbook: String,
    _ status: RunStatus = .ended(.completed, summary: "done"),
    signed role: String? = nil,
    proved: [String] = [],
    daysAgo days: Int64 = 0
  ) -> PlanRun {
    PlanRun(
      run: RunID("\(runbook)-20261130T0905-abcd"),
      runbook: RunbookID(runbook),
      status: status,
      driver: nil,
      operators: [],
      count: 3,
      ended: 3,
      proved: Dictionary(uniqueKeysWithValues: proved.map { (StepID($0), ago(days)) }),
      signatures: role.map {
        [
          .init(
            step: StepID("sign-off"),
            by: "erin",
            roles: [Role($0)],
            isByKey: false,
            at: ago(days)
          )
        ]
      } ?? [],
      began: ago(days),
      last: ago(days)
    )
  }

  private static func checks(_ results: [String: (CheckVerdict, Int64)]) -> CheckHistory {
    CheckHistory(
      entries: results.map { name, result in
        CheckHistory.Entry(
          check: CheckID(name),
          verdict: result.0,
          summary: "",
          advice: nil,
          at: ago(result.1),
          milliseconds: 1,
          since: ago(result.1),
          before: nil,
          inputs: [:]
        )
      }
    )
  }

  private func board(_ runs: [PlanRun] = [], _ checks: CheckHistory = .init()) throws -> PlanBoard {
    let plan = try PlanLoader.read(text: PlanSamples.text, path: "plan.yaml").get()
    return PlanBoard(plan, runs: runs, checks: checks, now: Self.now)
  }

  @Test("where nothing was done, the first ticket is ready and the others wait for those before")
  func nothing() throws {
    let board = try board()
    #expect(
      board.rows.map(\.progress)
        == [.ready, .blocked([PlanID("PL-1")]), .blocked([PlanID("MS-1"), PlanID("PL-1")])]
    )
    #expect(board.criticalPath.map(\.name) == ["PL-1", "MS-1", "MS-2"])
    #expect(!board.isComplete && board.exit.map(\.isMet) == [false])
  }

  @Test(
    "a ticket is done where its run completed, whoever answers for it signed, and not too long ago"
  )
  func done() throws {
    let signed = Self.run("pl-1", signed: "E2")
    #expect(try board([signed]).rows[0].progress == .done(signed))
    #expect(try board([signed]).rows[1].progress == .ready)
    #expect(try board([signed]).criticalPath.map(\.name) == ["MS-1", "MS-2"])
    for (run, why) in [
      (Self.run("pl-1", signed: "E1"), "the owner alone signed"),
      (Self.run("pl-1"), "nobody signed"),
      (Self.run("pl-1", signed: "E2", daysAgo: 91), "it is too old"),
    ] {
      let board = try board([run])
      #expect(board.rows[0].progress == .old(run), "\(why)")
      #expect(board.rows[1].progress == .blocked([PlanID("PL-1")]), "\(why)")
    }
    let failed = Self.run("pl-1", .ended(.failed, summary: "no"), signed: "E2")
    #expect(try board([failed]).rows[0].progress == .ready)
  }

  @Test("an open run shows before one that is too old; the newest of two counts")
  func open() throws {
    let open = Self.run("pl-1", .running)
    let old = Self.run("pl-1", signed: "E2", daysAgo: 100)
    let new = Self.run("pl-1", signed: "E2", daysAgo: 1)
    #expect(try board([old, open]).rows[0].progress == .open(open))
    #expect(try board([old, new, open]).rows[0].progress == .done(new))
  }

  @Test(
    "a check holds for a day; what fails, could not be told, or was never looked at does not",
    arguments: [
      (CheckVerdict.pass, Int64(0), true), (.warn, 0, true), (.pass, 2, false), (.fail, 0, false),
      (.undetermined, 0, false),
    ]
  )
  func checked(verdict: CheckVerdict, days: Int64, isMet: Bool) throws {
    #expect(try board([], Self.checks(["relay": (verdict, days)])).exit[0].isMet == isMet)
  }

  @Test("a step proves once it ended well, in an open run too; a statement only in a completed one")
  func proofs() throws {
    let open = Self.run("queue-triage", .running, proved: ["review"], daysAgo: 3)
    #expect(
      try board([open]).rows[1].findings.map(\.standing) == [.holds(Self.ago(3)), .missing]
    )
    let signed = Self.run("ms-1", signed: "E1", daysAgo: 4)
    #expect(
      try board([signed]).rows[1].findings.map(\.standing) == [.missing, .holds(Self.ago(4))]
    )
    #expect(try board().rows[2].findings.map(\.standing) == [.unproved])
  }

  @Test("the plan names the runs that are read for it")
  func runbooks() throws {
    let plan = try PlanLoader.read(text: PlanSamples.text, path: "plan.yaml").get()
    #expect(
      Set(PlanBoard.runbooks(of: plan).map(\.name)) == ["pl-1", "ms-1", "ms-2", "queue-triage"]
    )
  }
}
