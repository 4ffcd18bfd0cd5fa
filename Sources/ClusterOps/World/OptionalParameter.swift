internal import Runbooks

extension Parameter {
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
