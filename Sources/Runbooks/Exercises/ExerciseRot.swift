/// What of the runbooks has been exercised, and how long ago: what nobody has played for a while, nobody can.
public struct ExerciseRot: Sendable, Hashable {
  /// How long an exercise keeps people in practice.
  public static let span = Duration.seconds(90 * 86_400)

  /// An exercise, or a runbook, and when it was played last; nil: never.
  public struct Row<Name: Sendable & Hashable>: Sendable, Hashable {
    public let name: Name
    public let played: Moment?
    /// Whether that is too long ago to count.
    public let isDue: Bool
  }

  public let exercises: [Row<ExerciseID>]
  /// The runbooks that exercises are about, with the latest of those.
  public let runbooks: [Row<RunbookID>]

  /// - Parameters:
  ///   - played: when each was played to its end last, by the wall clock.
  ///   - runbooks: those that should be exercised.
  public init(
    _ exercises: [Exercise],
    played: [ExerciseID: Moment],
    runbooks: [RunbookID],
    now: Moment
  ) {
    func row<Name>(_ name: Name, _ moment: Moment?) -> Row<Name> {
      Row(
        name: name,
        played: moment,
        isDue: moment.map { now.since($0) > Self.span } ?? true
      )
    }
    self.exercises = exercises.map { row($0.id, played[$0.id]) }
    self.runbooks = runbooks.map { runbook in
      let about = exercises.filter { $0.runbooks.contains(runbook) }
      return row(runbook, about.compactMap { played[$0.id] }.max())
    }
  }
}

extension Exercise {
  /// The runbooks that players are expected to reach for.
  public var runbooks: Set<RunbookID> {
    Set(
      expected.filter { !$0.judgement.isForbidden }.flatMap(\.judgement.signs).compactMap { sign in
        if case .step(let runbook, _, _) = sign { runbook } else { nil }
      }
    )
  }
}
