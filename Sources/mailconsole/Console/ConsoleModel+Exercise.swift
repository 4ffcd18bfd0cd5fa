internal import Runbooks
internal import TUI

/// A seat at an exercise: the world's clock, its messages, and what is said to it.
extension ConsoleModel {
  /// Reads the time: that of the exercise's world, where there is one that has a clock.
  mutating func read(_ clock: any RunClock) {
    wall = clock.read().wall
    guard let exercise else {
      now = wall
      return
    }
    if let shown = exercise.news?.clock { now = shown.moment(by: clock) }
  }

  /// How long it is until a moment of what is ``now``; nil: the world's clock stands.
  func wait(until moment: Moment, by clock: any RunClock) -> Duration? {
    if let shown = exercise?.news?.clock { return shown.time(until: moment, by: clock) }
    return max(.zero, moment.since(clock.read().wall))
  }

  /// Whether that is the run of the exercise that is led here.
  func leads(_ run: RunID) -> Bool {
    exercise?.seat == ExerciseSeat(run: run, place: .facilitator)
  }

  /// Whether the seconds of the world's clock are shown; elsewhere its minutes do.
  var showsSeconds: Bool { screen is ExerciseScreen || screen is InboxScreen }

  /// How long what is shown of the world's clock stays true; nil: nothing of it moves.
  func clockHolds(by clock: any RunClock) -> Duration? {
    guard let shown = exercise?.news?.clock, !isTooSmall else { return nil }
    let step: Int64 = showsSeconds ? 1_000 : 60_000
    let next = (shown.moment(by: clock).milliseconds / step + 1) * step
    guard let wait = shown.time(until: Moment(milliseconds: next), by: clock) else { return nil }
    // At a fast pace whole minutes pass in one.
    return showsSeconds ? .seconds(1) : max(.seconds(1), wait)
  }

  /// Takes in what was read of the exercise, and tells a player of what has come.
  mutating func take(exercise read: Result<ExerciseNews, CommandFailure>) {
    guard exercise != nil else { return }
    switch read {
    case .failure(let failure): notice = StyledText(failure.message, .bad)
    case .success(let news):
      tell(.exercise)
      let fresh = exercise?.take(news) ?? []
      now = news.now
      if let words = InboxText.arrival(fresh, isInView: screen is InboxScreen) {
        notice = StyledText(words, .waiting)
      }
    }
  }

  /// Remembers the message that is shown in full.
  mutating func noteWhatIsRead() {
    guard overlay == nil, !isTooSmall, let inbox = screen as? InboxScreen,
      let message = inbox.selected(in: self)
    else { return }
    exercise?.show(message)
  }

  /// Opens a run at one of its steps, from the exercise.
  mutating func open(_ id: RunID, at step: StepID?) -> [ConsoleEffect] {
    if isOpening { return [] }
    wantedStep = step.map { WantedStep(run: id, step: $0) }
    guard let run, run.id == id, run.stopped == nil, run.hasRunner || run.state.ended != nil else {
      return change(to: id)
    }
    push(RunScreen())
    followRun()
    pointAtWantedStep()
    return []
  }

  /// Puts the pointer on the step for which the run was opened.
  mutating func pointAtWantedStep() {
    guard let wanted = wantedStep else { return }
    wantedStep = nil
    guard let run, run.id == wanted.run,
      let place = run.runbook.steps.firstIndex(where: { $0.id == wanted.step })
    else { return }
    let model = self
    _ = screen.go(to: place + 1, in: model)
  }

  /// Turns an answered question into what is said to the exercise.
  mutating func order(
    _ question: ExerciseQuestion,
    _ values: [String: String]
  ) -> [ConsoleEffect] {
    let reason = values["reason"] ?? ""
    let text = values["text"] ?? ""
    switch question {
    case .reply(let message):
      return [
        .order(
          .say(
            .note(message.inject, text: text),
            done: "Your answer to \(InboxText.oneLine(message.sender)) is sent."
          )
        )
      ]
    case .skip(let inject):
      let fields: [String: Value] = ["fire": .string("no"), "why": .string(reason)]
      let command = RunCommand.answer(ExerciseGraph.cue(of: inject.id), fields)
      return [.order(.say(command, done: "“\(inject.title)” does not happen."))]
    case .judge(let expectation):
      let verdict = values["decision"] ?? ""
      let fields: [String: Value] = [
        "verdict": .string(verdict), "at": .string(now.description), "seen": .string(text),
      ]
      let command = RunCommand.done(expectation.id, note: "", fields: fields)
      return [.order(.say(command, done: "“\(expectation.title)”: \(verdict)."))]
    case .correct(let expectation, let before):
      let verdict = values["decision"] ?? ""
      // The step has ended, and what follows from it has happened: the word stands beside it.
      let note = "about \(expectation.id): \(verdict), not \(before.rawValue): \(text)"
      return [.order(.say(.note(nil, text: note), done: "Noted; give the rating accordingly."))]
    case .note(let about):
      // On an inject a note would be an answer to its message.
      let note = about.map { "about \($0): \(text)" } ?? "facilitator: \(text)"
      return [.order(.say(.note(nil, text: note), done: "Noted."))]
    }
  }
}
