import TUI
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

@Suite("The facilitator's screen") struct ExerciseScreenTests {
  private static func order(_ script: ConsoleScript) -> ExerciseOrder? {
    if case .order(let order)? = script.effects.last { order } else { nil }
  }

  private static func said(_ script: ConsoleScript) -> RunCommand? {
    if case .say(let command, _)? = order(script) { command } else { nil }
  }

  /// The pointer on the row whose title contains a text.
  private static func on(_ title: String, _ fixture: ExerciseFixture) -> ConsoleScript {
    var script = fixture.led()
    script.press("/")
    script.type(title)
    script.press("enter")
    return script
  }

  @Test("what happened, what comes and what may come stand in the order of their time")
  func order() {
    let script = ExerciseFixture.night().led(columns: 160, rows: 50)
    let lines = script.frame().lines
    let places = [
      "✓ 21:42", "✓ 21:45", "✓ The queue's checks are looked at", "! alice's mail is held",
      "✓ 21:55", "✓ The abuse desk is answered", "✓ 22:01", "✓ 22:08         The director",
      "→ 22:20 next", "○ after locked", "◆ your word", "○ 22:40",
    ].map { text in lines.firstIndex { $0.contains(text) } }
    #expect(!places.contains(nil), "\(lines.joined(separator: "\n"))")
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
  }

  @Test("the clock, its pace, how much happened and when it ends stand above")
  func above() {
    let lines = ExerciseFixture.night().led().frame().lines
    #expect(lines[0].contains("TABLETOP") && lines[0].contains("22:09:00 ×4"))
    #expect(lines[0].contains("wen facilitates"))
    #expect(lines[1].contains("of 9 fired, ends 22:40"))
  }

  @Test("a clock that stands says so, and one that was not set too")
  func standing() {
    var fixture = ExerciseFixture.night()
    fixture.pace = 0
    #expect(fixture.led().frame().lines[0].contains("22:09:00 stands"))
    #expect(ExerciseFixture().led().frame().lines[0].contains("not begun"))
  }

