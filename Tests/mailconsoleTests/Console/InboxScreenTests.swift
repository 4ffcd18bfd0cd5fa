import TUI
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

@Suite("A player's messages") struct InboxScreenTests {
  @Test("what comes is told in words until a key is pressed, and counted until it is read")
  func arrives() {
    var fixture = ExerciseFixture.at(minute: 4)
    var script = fixture.played()
    #expect(script.model.notice.isEmpty)
    fixture.wait(minutes: 1)
    _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
    #expect(script.shows("M reads it: alert 21:45 from Alertmanager: QueueDepth"))
    #expect(script.frame().lines[0].contains("✉ 1"))
    #expect(script.frame(.ascii).lines[0].contains("mail 1"))
    // Read again, it is told no second time.
    script.press("j")
    #expect(script.model.notice.isEmpty)
    _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
    #expect(script.model.notice.isEmpty)
    script.press("M")
    let alarm = ExerciseFixture.exercise.injects.first { $0.id == "queue-alarm" }?.message?.text
    let sentence = alarm?.split(separator: ". ").last.map(String.init)
    #expect(sentence.map { script.shows($0) } == true)
    #expect(!script.frame().lines[0].contains("✉"))
  }

  @Test("several that came together are told as one line that names the last")
  func several() {
    var fixture = ExerciseFixture.at(minute: 5)
    var script = fixture.played()
    fixture.wait(minutes: 20)
    _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
    fixture.receive("One.", from: "a", to: "E4")
    fixture.receive("Two.", from: "b", to: "E4")
    _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
    #expect(script.shows("M reads 2 messages, the last mail 22:05 from b: Two."))
  }

  @Test("whoever reads a message goes on reading it when another comes")
  func stays() {
    var fixture = ExerciseFixture.at(minute: 6)
    var script = fixture.played()
    script.press("M")
    fixture.receive("Another matter.", from: "the press", to: "E4")
    _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
    #expect(script.shows("── alert 21:45 from Alertmanager"))
    #expect(script.shows("g goes to it"))
    #expect(script.shows("new"))
    script.press("g")
    #expect(script.shows("── mail 21:46 from the press"))
  }

  @Test("an answer is a note on the message's inject, and is forgotten once it has arrived")
  func answers() {
    var script = ExerciseFixture.at(minute: 6).played()
    script.press("M", "a")
    script.type("I look at it")
    script.press("enter")
    guard case .order(.say(let command, let done))? = script.effects.last else {
      Issue.record("\(script.effects)")
      return
    }
    #expect(command == .note("queue-alarm", text: "I look at it"))
    _ = script.model.update(.refused("The facilitator is not there."))
    script.press("a")
    #expect(script.shows("I look at it"))
    script.press("enter")
    _ = script.model.update(.ordered(done))
    #expect(script.shows("Your answer to Alertmanager is sent."))
    script.press("a")
    #expect(!script.shows("I look at it"))
  }

  @Test("an empty answer is none")
  func empty() {
    var script = ExerciseFixture.at(minute: 6).played()
    script.press("M", "a", "space", "enter")
    #expect(script.isAsking)
    #expect(!script.effects.contains { if case .order = $0 { true } else { false } })
  }

  @Test("what was answered says so, by whom and what")
  func answered() {
    var fixture = ExerciseFixture.at(minute: 6)
    fixture.answer("queue-alarm", "I look at it", by: "tomas")
    var script = fixture.played()
    script.press("M")
    #expect(script.shows("answered"))
    #expect(script.shows("tomas answered 21:46: I look at it"))
  }

  @Test("the facilitator reads all messages and answers none")
  func facilitator() {
    var script = ExerciseFixture.night().led()
    script.press("M")
    #expect(script.shows("abuse@bigmail"))
    script.press("a")
    #expect(script.model.notice.plain == "You facilitate; the players answer.")
    script.press("esc")
    #expect(script.model.screen is ExerciseScreen)
  }

  @Test("text that wants to be more than text is neither obeyed nor hides what stands beside it")
  func hostile() {
    let script = Self.attacked()
    for glyphs in [GlyphSet.unicode, .ascii] {
      let frame = script.frame(glyphs)
      for scalar in frame.lines.joined().unicodeScalars {
        #expect(!Hostile.isDangerous(scalar))
      }
      #expect(frame.lines[0].contains("TABLETOP"))
    }
    #expect(script.shows("M reads it"))
  }

  /// A message that is all attack has just come.
  static func attacked() -> ConsoleScript {
    var fixture = ExerciseFixture.at(minute: 6)
    var script = fixture.played()
    fixture.receive(Hostile.long, from: Hostile.text, to: "E4")
    _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
    return script
  }
}

@Suite("What is to come is the facilitator's alone") struct ExerciseSecrecyTests {
  /// Everything that a player can bring up, as frames and as whole lines.
  private func everything(_ fixture: ExerciseFixture, as name: String, _ role: Role) -> String {
    var script = fixture.played(as: name, role, columns: 160, rows: 50)
    // Even where a console were told too much.
    _ = script.model.update(.exercise(.success(fixture.news)))
    var pages: [String] = []
    func take(_ script: ConsoleScript) {
      pages += script.frame().lines
      pages += script.model.screen.plain(script.model)
    }
    for key in ["S", "E", "M", "R", "X", "P", "?"] {
      var next = script
      next.press(Key(key) ?? .unknown)
      take(next)
    }
    var inbox = script
    inbox.press("M", "enter")
    take(inbox)
    script.press(":")
    script.type("ex")
    take(script)
    return pages.joined(separator: "\n")
  }

  @Test(
    "no title of an inject is ever on a player's screen, and no text before its time",
    arguments: [("tomas", "E4"), ("sofia", "E3"), ("marek", "E2")]
  )
  func secret(name: String, role: String) {
    for minute in stride(from: 0, through: 60, by: 6) {
      let fixture = ExerciseFixture.at(minute: minute)
      let shown = everything(fixture, as: name, Role(role))
      for inject in ExerciseFixture.exercise.injects {
        #expect(!shown.contains(inject.title), "\(inject.id) at \(minute)")
        guard let message = inject.message else { continue }
        let isThere = fixture.news.inbox.contains { $0.inject == inject.id }
        if !isThere {
          #expect(!shown.contains(message.text.prefix(48)), "\(inject.id) at \(minute)")
        }
      }
      for expectation in ExerciseFixture.exercise.expected {
        #expect(!shown.contains(expectation.title), "\(expectation.id) at \(minute)")
      }
    }
  }

  @Test("the same search finds the list on the facilitator's screen")
  func canFail() {
    let script = ExerciseFixture.at(minute: 1).led()
    let shown = script.model.screen.plain(script.model).joined(separator: "\n")
    for inject in ExerciseFixture.exercise.injects { #expect(shown.contains(inject.title)) }
  }

  @Test("E says to a player that it is not theirs, and leads nowhere")
  func keys() {
    var script = ExerciseFixture.at(minute: 6).played()
    script.press("E")
    #expect(script.model.breadcrumbs == ["status"])
    #expect(script.model.notice.plain == ExerciseScreen.secret)
  }
}
