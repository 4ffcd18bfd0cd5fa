internal import Runbooks
internal import TUI

/// Where an exercise stands, in words for whoever leads it.
enum FacilitatorText {
  /// A sign, how it looks, and the words beside it.
  struct Sign {
    let sign: String
    let style: Style
    let words: String

    init(_ sign: String, _ style: Style, _ words: String) {
      self.sign = sign
      self.style = style
      self.words = words
    }
  }

  // MARK: Injects

  /// - Parameter isNext: whether no other comes before it by the clock.
  static func sign(
    _ inject: Inject,
    _ board: ExerciseBoard,
    isNext: Bool,
    _ glyphs: GlyphSet
  ) -> Sign {
    switch board.injects[inject.id] ?? .waiting {
    case .fired(let at): Sign(glyphs.passed, .good, at.minuteOfDay)
    case .dropped: Sign(glyphs.skipped, .dim, "dropped")
    case .held(let due):
      Sign(glyphs.paused, .waiting, "held" + (due.map { ", \($0.minuteOfDay)" } ?? ""))
    case .onWord: Sign(glyphs.waiting, .waiting, "your word")
    case .due(let at):
      Sign(
        isNext ? glyphs.arrowRight : glyphs.pending,
        isNext ? .accent : .dim,
        at.minuteOfDay + (inject.isHelp ? " if late" : isNext ? " next" : "")
      )
    case .waiting: Sign(glyphs.pending, .dim, waiting(inject))
    }
  }

  private static func waiting(_ inject: Inject) -> String {
    switch inject.cue {
    case .at(let span): "+\(span.inWords)"
    case .after(let id, _): "after \(id)"
    case .overdue: "if late"
    case .word: "your word"
    }
  }

  /// Where it stands and what brings it, as sentences.
  static func standing(_ inject: Inject, _ board: ExerciseBoard, now: Moment) -> String {
    switch board.injects[inject.id] ?? .waiting {
    case .fired(let at): return "Happened at \(at.secondOfDay), \(now.since(at).inWords) ago."
    case .dropped(let why): return "Does not happen: \(why.isEmpty ? "no reason is given" : why)."
    case .held(let due):
      let then = due.map { " It was due at \($0.minuteOfDay)." } ?? ""
      return "You hold it back; h lets it go again.\(then)"
    case .onWord: return "Waits for your word: f."
    case .due(let at):
      let when =
        at <= now
        ? "Due since \(at.secondOfDay); it is being let go."
        : "Comes at \(at.secondOfDay), in \(at.since(now).inWords)"
      guard at > now else { return when }
      guard case .overdue(let id, _) = inject.cue else { return when + "." }
      return when + ", unless “\(title(of: id, board))” is done by then."
    case .waiting:
      switch inject.cue {
      case .at(let span): return "Comes \(span.inWords) after the beginning."
      case .after(let id, let delay):
        return "Comes \(delay == .zero ? "" : "\(delay.inWords) ")after “\(title(of: id, board))”."
      case .overdue(let id, let delay):
        let after = delay == .zero ? "" : "\(delay.inWords) after "
        return "Comes \(after)the time of “\(title(of: id, board))” has run out, if it is not done."
      case .word: return "Waits for your word: f."
      }
    }
  }

  private static func title(of id: StepID, _ board: ExerciseBoard) -> String {
    board.exercise.expected.first { $0.id == id }?.title ?? id.name
  }

  // MARK: Expected actions

  static func sign(
    _ expectation: Expectation,
    _ board: ExerciseBoard,
    now: Moment,
    _ glyphs: GlyphSet
  ) -> Sign {
    switch board.expected[expectation.id] ?? .waiting {
    case .waiting:
      return Sign(glyphs.pending, .dim, "≤ \(expectation.within.inWords)")
    case .open(let until) where now <= until: return open(expectation, until, glyphs)
    case .open(let until), .overdue(let until):
      switch expectation.judgement {
      case .person: return Sign(glyphs.waiting, .waiting, "judge it: v")
      case .never: return Sign(glyphs.pending, .dim, "not done")
      case .seen:
        return Sign(glyphs.warned, .warning, "late \(now.since(until).inWords)")
      }
    case .judged(let verdict, _): return judged(expectation, verdict, board, glyphs)
    case .dropped: return Sign(glyphs.skipped, .dim, "not asked")
    }
  }

  private static func open(
    _ expectation: Expectation,
    _ until: Moment,
    _ glyphs: GlyphSet
  ) -> Sign {
    switch expectation.judgement {
    case .person: Sign(glyphs.waiting, .waiting, "v until \(until.minuteOfDay)")
    case .never: Sign(glyphs.ellipsis, .running, "not until \(until.minuteOfDay)")
    case .seen: Sign(glyphs.ellipsis, .running, "open until \(until.minuteOfDay)")
    }
  }

  private static func judged(
    _ expectation: Expectation,
    _ verdict: ExpectationVerdict,
    _ board: ExerciseBoard,
    _ glyphs: GlyphSet
  ) -> Sign {
    let isForbidden = expectation.judgement.isForbidden
    let took = board.took(expectation).map(\.inWords)
    switch verdict {
    case .met: return Sign(glyphs.passed, .good, isForbidden ? "not done" : took ?? "met")
    case .late: return Sign(glyphs.warned, .warning, "late" + (took.map { ", \($0)" } ?? ""))
    case .missed: return Sign(glyphs.failed, .bad, isForbidden ? "DONE" : "missed")
    }
  }