  @Test("what an inject does to the world is said in words")
  func world() throws {
    let patch = try MergePatch(
      object: #"{"clamav": {"running": false}, "kubernetes": {"crashes": null}, "#
        + #""postfix": {"suspended": ["a@example.test"], "flows": [{"a": 1}, {"a": 2}]}}"#
    )
    #expect(
      FacilitatorText.world(patch)
        == "clamav.running is false; kubernetes.crashes is taken away; postfix.flows has 2 entries; "
        + "postfix.suspended is a@example.test"
    )
  }

  // MARK: Keys

  @Test("before the beginning every key but B says so, and B asks once and begins")
  func begins() {
    var script = ExerciseFixture().led()
    for key in ["f", "h", "s", "v", "space", "+", "J", "e"] {
      script.press(Key(key) ?? .unknown)
      #expect(script.model.notice.plain == "It has not begun; B begins it.", "\(key)")
    }
    #expect(!script.effects.contains { if case .order = $0 { true } else { false } })
    script.press("B")
    #expect(script.isAsking)
    #expect(script.shows("Say to the players:"))
    script.press("tab", "enter")
    #expect(Self.said(script) == .done(ExerciseGraph.begin, note: "", fields: [:]))
  }

  @Test("f asks once, and answers the cue yes; the first button does nothing")
  func fires() {
    var script = Self.on("press office", .night())
    script.press("f", "enter")
    #expect(Self.order(script) == nil && !script.isAsking)
    script.press("f", "tab", "enter")
    #expect(
      Self.said(script) == .answer("cue-press", ["fire": .string("yes"), "why": .string("")])
    )
  }

  @Test("h holds back and lets go again, the same inject though another comes next by then")
  func holds() {
    var fixture = ExerciseFixture.night()
    var script = fixture.led()
    script.press("h")
    #expect(Self.said(script) == .note("listed", text: ExerciseWord.held.rawValue))
    fixture.hold("listed")
    _ = script.model.update(.exercise(.success(fixture.news)))
    #expect(script.shows("held, 22:20"))
    script.press("h")
    #expect(Self.said(script) == .note("listed", text: ExerciseWord.released.rawValue))
  }

  @Test("s leaves an inject out with a reason, and not without one")
  func skips() {
    var script = Self.on("block list", .night())
    script.press("s", "space", "enter", "enter")
    #expect(Self.order(script) == nil)
    script.type("They have enough to do.")
    script.press("enter")
    let fields: [String: Value] = [
      "fire": .string("no"), "why": .string("They have enough to do."),
    ]
    #expect(Self.said(script) == .answer("cue-listed", fields))
  }

  @Test("v judges what is open, at the time of the world")
  func judges() {
    let fixture = ExerciseFixture.night()
    var script = Self.on("is locked", fixture)
    script.press("v", "space", "enter")
    script.type("sofia said so")
    script.press("enter")
    let fields: [String: Value] = [
      "verdict": .string("met"), "at": .string(fixture.now.description),
      "seen": .string("sofia said so"),
    ]
    #expect(Self.said(script) == .done("locked", note: "", fields: fields))
  }

  @Test("v on what is judged notes another word beside it, and changes nothing that happened")
  func corrects() {
    var script = Self.on("mail is held", .night())
    script.press("v")
    #expect(script.shows("judged already"))
    script.press("space", "enter")
    script.type("said aloud at 21:59")
    script.press("enter")
    #expect(Self.said(script) == .note(nil, text: "about hold: met, not late: said aloud at 21:59"))
  }

  @Test("N is about the row and never an answer to its message")
  func notes() {
    var script = Self.on("director cannot", .night())
    script.press("N")
    script.type("tomas stays calm")
    script.press("enter")
    #expect(Self.said(script) == .note(nil, text: "about director: tomas stays calm"))
  }

  @Test("space lets the clock stand and go at the pace before; + and - go through the paces")
  func clock() {
    func pace(_ keys: [Key], _ now: Int) -> Int? {
      var fixture = ExerciseFixture.night()
      fixture.pace = now
      var script = fixture.led()
      for key in keys { script.press(key) }
      if case .clock(let pace, nil, _)? = Self.order(script) { return pace }
      return nil
    }
    #expect(pace([.space], 4) == 0)
    #expect(pace([.space], 0) == 1)
    #expect(pace([.character("+")], 1) == 2)
    #expect(pace([.character("+")], 10) == 60)
    #expect(pace([.character("+")], 60) == nil)
    #expect(pace([.character("-")], 60) == 10)
    #expect(pace([.character("-")], 1) == nil)
    #expect(pace([.character("+")], 0) == nil)

    var fixture = ExerciseFixture.night()
    fixture.pace = 10
    var script = fixture.led()
    script.press("space")
    fixture.pace = 0
    _ = script.model.update(.exercise(.success(fixture.news)))
    script.press("space")
    #expect(Self.order(script)?.done == "The clock goes ×10.")
  }

  @Test("J says what is jumped to and whose time runs out on the way, and keeps the pace")
  func jumps() {
    let fixture = ExerciseFixture.night()
    var script = fixture.led()
    script.press("J")
    #expect(script.shows("Jump to 22:20:00"))
    #expect(script.shows("The account is locked"))
    script.press("tab", "enter")
    guard case .clock(4, let moment?, _)? = Self.order(script) else {
      Issue.record("\(script.effects)")
      return
    }
    #expect(moment.secondOfDay == "22:20:00")
  }

  @Test("J goes past an inject that is due by now and not yet recorded")
  func jumpsPastWhatIsDue() {
    var fixture = ExerciseFixture.at(minute: 0)
    fixture.now = fixture.now.advanced(by: .seconds(120))
    var script = fixture.led()
    #expect(script.frame().lines.contains { $0.contains("21:42 next") })
    script.press("J")
    #expect(script.shows("Jump to 21:45:00"))
  }

  @Test("e says what is still open and notes the word; where nothing is, it ends the step itself")
  func ends() {
    var script = ExerciseFixture.night().led()
    script.press("e")
    #expect(script.shows("Still open: "))
    script.press("tab", "enter")
    #expect(Self.said(script) == .note(ExerciseGraph.end, text: ExerciseWord.over.rawValue))
  }

  @Test("after the end the last rows open the exercise's run at their step")
  func afterwards() {
    var fixture = ExerciseFixture.night()
    fixture.end()
    var script = fixture.led()
    #expect(script.shows("Rate: "))
    script.press("f")
    #expect(script.model.notice.plain.hasPrefix("It is over"))
    script.press("enter")
    guard case .look(ExerciseFixture.run)? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    _ = script.model.update(.opened(RunModel(state: fixture.state, entries: [])))
    #expect(script.model.screen is RunScreen)
    #expect(script.model.stepInView == ExerciseGraph.rating(of: "notice"))
    script.press("esc")
    #expect(script.model.screen is ExerciseScreen)
  }

  @Test("the exercise's run, opened with the console, leaves the list on the screen")
  func begun() {
    let fixture = ExerciseFixture()
    var script = fixture.led()
    _ = script.model.update(.called(ExerciseFixture.run))
    _ = script.model.update(.opened(RunModel(state: fixture.state, entries: [])))
    #expect(script.model.screen is ExerciseScreen)
  }

  @Test("tab goes to the players, whose rows say where they are and since when; enter watches")
  func players() {
    var script = ExerciseFixture.night().led()
    #expect(script.shows("idle 2 min"))
    script.press("tab", "j", "enter")
    guard case .look(let run)? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    #expect(run == RunID("queue-triage-20261127T2201-bbbb"))
    var back = ExerciseFixture.night().led()
    back.press("tab", "tab", "f")
    #expect(back.shows("Let “A block list takes note” happen now?"))
  }

  @Test("what was refused is said, and what was typed is kept for the next time")
  func refused() {
    var script = Self.on("block list", .night())
    script.press("s", "space", "enter")
    script.type("Enough.")
    script.press("enter")
    _ = script.model.update(.refused("The runner is gone."))
    #expect(script.model.notice.plain == "The runner is gone. What you typed is kept.")
    script.press("s")
    #expect(script.shows("Enough."))
    script.press("space", "enter", "enter")
    _ = script.model.update(.ordered("done"))
    script.press("s")
    #expect(!script.shows("Enough."))
  }

  @Test("why an exercise cannot be read is said, and what was read stays")
  func unread() {
    var script = ExerciseFixture.night().led()
    _ = script.model.update(.exercise(.failure(CommandFailure(.io, "No space left."))))
    #expect(script.model.notice.plain == "No space left.")
    #expect(script.shows("block list"))
  }

  @Test("without a seat E and M say how to get one")
  func noSeat() {
    var script = ConsoleScript()
    for key in ["E", "M"] {
      script.press(Key(key) ?? .unknown)
      #expect(script.model.notice.plain.contains("no seat"))
    }
    #expect(script.model.breadcrumbs == ["runbooks"])
  }

  // MARK: The clock on the screen

  @Test("only a clock that runs and is shown wakes the console, as often as what is shown changes")
  func wakes() {
    let clock = StillClock(at: Drill.start)
    #expect(ConsoleScript().model.clockHolds(by: clock) == nil)
    func model(_ pace: Int?, inbox: Bool = false) -> ConsoleModel {
      var fixture = ExerciseFixture.night()
      fixture.pace = pace
      var script = fixture.played()
      if inbox { script.press("M") }
      return script.model
    }
    #expect(model(nil).clockHolds(by: clock) == nil)
    #expect(model(0, inbox: true).clockHolds(by: clock) == nil)
    #expect(model(1, inbox: true).clockHolds(by: clock) == .seconds(1))
    #expect(model(1).clockHolds(by: clock) == .seconds(60))
    #expect(model(4).clockHolds(by: clock.after(5)) == .seconds(10))
    #expect(model(600).clockHolds(by: clock) == .seconds(1))
  }

  @Test("ages are those of the world, of runs those of the wall")
  func ages() {
    let fixture = ExerciseFixture.night()
    var model = fixture.played().model
    model.read(StillClock(at: Drill.start).after(30))
    #expect(model.now == fixture.now.advanced(by: .seconds(120)))
    #expect(model.wall == Drill.start.advanced(by: .seconds(30)))
    var alone = ConsoleScript().model
    alone.read(StillClock(at: Drill.start))
    #expect(alone.now == Drill.start)
  }
}
