internal import Runbooks
internal import TUI

/// What the facilitator's keys do about the row they are on: what is asked, what is said, or why not.
struct ExerciseOrders {
  let list: ExerciseList
  let selected: ExerciseList.Subject
  let model: ConsoleModel
  /// The pace at which the clock went last.
  let lastPace: Int

  /// The paces of the clock; what stands goes on at the last of them that was in force.
  static let paces = [1, 2, 4, 10, 60]

  private var board: ExerciseBoard { list.board }

  func requests(for action: ExerciseAction) -> [ScreenRequest] {
    if action == .begin { return begin() }
    guard board.began != nil else { return say("It has not begun; B begins it.") }
    if board.ended != nil {
      return say("It is over; enter on the last rows opens ratings and debriefing.")
    }
    switch action {
    case .fire, .hold, .skip: return act(action)
    case .judge: return judge()
    case .clock: return standOrGo()
    case .faster, .slower: return change(action == .faster)
    case .jump: return jump()
    case .end: return end()
    case .begin: return []
    }
  }

  private func say(_ words: String) -> [ScreenRequest] { [.say(StyledText(words, .warning))] }

  // MARK: Injects

  private func act(_ action: ExerciseAction) -> [ScreenRequest] {
    guard case .inject(let id) = selected, let inject = list.inject(id) else {
      return say("f, h and s are about an inject; put the pointer on one.")
    }
    let standing = board.injects[id] ?? .waiting
    switch standing {
    case .fired(let at): return say("“\(inject.title)” happened at \(at.minuteOfDay).")
    case .dropped: return say("“\(inject.title)” was dropped; it does not come back.")
    case .waiting, .due, .onWord, .held: break
    }
    switch action {
    case .hold: return [hold(inject, isHeld: standing.isHeld)]
    case .skip: return [.form(Forms.skip(inject))]
    default: return [fire(inject)]
    }
  }

  private func fire(_ inject: Inject) -> ScreenRequest {
    let fields: [String: Value] = ["fire": .string("yes"), "why": .string("")]
    let command = RunCommand.answer(ExerciseGraph.cue(of: inject.id), fields)
    let body = FacilitatorText.details(
      inject,
      board,
      people: inject.message?.to.map(\.name).joined(separator: ", ") ?? "",
      answers: [],
      now: model.now
    )
    return .ask(
      Dialog(
        title: "Let “\(inject.title)” happen now?",
        body: body,
        cancel: "Not yet",
        buttons: [Dialog.Button("Fire")]
      ),
      .exercise(.say(command, done: "“\(inject.title)” is let go."))
    )
  }

  private func hold(_ inject: Inject, isHeld: Bool) -> ScreenRequest {
    let word: ExerciseWord = isHeld ? .released : .held
    let done = isHeld ? "no longer held back" : "held back; h lets it go again"
    return .effect(
      .order(.say(.note(inject.id, text: word.rawValue), done: "“\(inject.title)”: \(done)."))
    )
  }

  // MARK: Expected actions

  private func judge() -> [ScreenRequest] {
    guard case .expected(let id) = selected, let expectation = list.expectation(id) else {
      return say("v judges an expected action; they stand below the injects that happened.")
    }
    let before: ExpectationVerdict?
    switch board.expected[id] ?? .waiting {
    case .waiting, .dropped: return say("“\(expectation.title)” does not count now.")
    case .open, .overdue: before = nil
    case .judged(let verdict, _): before = verdict
    }
    let facts = FacilitatorText.details(expectation, board, now: model.now)
    return [.form(Forms.judge(expectation, before: before, facts: facts))]
  }

  // MARK: The clock

  private func standOrGo() -> [ScreenRequest] {
    let isStanding = (model.exercise?.news?.clock?.pace ?? 0) == 0
    return [
      .effect(
        .order(
          isStanding
            ? .clock(pace: lastPace, jumpingTo: nil, done: "The clock goes\(Self.times(lastPace)).")
            : .clock(pace: 0, jumpingTo: nil, done: "The clock stands; space lets it go on.")
        )
      )
    ]
  }

