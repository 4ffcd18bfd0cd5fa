/// A total, typed expression without side effects, like `result.total < 200`.
///
/// There are literals, lists, references, comparisons, `in`, `and`, `or`,
/// `not`, `count(list)`, `contains(text, part)` and `default(reference,
/// literal)`; there is no arithmetic but `+`, no loop and no null, so that every
/// expression ends, in time linear in its length.
public struct Expression: Sendable, Hashable {
  /// The text as written.
  public let source: String
  public let position: SourcePosition
  let root: ExpressionNode
}

extension Expression {
  /// Reads an expression from a text that begins at a position.
  public init(parsing source: String, at position: SourcePosition) throws(ExpressionError) {
    try self.init(
      parsing: source,
      at: position,
      map: TextMap(source, at: position.mark)
    )
  }

  /// Reads an expression whose bytes stand where the map says.
  init(parsing source: String, at position: SourcePosition, map: TextMap) throws(ExpressionError) {
    self.root = try ExpressionParser.parse(source, map: map, file: position.file)
    self.source = source
    self.position = position
  }

  /// Every reference, in the order of the text.
  public var references: [ReferenceUse] {
    var uses: [ReferenceUse] = []
    root.collect(into: &uses)
    return uses
  }

  /// The value in a scope.
  ///
  /// `and` and `or` stop at the first operand that decides.
  public func evaluate(in scope: Scope) throws(EvaluationError) -> Value {
    try Evaluator(scope: scope, file: position.file).value(of: root)
  }

  /// The truth in a scope; anything but a boolean is an error.
  public func holds(in scope: Scope) throws(EvaluationError) -> Bool {
    try Evaluator(scope: scope, file: position.file).truth(of: root)
  }

  /// The type in a scope of types; for lint.
  public func type(in scope: TypeScope) throws(ExpressionError) -> ValueType {
    try TypeChecker(scope: scope, file: position.file).type(of: root)
  }
}
