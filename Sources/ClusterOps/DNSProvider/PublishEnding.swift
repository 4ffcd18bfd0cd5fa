internal import Runbooks

/// What became of a change of a zone that was asked for.
enum PublishEnding: Sendable {
  case taken
  /// The provider does not take it, or it was never sent; nothing was changed.
  case refused(OperationFailure)
  /// It may have been taken: only reading again tells.
  case unknown(String)

  /// Compares what is there now with what was to be.
  ///
  /// - Parameters:
  ///   - after: the same sets as they are now.
  ///   - who: the provider, in a sentence.
  /// - Throws: where it is not as it was to be.
  func require(
    _ after: ZoneChanges,
    since before: ZoneChanges,
    by who: String
  ) throws(OperationFailure) {
    guard let first = after.needed.first else { return }
    let words = capped(first.words, 200)
    let isAsBefore = zip(after.all, before.all).allSatisfy { $0.before == $1.before }
    switch self {
    case .taken:
      throw OperationFailure(
        .failed,
        "\(who) took the change, and it is not what is there now: still to do is \(words)",
        advice: "Read the records there: an alias (CNAME) at a name keeps others from it, and "
          + "somebody else may have changed them at this moment.",
        effect: .unknown
      )
    case .refused(let failure): throw failure
    case .unknown(let why):
      throw OperationFailure(
        .undetermined,
        "undetermined: whether \(who) takes the change (\(capped(why)))",
        advice: isAsBefore
          ? "Nothing is changed so far. See that it is well, then repeat the step: it does only what "
            + "is still to do."
          : "A part of it is there: see that it is well, then repeat the step.",
        effect: .unknown
      )
    }
  }

  /// That what was to be changed was not as it had been read; nothing was changed.
  static func overtaken(_ who: String, _ told: String) -> PublishEnding {
    .refused(
      OperationFailure(
        .refused,
        "\(who) refused the change: a record set is not as it was read just before (\(told))",
        advice:
          "Somebody else changed it meanwhile, or its name is answered from a wildcard: look at "
          + "what is there, then repeat the step.",
        effect: .none
      )
    )
  }
}
