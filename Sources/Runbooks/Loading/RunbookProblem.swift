/// Something wrong in a file that a person wrote, with how to mend it.
public struct RunbookProblem: Error, Sendable, Hashable {
  public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
    /// The file cannot be used.
    case error
    /// The file can be used; somebody should look.
    case warning
  }

  public let position: SourcePosition
  /// What is wrong, without a full stop.
  public let message: String
  /// How to mend it, a sentence.
  public let fix: String
  public let severity: Severity

  public init(
    _ message: String,
    fix: String,
    at position: SourcePosition,
    severity: Severity = .error
  ) {
    self.position = position
    self.message = message
    self.fix = fix
    self.severity = severity
  }

  /// The same finding about an expression.
  public init(_ error: ExpressionError) {
    self.init(error.message, fix: error.fix, at: error.position)
  }
}

extension RunbookProblem: CustomStringConvertible {
  /// The line a compiler would print: `file:line:column: error: message. fix`.
  public var description: String { "\(position): \(severity): \(message). \(fix)" }
}

extension RunbookProblem: Comparable {
  /// Orders by file, then by place, then by text.
  public static func < (a: RunbookProblem, b: RunbookProblem) -> Bool {
    if a.position.file != b.position.file { return a.position.file < b.position.file }
    if a.position.mark != b.position.mark { return a.position.mark < b.position.mark }
    return a.message < b.message
  }
}

/// All the problems that keep a file from being used; at least one is an error.
public struct RunbookProblems: Error, Sendable, Hashable, CustomStringConvertible {
  /// In the order of the file.
  public let problems: [RunbookProblem]

  public init(_ problems: [RunbookProblem]) { self.problems = problems }

  /// One line a problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// What came of reading a file: a value unless there are errors, and every problem found.
public struct Reading<Content: Sendable>: Sendable {
  /// Nil exactly where ``problems`` has an error.
  public let value: Content?
  /// In the order of the file, warnings included.
  public let problems: [RunbookProblem]

  /// Keeps the value only where no problem is an error.
  init(_ value: Content?, problems: [RunbookProblem]) {
    let isSound = problems.allSatisfy { $0.severity == .warning }
    self.value = isSound ? value : nil
    self.problems = problems.sorted()
  }

  /// The value, or every problem as an error.
  public func get() throws(RunbookProblems) -> Content {
    guard let value else { throw RunbookProblems(problems) }
    return value
  }
}
