/// The runbook that an exercise is played by: its steps are what happens, what is expected, and what is
/// made of it (decision 064).
public enum ExerciseGraph {
  /// The facilitator's word that it begins; the clock runs from there.
  public static let begin = StepID("begin")
  /// The facilitator's word that it is over.
  public static let end = StepID("end")
  public static let debriefing = StepID("debriefing")
  /// The signatures of who took part.
  public static let attendance = StepID("attendance")

  static let ownSteps: Set<StepID> = [begin, end, debriefing, attendance]

  /// Whether an inject is let go, and why not.
  public static func cue(of inject: StepID) -> StepID { StepID("cue-\(inject)") }

  public static func rating(of objective: StepID) -> StepID { StepID("rate-\(objective)") }

  /// Whether an id would meet one that is made of another.
  static func isReserved(_ id: StepID) -> Bool {
    id.name.hasPrefix("cue-") || id.name.hasPrefix("rate-")
  }

  /// The operation that an inject is.
  static let inject = OperationName("exercise.inject")
}

/// What became of an expected action.
public enum ExpectationVerdict: String, Sendable, Hashable, CaseIterable {
  /// It was done in time; of what must not be done: it was not.
  case met
  /// It was done, after its time.
  case late
  /// It was not done; of what must not be done: it was.
  case missed
}

/// How well an objective was reached (HSEEP exercise evaluation guides).
public enum ObjectiveRating: String, Sendable, Hashable, CaseIterable {
  /// Performed without challenges.
  case performed = "P"
  /// Performed with some challenges.
  case some = "S"
  /// Performed with major challenges.
  case major = "M"
  /// Unable to be performed.
  case unable = "U"
}

extension Exercise {
  /// The runbook that a run of the exercise is pinned to.
  public var runbook: Runbook {
    Runbook(
      id: id.runbook,
      kind: .exercise,
      title: title,
      version: version,
      owner: facilitator,
      summary: summary,
      // What is due happens, whatever the facilitator has open meanwhile.
      onDisconnect: .continue,
      inputs: [],
      steps: [beginning] + injects.flatMap(steps) + expected.map(step) + [ending] + ratings
        + [debriefing, attendance],
      source: source
    )
  }

  private var led: Responsibility { Responsibility(responsible: facilitator) }

  private var beginning: Step {
    Step(
      id: ExerciseGraph.begin,
      title: "Begin",
      body: .manual(
        ManualTask(
          instructions: Template(
            plain: "Say to the players: \(situation) The clock runs from your word on.",
            at: position
          )
        )
      ),
      risk: .read,
      responsibility: led,
      position: position
    )
  }

  // MARK: What happens

  private func steps(of inject: Inject) -> [Step] {
    let cue = ExerciseGraph.cue(of: inject.id)
    return [
      Step(
        id: cue,
        title: "Now? \(inject.title)",
        body: .ask([
          InputDeclaration(
            name: "fire",
            form: .choice(["yes", "no"]),
            help: "no: it does not happen in this exercise",
            position: inject.position
          ),
          InputDeclaration(
            name: "why",
            form: .string,
            help: "why not, or why now",
            fallback: .literal(.string("")),
            isRequired: false,
            position: inject.position
          ),
        ]),
        needs: [Need(step: inject.predecessor, position: inject.position)],
        when: inject.condition,
        risk: .read,
        responsibility: led,
        position: inject.position
      ),
      Step(
        id: inject.id,
        title: inject.title,
        go: Template(plain: "Let it happen: \(inject.title)", at: inject.position),
        body: .operation(
          OperationCall(
            operation: ExerciseGraph.inject,
            arguments: inject.arguments,
            position: inject.position
          )
        ),
        needs: [Need(step: cue, position: inject.position)],
        when: .comparing("default(steps.\(cue).fire, \"no\") == \"yes\"", at: inject.position),
        risk: .change,
        responsibility: led,
        reversibility: .no,
        position: inject.position
      ),
    ]
  }

  // MARK: What is expected

  private func step(of expectation: Expectation) -> Step {
    let time = DurationText.format(expectation.within)
    let start = expectation.after.map { "\($0)" } ?? "the beginning"
    return Step(
      id: expectation.id,
      title: expectation.title,
      purpose: expectation.hint.map { "Hint: \($0)" } ?? "",
      body: .manual(
        ManualTask(
          instructions: Template(
            plain: "\(expectation.judgement.words), within \(time) of \(start).",
            at: expectation.position
          ),
          fields: [
            InputDeclaration(
              name: "verdict",
              form: .choice(ExpectationVerdict.allCases.map(\.rawValue)),
              help: "met, late or missed",
              position: expectation.position
            ),
            InputDeclaration(
              name: "at",
              form: .string,
              help: "when, in time of the world",
              fallback: .literal(.string("")),
              isRequired: false,
              position: expectation.position
            ),
            InputDeclaration(
              name: "seen",
              form: .string,
              help: "by whom, and where it stands",
              fallback: .literal(.string("")),
              isRequired: false,
              position: expectation.position
            ),
          ]
        )
      ),
      needs: [
        Need(step: expectation.after ?? ExerciseGraph.begin, position: expectation.position)
      ],
      risk: .read,
      responsibility: led,
      position: expectation.position
    )
  }