  /// Where it stands, what it is recognised by and what could be said, as lines.
  static func details(
    _ expectation: Expectation,
    _ board: ExerciseBoard,
    now: Moment
  ) -> [StyledText] {
    let start =
      expectation.after.flatMap { id in board.exercise.injects.first { $0.id == id }?.title }
      .map { "“\($0)”" } ?? "the beginning"
    let objective = board.exercise.objectives.first { $0.id == expectation.objective }?.text
    let isForbidden = expectation.judgement.isForbidden
    var lines = [
      StyledText(sentence(expectation, board, now: now), .strong),
      StyledText(
        (isForbidden ? "Must not be done for " : "Within ")
          + "\(expectation.within.inWords) of \(start)"
          + (expectation.isCritical ? "; critical." : ".")
      ),
    ]
    if let hint = expectation.hint { lines.append(StyledText("Hint: \(hint)", .accent)) }
    lines.append(StyledText("\(expectation.judgement.words).", .dim))
    if let objective { lines.append(StyledText("For: \(objective)", .dim)) }
    return lines
  }

  private static func sentence(
    _ expectation: Expectation,
    _ board: ExerciseBoard,
    now: Moment
  ) -> String {
    let isPerson = expectation.judgement == .person
    switch board.expected[expectation.id] ?? .waiting {
    case .waiting: return "Not asked yet."
    case .dropped: return "Does not count: what it answers did not happen."
    case .judged(let verdict, let seen):
      let who = seen.isEmpty ? "." : ": \(seen)."
      return verdict.rawValue.prefix(1).uppercased() + verdict.rawValue.dropFirst() + who
    case .open(let until) where now <= until:
      return "Open until \(until.secondOfDay), \(until.since(now).inWords) left"
        + (isPerson ? "; you judge it: v." : ".")
    case .open(let until), .overdue(let until):
      return "Its time ran out at \(until.secondOfDay), \(now.since(until).inWords) ago"
        + (isPerson ? "; you judge it: v." : ".")
    }
  }

  // MARK: What an inject does

  /// What it tells whom; what players said to it; what it does to the world; what is expected of it.
  static func details(
    _ inject: Inject,
    _ board: ExerciseBoard,
    people: String,
    answers: [InboxMessage.Answer],
    now: Moment
  ) -> [StyledText] {
    var lines = [StyledText(standing(inject, board, now: now), .strong)]
    if let message = inject.message {
      lines += [
        StyledText("\(message.channel.rawValue) from \(message.sender) to \(people)", .dim),
        StyledText(message.text),
      ]
    } else {
      lines.append(StyledText("Nobody is told; the players find out by themselves.", .dim))
    }
    lines += answers.map { StyledText(InboxText.answer($0), .good) }
    if let patch = inject.patch { lines.append(StyledText("World: \(world(patch)).", .accent)) }
    if case .fired? = board.injects[inject.id] { return lines }
    let expected = board.exercise.expected.filter { $0.after == inject.id }.map {
      ($0.judgement.isForbidden ? "not: " : "") + "\($0.title) (\($0.within.inWords))"
    }
    if !expected.isEmpty {
      lines.append(StyledText("Expected: \(expected.joined(separator: "; ")).", .dim))
    }
    return lines
  }

  /// What a change does to the world, e.g. `clamav.running is false; kubernetes.crashes is taken away`.
  static func world(_ patch: MergePatch) -> String {
    clauses(patch, at: []).joined(separator: "; ")
  }

  private static func clauses(_ patch: MergePatch, at path: [String]) -> [String] {
    let name = path.joined(separator: ".")
    switch patch {
    case .gone: return ["\(name) is taken away"]
    case .value(.list(let values)) where values.isEmpty: return ["\(name) is empty"]
    case .value(.list(let values)):
      let isPlain = values.allSatisfy { if case .record = $0 { false } else { true } }
      let text = values.map(\.description).joined(separator: ", ")
      if isPlain, text.count <= 60 { return ["\(name) is \(text)"] }
      return ["\(name) has " + (values.count == 1 ? "one entry" : "\(values.count) entries")]
    case .value(.record): return ["\(name) is another"]
    case .value(let value): return ["\(name) is \(value.description)"]
    case .fields(let fields):
      // Below that only what is changed is named, not how.
      if path.count >= 4 { return ["\(name) changes"] }
      return fields.sorted { $0.key < $1.key }.flatMap { clauses($0.value, at: path + [$0.key]) }
    }
  }

  // MARK: Players

  /// `tomas  idle 2 min  queue-triage: Read the queue, waits for E4`
  ///
  /// - Parameter width: of the longest name.
  static func line(_ player: PlayerStanding, now: Moment, width: Int = 0) -> String {
    let idle = player.last.map { "idle \(now.since($0).inWords)" } ?? ""
    let at = player.step.isEmpty ? "" : ": \(player.step)"
    let status = player.status.isEmpty ? "" : ", \(player.status)"
    let name = String(player.player.prefix(40))
    return name.padding(to: width + 2) + idle.padding(to: 13) + "\(player.runbook)\(at)\(status)"
  }

  /// How many injects happened, of how many, and when it ends.
  static func counts(_ board: ExerciseBoard) -> String {
    let fired = board.injects.values.count { if case .fired = $0 { true } else { false } }
    let all = "\(fired) of \(board.exercise.injects.count) fired"
    if let ended = board.ended { return "\(all), ended \(ended.minuteOfDay)" }
    return all + (board.over.map { ", ends \($0.minuteOfDay)" } ?? "")
  }
}

extension Inject {
  /// Whether it only comes where something was not done in time.
  fileprivate var isHelp: Bool { if case .overdue = cue { true } else { false } }
}
