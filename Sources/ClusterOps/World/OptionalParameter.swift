internal import Runbooks

extension Parameter {
  /// A parameter whose default the site may have, checked where there is one.
  init<Wrapped>(
    _ name: String,
    default standard: @escaping @Sendable (Site) -> Wrapped?,
    _ words: String,
    checkGiven check: @escaping @Sendable (Wrapped, String) throws(OperationFailure) -> Wrapped,
    help: String
  ) where Content == Wrapped? {
    self.init(
      name,
      default: standard,
      words,
      check: { content, name throws(OperationFailure) in
        guard let content else { return nil }
        return try check(content, name)
      },
      help: help
    )
  }

  /// A parameter that may be left out, checked where it is given.
  init<Wrapped>(
    _ name: String,
    checkGiven check: @escaping @Sendable (Wrapped, String) throws(OperationFailure) -> Wrapped,
    help: String
  ) where Content == Wrapped? {
    self.init(
      name,
      check: { content, name throws(OperationFailure) in
        guard let content else { return nil }
        return try check(content, name)
      },
      help: help
    )
  }
}
