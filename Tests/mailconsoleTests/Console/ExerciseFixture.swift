import TUI
import TestSupport

@testable import Runbooks
@testable import mailconsole

/// The shipped exercise of a Friday night, led by wen and played by tomas, sofia and marek.
struct ExerciseFixture {
  static let run = RunID("exercise-friday-night-20261127T2130-k3f9")
  static let exercise: Exercise = {
    let library = ExerciseLibrary(directory: ConsoleBinary(state: "").root + "/runbooks/exercises")
    guard let found = library.exercises.first(where: { $0.id.name == "friday-night" }) else {
      preconditionFailure("the exercise is shipped")
    }
    return found
  }()

  private(set) var state: RunState
  var now: Moment
  private var observed: [ExerciseObservation] = []
  private var notes: [(step: StepID, word: ExerciseWord)] = []
  private var inbox: [InboxMessage] = []
  var pace: Int? = 4
  var players: [PlayerStanding] = []

  init() {
    let runbook = Self.exercise.runbook
    now = Moment(seconds: Self.exercise.scenario.start)
    let first = RunEvent.runCreated(
      .init(
        run: Self.run,
        runbook: runbook.id,
        title: runbook.title,
        version: runbook.version,
        text: runbook.source.digest,
        mode: .tabletop,
        site: Drill.site.name,
        siteRecord: Digest(of: "site"),
        inputs: [:],
        console: "test",
        operators: Drill.site.operators.map { RunOperator($0) },
        allowedSigners: nil,
        world: nil,
        pace: .attended,
        by: "wen",
        at: now
      )
    )
    do {
      state = try RunState(of: runbook, replaying: [first])
    } catch {
      preconditionFailure("\(error)")
    }
    settle()
  }

  /// It began, and that many minutes have passed since.
  static func at(minute: Int) -> ExerciseFixture {
    var fixture = ExerciseFixture()
    fixture.begin()
    fixture.wait(minutes: minute)
    return fixture
  }

  /// A night that goes well enough: looked in time, held late, the abuse desk answered.
  static func night() -> ExerciseFixture {
    var fixture = at(minute: 8)
    fixture.see(.look(CheckID("queue-sender")), by: "tomas")
    fixture.wait(minutes: 10)
    fixture.answer("abuse-desk", "We are stopping it; the account is being locked.", by: "sofia")
    fixture.wait(minutes: 4)
    fixture.see(
      .step(RunbookID("compromised-account"), StepID("hold"), [:]),
      by: "tomas"
    )
    fixture.wait(minutes: 7)
    fixture.players = [
      PlayerStanding(
        run: RunID("compromised-account-20261127T2152-aaaa"),
        runbook: RunbookID("compromised-account"),
        player: "tomas",
        step: "Lock the account",
        status: "waits for E4 (tomas): lock",
        last: fixture.now.advanced(by: .seconds(-130))
      ),
      PlayerStanding(
        run: RunID("queue-triage-20261127T2201-bbbb"),
        runbook: RunbookID("queue-triage"),
        player: "sofia",
        step: "Read the queue",
        status: "running",
        last: fixture.now.advanced(by: .seconds(-20))
      ),
    ]
    return fixture
  }

  var board: ExerciseBoard {
    ExerciseBoard(Self.exercise, state, words: words, observed: observed, at: now)
  }

  private var words: ExerciseWords {
    ExerciseWords(notes.map { .init(step: $0.step, by: "wen", text: $0.word.rawValue, at: now) })
  }

  /// What the facilitator's console reads.
  var news: ExerciseNews {
    ExerciseNews(
      exercise: Self.exercise,
      board: board,
      clock: board.began == nil
        ? nil : pace.map { WorldClock(showing: now, pace: $0, by: StillClock(at: now)) },
      now: now,
      inbox: inbox,
      players: players
    )
  }

  /// What the console of a player with these roles reads.
  func news(of roles: Role...) -> ExerciseNews {
    ExerciseNews(
      exercise: nil,
      board: nil,
      clock: news.clock,
      now: now,
      inbox: inbox.filter { !Set($0.to).isDisjoint(with: roles) },
      players: []
    )
  }

  // MARK: What happens

  mutating func begin() {
    done(ExerciseGraph.begin)
    play()
  }

  mutating func wait(minutes: Int) {
    for _ in 0..<minutes {
      now = now.advanced(by: .seconds(60))
      play()
    }
  }

  mutating func see(_ act: ExerciseObservation.Act, by who: String) {
    observed.append(ExerciseObservation(at: now, who: who, act: act))
    play()
  }

  mutating func answer(_ inject: StepID, _ text: String, by who: String) {
    inbox = inbox.map { message in
      guard message.inject == inject else { return message }
      return message.with(answers: message.answers + [.init(by: who, at: now, text: text)])
    }
    see(.answer(inject), by: who)
  }

  mutating func hold(_ inject: StepID, _ word: ExerciseWord = .held) {
    notes.append((inject, word))
    play()
  }

  mutating func end() {
    notes.append((ExerciseGraph.end, .over))
    play()
  }

