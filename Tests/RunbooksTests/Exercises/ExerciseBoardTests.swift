import Testing

@testable import Runbooks

@Suite("The board of an exercise") struct ExerciseBoardTests {
  private let hold = ExerciseObservation.Act.step(
    RunbookID("queue-triage"),
    StepID("hold-sender"),
    [:]
  )

  private func verdict(_ id: String, _ played: PlayedExercise) -> ExpectationVerdict? {
    guard case .judged(let verdict, _)? = played.board.expected[StepID(id)] else { return nil }
    return verdict
  }

  private func fired(_ id: String, _ played: PlayedExercise) -> Int? {
    guard case .fired(let moment)? = played.board.injects[StepID(id)] else { return nil }
    return Int(moment.since(PlayedExercise.start).components.seconds / 60)
  }

  @Test("an inject comes at its time and not before, and nothing comes before the beginning")
  func comesInTime() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    #expect(played.board.acts.isEmpty && played.board.began == nil)
    try played.begin()
    try played.wait(minutes: 4)
    #expect(fired("alarm", played) == nil)
    #expect(played.board.next == PlayedExercise.start.advanced(by: .seconds(300)))
    try played.wait(minutes: 1)
    #expect(fired("alarm", played) == 5)
  }

  @Test("what is done in time is met, what follows it comes, and the hint does not")
  func met() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    try played.wait(minutes: 8)
    try played.see(hold)
    #expect(verdict("hold", played) == .met)
    try played.wait(minutes: 30)
    #expect(fired("thanks", played) == 11)
    #expect(fired("hint", played) == nil)
  }

  @Test("what is done late is late, and the hint came first")
  func late() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    try played.wait(minutes: 20)
    #expect(verdict("hold", played) == nil)
    #expect(fired("hint", played) == 16)
    try played.see(hold)
    #expect(verdict("hold", played) == .late)
    #expect(played.board.rating(of: StepID("act")) == .major)
  }

  @Test("what was done before it became due does not count")
  func tooEarly() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    try played.see(hold)
    try played.wait(minutes: 6)
    #expect(verdict("hold", played) == nil)
  }

  @Test("what must not be done is missed once it is done, and met when its time has passed")
  func never() throws {
    let flush = ExerciseObservation.Act.step(RunbookID("queue-triage"), StepID("flush"), [:])
    var good = try PlayedExercise(ExerciseSamples.whole)
    try good.begin()
    try good.wait(minutes: 24)
    #expect(verdict("no-flush", good) == nil)
    try good.wait(minutes: 2)
    #expect(verdict("no-flush", good) == .met)

    var bad = try PlayedExercise(ExerciseSamples.whole)
    try bad.begin()
    try bad.wait(minutes: 6)
    try bad.see(flush)
    #expect(verdict("no-flush", bad) == .missed)
    #expect(bad.board.rating(of: StepID("act")) == .unable)
  }

  @Test("values of a step count only where they are those that are wanted")
  func values() throws {
    let text = ExerciseSamples.whole.replacing(
      "step: hold-sender}",
      with: "step: hold-sender, gives: {sure: \"yes\"}}"
    )
    var played = try PlayedExercise(text)
    try played.begin()
    try played.wait(minutes: 6)
    try played.see(.step(RunbookID("queue-triage"), StepID("hold-sender"), ["sure": .string("no")]))
    #expect(verdict("hold", played) == nil)
    try played.see(
      .step(RunbookID("queue-triage"), StepID("hold-sender"), ["sure": .string("yes")])
    )
    #expect(verdict("hold", played) == .met)
  }

  @Test("an inject that is held back does not come, and comes when it is let go")
  func held() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    played.words = words([("alarm", .held)])
    try played.wait(minutes: 9)
    #expect(fired("alarm", played) == nil)
    played.words = words([("alarm", .held), ("alarm", .released)])
    try played.wait(minutes: 1)
    #expect(fired("alarm", played) == 10)
  }

  private func words(_ said: [(String, ExerciseWord)]) -> ExerciseWords {
    ExerciseWords(
      said.map {
        .init(step: StepID($0.0), by: "wen", text: $0.1.rawValue, at: PlayedExercise.start)
      }
    )
  }

  @Test(
    "at the end what nobody did is missed, what did not come is dropped, and objectives are rated"
  )
  func ends() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    try played.wait(minutes: 60)
    #expect(verdict("hold", played) == .missed)
    #expect(verdict("told", played) == .missed)
    #expect(verdict("no-flush", played) == .met)
    #expect(played.board.injects[StepID("press")] == .dropped("the facilitator did not use it"))
    #expect(played.board.injects[StepID("thanks")] == .dropped("what it follows was not done"))
    #expect(played.board.ended != nil && played.board.acts.isEmpty && played.board.next == nil)
    #expect(played.board.rating(of: StepID("act")) == .unable)
    #expect(played.state.waitingItems.map(\.step) == [StepID("rate-act")])
  }

  @Test("the facilitator ends it before its time")
  func endsEarly() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    try played.wait(minutes: 7)
    played.words.isOver = true
    try played.wait(minutes: 1)
    #expect(played.board.ended != nil)
    #expect(verdict("hold", played) == .missed)
  }

  @Test("of an action that is not critical, late or missed leaves an S")
  func some() throws {
    var played = try PlayedExercise(ExerciseSamples.whole)
    try played.begin()
    try played.wait(minutes: 6)
    try played.see(hold)
    try played.wait(minutes: 54)
    #expect(verdict("told", played) == .missed)
    #expect(played.board.rating(of: StepID("act")) == .some)
    #expect(played.board.reasons(for: StepID("act")).contains("The desk is told: missed"))
  }
}
