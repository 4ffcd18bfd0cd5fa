internal import Runbooks

/// One thing that was looked at before anything is done there: it is well, or something is lacking.
public struct Inspection: Sendable, Hashable {
  /// Where it is: `machine`, `site`, `cluster`, or the name of a vantage.
  public let place: String
  public let isLack: Bool
  /// What is there, or what is wrong and on what; may be of several lines.
  public let text: String
  /// What to do next; empty where nothing has to be done.
  public let advice: String

  /// Something that is well.
  public static func has(_ text: String, at place: String) -> Inspection {
    Inspection(place: place, isLack: false, text: text, advice: "")
  }

  /// Something that is lacking, or that could not be found out.
  public static func lacks(_ text: String, _ advice: String, at place: String) -> Inspection {
    Inspection(place: place, isLack: true, text: text, advice: advice)
  }

  /// What an operation would say of it.
  static func lacks(_ failure: OperationFailure, at place: String) -> Inspection {
    lacks(failure.message, failure.advice, at: place)
  }
}

extension CommandRunner {
  /// How long one look of an inspection may take.
  static let lookPatience = Duration.seconds(10)

  /// Runs a short program that only reads.
  func look(_ argv: [String]) async throws(OperationFailure) -> CommandOutcome {
    let invocation = Invocation(
      argv: argv,
      timeout: Self.lookPatience,
      keep: 64 << 10,
      changes: false,
      recordsOutput: false
    )
    return try await run(invocation, stdout: { _ in })
  }
}