  /// A message that no inject of the exercise brings.
  mutating func receive(_ text: String, from sender: String, to roles: Role...) {
    inbox.append(
      InboxMessage(
        number: (inbox.last?.number ?? 0) + 1,
        inject: "extra",
        at: now,
        channel: .mail,
        sender: sender,
        to: roles,
        text: text,
        answers: []
      )
    )
  }

  private mutating func play() {
    settle()
    while let act = board.acts.first {
      switch act {
      case .fire(let inject):
        cue(inject, "yes", "")
        settle()
        // In an attended run it waits for the go that follows the word.
        if state.waitsForRelease(inject) { release(inject) }
      case .drop(let inject, let why): cue(inject, "no", why)
      case .judge(let id, let verdict, let at, let seen):
        done(
          id,
          [
            "verdict": .string(verdict.rawValue), "at": .string(at.description),
            "seen": .string(seen),
          ]
        )
      case .end: done(ExerciseGraph.end)
      }
      settle()
    }
  }

  private mutating func done(_ step: StepID, _ fields: [String: Value] = [:]) {
    apply(.manualDone(.init(step: step, by: "wen", note: "", fields: fields, at: now)))
    settle()
  }

  private mutating func cue(_ inject: StepID, _ fire: String, _ why: String) {
    let values: [String: Value] = ["fire": .string(fire), "why": .string(why)]
    let cue = ExerciseGraph.cue(of: inject)
    apply(.inputGiven(.init(step: cue, values: values, by: "wen", at: now)))
  }

  private mutating func release(_ inject: StepID) {
    guard let events = try? state.events(for: .release(inject), by: "wen", at: now) else { return }
    for event in events { apply(event) }
  }

  private mutating func apply(_ event: RunEvent) {
    do {
      try state.apply(event)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Does what needs nobody: asks, skips, and lets injects happen.
  private mutating func settle() {
    var goesOn = true
    while goesOn {
      goesOn = false
      for effect in state.effects(now: now) {
        guard let events = events(effect) else { continue }
        for event in events { apply(event) }
        goesOn = true
        break
      }
    }
  }

  private mutating func events(_ effect: RunEffect) -> [RunEvent]? {
    switch effect {
    case .ask(let id):
      guard id != ExerciseGraph.attendance else { return nil }
      let isQuestion = Self.exercise.runbook.steps.contains {
        if case .ask = $0.body { $0.id == id } else { false }
      }
      return [
        .personAsked(.init(step: id, task: isQuestion ? .answer : .manual, text: "", at: now))
      ]
    case .skip(let id, let reason): return [.stepSkipped(.init(step: id, reason: reason))]
    case .start(let id, let attempt):
      deliver(id)
      return [
        .stepStarted(
          .init(
            step: id,
            attempt: attempt,
            risk: .change,
            isRepeatable: false,
            by: "wen",
            at: now
          )
        ),
        .stepEnded(
          .init(step: id, attempt: attempt, outcome: .passed, summary: "it happened", at: now)
        ),
      ]
    default: return nil
    }
  }

  private mutating func deliver(_ id: StepID) {
    guard let message = Self.exercise.injects.first(where: { $0.id == id })?.message else { return }
    inbox.append(
      InboxMessage(
        number: (inbox.last?.number ?? 0) + 1,
        inject: id,
        at: now,
        channel: message.channel,
        sender: message.sender,
        to: message.to,
        text: message.text,
        answers: []
      )
    )
  }

  // MARK: Consoles

  /// The facilitator's console.
  func led(columns: Int = 80, rows: Int = 24) -> ConsoleScript {
    var script = ConsoleScript(columns: columns, rows: rows, as: "wen", home: ExerciseScreen())
    script.model.exercise = SeatModel(seat: ExerciseSeat(run: Self.run, place: .facilitator))
    _ = script.model.update(.exercise(.success(news)))
    return script
  }

  /// The console of tomas, who has the night's duty, or of somebody else.
  func played(
    as name: String = "tomas",
    _ role: Role = "E4",
    columns: Int = 80,
    rows: Int = 24
  ) -> ConsoleScript {
    var script = ConsoleScript(
      columns: columns,
      rows: rows,
      as: name,
      status: StatusFixture.night,
      home: StatusScreen()
    )
    script.model.exercise = SeatModel(seat: ExerciseSeat(run: Self.run, place: .player))
    _ = script.model.update(.exercise(.success(news(of: role))))
    return script
  }
}

extension InboxMessage {
  fileprivate func with(answers: [Answer]) -> InboxMessage {
    InboxMessage(
      number: number,
      inject: inject,
      at: at,
      channel: channel,
      sender: sender,
      to: to,
      text: text,
      answers: answers
    )
  }
}

/// A clock that a test moves.
struct StillClock: RunClock {
  var wall: Moment
  var nanoseconds: Int64 = 0
  var bootID = "boot"

  init(at wall: Moment) { self.wall = wall }

  func read() -> ClockReading { ClockReading(wall: wall, monotonicNanoseconds: nanoseconds) }
  func sleep(for span: Duration) async {}

  func after(_ seconds: Int) -> StillClock {
    var later = self
    later.wall = wall.advanced(by: .seconds(seconds))
    later.nanoseconds += Int64(seconds) * 1_000_000_000
    return later
  }
}
