import Testing

@testable import Runbooks

/// What is said to a parent while a run stands for one of its steps: the table of decision 055.
@Suite("What is said to a parent never reaches into its runs") struct NestedCommandTests {
  private static let at = Fixtures.start.advanced(by: .seconds(60))
  private static let step = StepID("first")
  private static let run = RunID("ticket-1")
  private static let head = ChainHead(sequence: 3, hash: Digest(of: "head"))

  private static func wave(freshFor: Duration? = nil) -> Runbook {
    Fixtures.runbook(
      [
        Fixtures.nested(
          "first",
          "ticket",
          with: ["who": .literal(.string("ana"))],
          freshFor: freshFor
        ),
        Fixtures.note("close", needs: ["first"]),
      ],
      id: "wave"
    )
  }

  private static let asked = RunEvent.personAsked(
    .init(
      step: step,
      task: .runbook,
      text: "Run the runbook ticket.",
      arguments: ["who": .string("ana")],
      at: at
    )
  )

  private static func bound(_ way: RunEvent.NestedBound.Way, head: ChainHead?) -> RunEvent {
    .nested(
      .bound(
        .init(
          step: step,
          attempt: 1,
          run: run,
          runbook: RunbookID("ticket"),
          way: way,
          head: head,
          by: "ana",
          at: at
        )
      )
    )
  }

  /// Where the step of the parent stands.
  enum Place: CaseIterable, Sendable {
    case asked, toBeMade, underWay, completed, failed
  }

  private static func state(_ place: Place, _ more: [RunEvent] = []) throws -> RunState {
    let runbook = wave()
    func ended(_ outcome: RunOutcome) -> RunEvent {
      .nested(
        .ended(
          .init(
            step: step,
            run: run,
            outcome: outcome,
            summary: "so it went",
            head: head,
            ended: at,
            at: at
          )
        )
      )
    }
    let events: [RunEvent] =
      switch place {
      case .asked: [asked]
      case .toBeMade: [asked, bound(.started, head: nil)]
      case .underWay: [asked, bound(.joined, head: head)]
      case .completed: [asked, bound(.joined, head: head), ended(.completed)]
      case .failed: [asked, bound(.joined, head: head), ended(.failed)]
      }
    return try RunState(of: runbook, replaying: [Fixtures.created(runbook)] + events + more)
  }

  /// A command, and what comes of it in each place: nil where it is obeyed, else a part of why not.
  struct Row: Sendable {
    let command: RunCommand
    let refusals: [Place: String]
  }

  private static let rows: [Row] = [
    Row(command: .pause(reason: "lunch"), refusals: [:]),
    Row(command: .abort(reason: "enough"), refusals: [:]),
    Row(command: .rollBack(reason: "wrong"), refusals: [:]),
    Row(
      command: .rewind(to: step, reason: "again"),
      refusals: [
        .asked: "has not ended", .toBeMade: "has not ended", .underWay: "has not ended",
        .failed: "has not ended",
      ]
    ),
    Row(
      command: .releaseRun(step, reason: "another"),
      refusals: [.asked: "No run stands", .completed: "No run stands", .failed: "No run stands"]
    ),
    Row(
      command: .skip(step, reason: "not needed"),
      refusals: [
        .toBeMade: "in a run of its own", .underWay: "in a run of its own",
        .completed: "succeeded",
      ]
    ),
    Row(
      command: .done(step, note: "", fields: ["run": .string("other")]),
      refusals: [
        .asked: "a run of another runbook", .toBeMade: "no task", .underWay: "no task",
        .completed: "no task", .failed: "no task",
      ]
    ),
  ]