  private func change(_ isFaster: Bool) -> [ScreenRequest] {
    guard let now = model.exercise?.news?.clock?.pace, now > 0 else {
      return say("The clock stands; space lets it go on.")
    }
    let wanted =
      isFaster ? Self.paces.first { $0 > now } : Self.paces.last { $0 < now }
    guard let wanted else {
      return say(
        isFaster ? "It goes no faster than ×\(now)." : "It goes no slower; space lets it stand."
      )
    }
    return [
      .effect(
        .order(.clock(pace: wanted, jumpingTo: nil, done: "The clock goes\(Self.times(wanted))."))
      )
    ]
  }

  private static func times(_ pace: Int) -> String {
    pace == 1 ? " as clocks do" : " ×\(pace)"
  }

  private func jump() -> [ScreenRequest] {
    guard let next = list.next(after: model.now) else {
      return say("Nothing comes by the clock alone; f lets an inject happen.")
    }
    let ending = board.exercise.expected.filter {
      guard case .open(let until)? = board.expected[$0.id] else { return false }
      return until < next.at
    }
    let lost: [StyledText] =
      ending.isEmpty
      ? []
      : [
        StyledText(
          "On the way the time runs out for: \(ending.map(\.title).joined(separator: "; ")).",
          .warning
        )
      ]
    return [
      .ask(
        Dialog(
          title: "Jump to \(next.at.secondOfDay), \(next.at.since(model.now).inWords) on?",
          body: [
            StyledText("“\(next.inject.title)” comes then.", .strong),
            "Mail moves and the players' clocks go on as if the time had passed.",
          ] + lost,
          cancel: "Stay",
          buttons: [Dialog.Button("Jump")]
        ),
        .exercise(
          .clock(
            pace: model.exercise?.news?.clock?.pace ?? 0,
            jumpingTo: next.at,
            done: "It is \(next.at.secondOfDay)."
          )
        )
      )
    ]
  }

  // MARK: Beginning and end

  private func begin() -> [ScreenRequest] {
    guard board.began == nil else { return say("It began at \(board.began?.minuteOfDay ?? "").") }
    return [
      .ask(
        Dialog(
          title: "Begin “\(board.exercise.title)”?",
          body: [
            StyledText("The clock runs from here on. Say to the players:", .strong),
            StyledText(board.exercise.situation),
          ],
          cancel: "Not yet",
          buttons: [Dialog.Button("Begin")]
        ),
        .exercise(.say(.done(ExerciseGraph.begin, note: "", fields: [:]), done: "It has begun."))
      )
    ]
  }

  /// While something is open the word is noted, and the conductor closes what is open; else nothing
  /// is left but the end itself.
  private func end() -> [ScreenRequest] {
    let stillOpen = board.exercise.expected.filter {
      switch board.expected[$0.id] ?? .waiting {
      case .open, .overdue: true
      case .waiting, .judged, .dropped: false
      }
    }
    let open = stillOpen.count
    let yours = stillOpen.filter { $0.judgement == .person }.map {
      StyledText("“\($0.title)” waits for your verdict before it ends: v.", .waiting)
    }
    let left = board.injects.values.count {
      switch $0 {
      case .waiting, .due, .onWord, .held: true
      case .fired, .dropped: false
      }
    }
    let isThrough = open == 0 && left == 0
    let command =
      isThrough
      ? RunCommand.done(ExerciseGraph.end, note: "", fields: [:])
      : RunCommand.note(ExerciseGraph.end, text: ExerciseWord.over.rawValue)
    let lost =
      isThrough
      ? "Nothing is open."
      : "Still open: \(CountText.of(open, "expected action")), missed then; what was not to be done and was "
        + "not is met. Dropped: \(CountText.of(left, "inject"))."
    return [
      .ask(
        Dialog(
          title: "End the exercise?",
          body: [
            StyledText(lost, isThrough ? .normal : .warning),
            "Say to the players that it is over. Ratings, debriefing and signatures follow.",
          ] + yours,
          cancel: "Go on",
          buttons: [Dialog.Button("End")]
        ),
        .exercise(.say(command, done: "It is over."))
      )
    ]
  }
}

extension ExerciseBoard.InjectStanding {
  fileprivate var isHeld: Bool { if case .held = self { true } else { false } }
}
