import TUI

@testable import Runbooks
@testable import mailconsole

/// An exercise as its facilitator sees it, and as a player does.
extension ScreenGoldenTests {
  static let exercisePictures: [Picture] = [
    Picture("exercise-before") { ExerciseFixture().led() },
    Picture("exercise-early") { ExerciseFixture.at(minute: 3).led() },
    Picture("exercise-night") { ExerciseFixture.night().led() },
    Picture("exercise-expected", { ExerciseFixture.night().led() }, "k", "k"),
    Picture("exercise-players", { ExerciseFixture.night().led() }, "tab"),
    Picture("exercise-fire", { ExerciseFixture.night().led() }, "f"),
    Picture(
      "exercise-judge",
      { ExerciseFixture.night().led() },
      "/",
      "l",
      "o",
      "c",
      "k",
      "e",
      "d",
      "enter",
      "j",
      "v"
    ),
    Picture("exercise-held") {
      var fixture = ExerciseFixture.night()
      fixture.hold("listed")
      fixture.pace = 0
      return fixture.led()
    },
    Picture("exercise-over") {
      var fixture = ExerciseFixture.night()
      fixture.end()
      return fixture.led()
    },
    Picture("exercise-unread") {
      var script = ConsoleScript(as: "wen", home: ExerciseScreen())
      script.model.exercise = SeatModel(
        seat: ExerciseSeat(run: ExerciseFixture.run, place: .facilitator)
      )
      return script
    },
    Picture("hostile-exercise") {
      var fixture = ExerciseFixture.night()
      fixture.players = [
        PlayerStanding(
          run: RunID("a"),
          runbook: RunbookID("drill"),
          player: Hostile.text,
          step: Hostile.long,
          status: Hostile.text,
          last: nil
        )
      ]
      fixture.answer("abuse-desk", Hostile.long, by: "sofia")
      var script = fixture.led()
      script.press("/")
      script.type("abuse desk of")
      script.press("enter")
      return script
    },
    Picture("inbox-empty", { ExerciseFixture.at(minute: 1).played() }, "M"),
    Picture("inbox") {
      var fixture = ExerciseFixture.night()
      fixture.answer("queue-alarm", "I look at it.", by: "tomas")
      var script = fixture.played()
      script.press("M", "j")
      return script
    },
    Picture("inbox-answer", { ExerciseFixture.night().played() }, "M", "a"),
    Picture("status-seat") {
      var fixture = ExerciseFixture.at(minute: 4)
      var script = fixture.played()
      fixture.wait(minutes: 1)
      _ = script.model.update(.exercise(.success(fixture.news(of: "E4"))))
      return script
    },
    Picture("hostile-arrival") { InboxScreenTests.attacked() },
    Picture("hostile-inbox", { InboxScreenTests.attacked() }, "M"),
    Picture("hostile-answer", { InboxScreenTests.attacked() }, "M", "a"),
  ]
}