  @Test("each command is obeyed or refused in words, wherever the step stands", arguments: rows)
  func table(row: Row) throws {
    for place in Place.allCases {
      var state = try Self.state(place)
      do throws(CommandRefusal) {
        let events = try state.events(for: row.command, by: "ana", at: Self.at)
        for event in events { try? state.apply(event) }
        #expect(row.refusals[place] == nil, "\(row.command.word) at \(place) was obeyed")
      } catch {
        let expected = row.refusals[place]
        #expect(
          expected.map { error.message.contains($0) } ?? false,
          "\(row.command.word) at \(place): \(error.message)"
        )
      }
    }
  }

  @Test("an aborted parent names the runs that go on by themselves")
  func abort() throws {
    let state = try Self.state(.underWay, [.abortRequested(.init(by: "ana", reason: "enough"))])
    #expect(
      state.effects(now: Self.at)
        == [.end(.aborted, summary: "ended by ana: enough; goes on by itself: ticket-1")]
    )
  }

  @Test("a paused parent still takes note of how a run ended, and starts nothing")
  func pause() throws {
    let state = try Self.state(.underWay, [.runPaused(.init(by: "ana", reason: "lunch"))])
    #expect(state.effects(now: Self.at) == [.awaitRun(Self.step)])
    let unmade = try Self.state(.toBeMade, [.runPaused(.init(by: "ana", reason: "lunch"))])
    #expect(unmade.effects(now: Self.at).isEmpty)
  }

  @Test(
    "a rollback of the parent leaves what its runs did, and says where to undo it",
    arguments: [
      (Place.underWay, "roll it back there"), (.completed, "as its runbook says"),
      (.failed, "nobody knows"),
    ]
  )
  func rollBack(place: Place, words: String) throws {
    let plan = try Self.state(place).rollbackPlan(at: Self.at)
    #expect(plan.order.isEmpty)
    #expect(plan.standing.first?.step == Self.step)
    #expect(plan.standing.first?.why.contains(words) == true, "\(plan.standing)")
  }

  // MARK: Which runs may stand for a step

  private static func reading(
    _ change: (inout Fields) -> Void = { _ in }
  ) -> NestedReading {
    var fields = Fields()
    change(&fields)
    return NestedReading(
      created: RunEvent.RunCreated(
        run: fields.run,
        runbook: fields.runbook,
        title: "Ticket",
        version: "1.0.0",
        text: Digest(of: "ticket"),
        mode: fields.mode,
        site: fields.site,
        siteRecord: fields.record,
        inputs: fields.inputs,
        console: "test",
        operators: [],
        allowedSigners: nil,
        world: nil,
        by: "bo",
        at: fields.began
      ),
      head: head,
      ended: fields.ended
    )
  }

  struct Fields {
    var run = NestedCommandTests.run
    var runbook = RunbookID("ticket")
    var mode = World.live
    var site = "lab"
    var record = Digest(of: "site")
    var inputs: [String: Value] = ["who": .string("ana")]
    var began = Fixtures.start.advanced(by: .seconds(1))
    var ended: RunEvent.RunEnded?
  }

  private static func end(_ outcome: RunOutcome, after seconds: Int64 = 30) -> RunEvent.RunEnded {
    .init(outcome: outcome, summary: "", at: Fixtures.start.advanced(by: .seconds(seconds)))
  }

  private static let unfit: [(String, NestedReading)] = [
    ("a run of other", reading { $0.runbook = RunbookID("other") }),
    ("a part of it", reading { $0.run = RunID("run-1") }),
    ("world tabletop", reading { $0.mode = .tabletop }),
    ("of the site south", reading { $0.site = "south" }),
    ("as that was then", reading { $0.record = Digest(of: "changed") }),
    ("its input `who`", reading { $0.inputs = ["who": .string("bo")] }),
    ("its input `who`", reading { $0.inputs = [:] }),
    ("it has failed", reading { $0.ended = end(.failed) }),
    ("it has aborted", reading { $0.ended = end(.aborted) }),
    ("in the future", reading { $0.ended = end(.completed, after: 90) }),
    (
      "began before this run",
      reading {
        $0.began = Fixtures.start.advanced(by: .seconds(-60))
        $0.ended = end(.completed)
      }
    ),
  ]

  @Test(
    "a run of something else, of another site, world, input or time is refused",
    arguments: unfit
  )
  func refused(words: String, reading: NestedReading) throws {
    let state = try Self.state(.asked)
    #expect {
      try state.binding(Self.step, to: reading, by: "ana", at: Self.at)
    } throws: { error in
      "\(error)".contains(words)
    }
  }

  @Test("a run under way is joined, also one that began long before")
  func joined() throws {
    let state = try Self.state(.asked)
    let old = Self.reading { $0.began = Fixtures.start.advanced(by: .seconds(-86_400)) }
    let events = try state.binding(Self.step, to: old, by: "ana", at: Self.at)
    #expect(events == [Self.bound(.joined, head: Self.head)])
  }

  @Test(
    "`fresh_for` says how old a finished run may be",
    arguments: [(Duration.seconds(30), true), (.seconds(29), false)]
  )
  func fresh(limit: Duration, isTaken: Bool) throws {
    let runbook = Self.wave(freshFor: limit)
    let state = try RunState(of: runbook, replaying: [Fixtures.created(runbook), Self.asked])
    let reading = Self.reading {
      $0.began = Fixtures.start.advanced(by: .seconds(-60))
      $0.ended = Self.end(.completed)
    }
    let events = try? state.binding(Self.step, to: reading, by: "ana", at: Self.at)
    #expect((events?.count == 2) == isTaken)
  }
}