  // MARK: What is made of it

  private var ending: Step {
    Step(
      id: ExerciseGraph.end,
      title: "End",
      body: .manual(
        ManualTask(
          instructions: Template(
            plain: "Say to the players that it is over. What is still open is missed.",
            at: position
          )
        )
      ),
      needs: [Need(step: ExerciseGraph.begin, position: position)]
        + (injects.map(\.id) + expected.map(\.id)).map {
          Need(step: $0, on: .any, position: position)
        },
      risk: .read,
      responsibility: led,
      position: position
    )
  }

  private var ratings: [Step] {
    objectives.map { objective in
      Step(
        id: ExerciseGraph.rating(of: objective.id),
        title: "Rate: \(objective.text)",
        body: .ask(
          [
            InputDeclaration(
              name: "rating",
              form: .choice(ObjectiveRating.allCases.map(\.rawValue)),
              help: "P performed, S with some, M with major challenges, U unable",
              position: objective.position
            )
          ]
            + Self.texts(
              [
                ("why", "what shows it"), ("improve", "what to do about it; empty: nothing"),
                ("owner", "who does that"), ("due", "until when"),
              ],
              at: objective.position
            )
        ),
        needs: [Need(step: ExerciseGraph.end, position: objective.position)],
        risk: .read,
        responsibility: led,
        position: objective.position
      )
    }
  }

  private var debriefing: Step {
    let asked =
      [("well", "What went well?"), ("badly", "What did not?")]
      + questions.enumerated().map { ("question_\($0 + 1)", $1) }
    return Step(
      id: ExerciseGraph.debriefing,
      title: "Debriefing",
      body: .ask(Self.texts(asked, at: position)),
      needs: objectives.map {
        Need(step: ExerciseGraph.rating(of: $0.id), position: position)
      },
      risk: .read,
      responsibility: led,
      position: position
    )
  }

  private var attendance: Step {
    Step(
      id: ExerciseGraph.attendance,
      title: "Who took part",
      body: .approve(
        Approval(
          roles: ([facilitator] + players.map(\.role)).reduce(into: []) { roles, role in
            if !roles.contains(role) { roles.append(role) }
          },
          count: players.count,
          statement: Template(
            plain: "I took part in the exercise \(title), and in its debriefing.",
            at: position
          )
        )
      ),
      needs: [Need(step: ExerciseGraph.debriefing, position: position)],
      risk: .read,
      responsibility: led,
      position: position
    )
  }

  /// Questions that may be left open.
  private static func texts(
    _ questions: [(name: String, help: String)],
    at position: SourcePosition
  ) -> [InputDeclaration] {
    questions.map {
      InputDeclaration(
        name: $0.name,
        form: .string,
        help: $0.help,
        fallback: .literal(.string("")),
        isRequired: false,
        position: position
      )
    }
  }
}

extension Inject {
  /// What its cue waits for in the graph; when it is due the conductor knows.
  fileprivate var predecessor: StepID {
    if case .after(let expectation, _) = cue { expectation } else { ExerciseGraph.begin }
  }

  fileprivate var condition: Expression? {
    guard case .after(let expectation, _) = cue else { return nil }
    return .comparing(
      "default(steps.\(expectation).verdict, \"missed\") != \"missed\"",
      at: position
    )
  }

  fileprivate var arguments: [String: Argument] {
    var values: [String: Value] = ["inject": .string(id.name)]
    if let message {
      values["channel"] = .string(message.channel.rawValue)
      values["sender"] = .string(message.sender)
      values["to"] = .list(message.to.map { .string($0.name) })
      values["text"] = .string(message.text)
    }
    if let patch { values["world"] = .string(patch.json) }
    return values.mapValues(Argument.literal)
  }
}

extension Expectation.Judgement {
  /// What is looked for, in words.
  public var words: String {
    switch self {
    case .person: "Judged by the facilitator"
    case .seen(let signs): "Seen by " + signs.map(\.words).joined(separator: ", or ")
    case .never(let signs): "Not done: " + signs.map(\.words).joined(separator: ", or ")
    }
  }
}

extension Expectation.Sign {
  /// The sign in words, e.g. `the step hold of compromised-account`.
  public var words: String {
    switch self {
    case .step(let runbook, nil, _): "the beginning of \(runbook)"
    case .step(let runbook, let step?, let values):
      "the step \(step) of \(runbook)"
        + (values.isEmpty
          ? ""
          : " with "
            + values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", "))
    case .check(let check): "a look at the check \(check)"
    case .answer(let inject): "an answer to \(inject)"
    }
  }
}

extension Expression {
  /// A condition that is made here; its names are ids, whose form the reader has checked.
  fileprivate static func comparing(_ text: String, at position: SourcePosition) -> Expression? {
    try? Expression(parsing: text, at: position)
  }
}
