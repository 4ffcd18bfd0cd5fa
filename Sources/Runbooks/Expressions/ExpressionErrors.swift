/// Why a text is not an expression, or not one of the right type.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
  public let position: SourcePosition
  /// What is wrong, without a full stop.
  public let message: String
  /// How to mend it, a sentence.
  public let fix: String

  public init(_ message: String, fix: String, at position: SourcePosition) {
    self.position = position
    self.message = message
    self.fix = fix
  }

  public var description: String { "\(position): error: \(message). \(fix)" }
}

/// Why an expression has no value in a run.
///
/// Lint proves that a runbook it passes never meets one, but for a step that a
/// person marked as done: that step has no outputs.
public enum EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The name has no value (yet).
  case unset(Reference)
  /// The value is not of the type the place needs.
  case mistyped(String, at: SourcePosition)

  /// Where the expression was written.
  public var position: SourcePosition {
    switch self {
    case .unset(let reference): reference.position
    case .mistyped(_, let position): position
    }
  }

  /// What failed, and what to do next.
  public var description: String {
    switch self {
    case .unset(let reference):
      "\(position): \(reference) has no value here. "
        + "Give it one, or read it with default(\(reference), …)."
    case .mistyped(let message, _):
      "\(position): \(message). Correct the runbook, or the value it was given."
    }
  }
}
