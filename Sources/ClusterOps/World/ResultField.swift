internal import Runbooks

/// A result of an operation: name, type and meaning, said once.
///
/// Called with a value it gives the pair that an ``OperationResult`` is made of.
struct ResultField<Content: ResultContent>: AnyResultField {
  let declaration: OperationDeclaration.Result

  init(_ name: String, help: String) {
    declaration = OperationDeclaration.Result(name, Content.type, help: help)
  }

  /// The result with its value.
  func callAsFunction(_ content: Content) -> ResultValue {
    ResultValue(name: declaration.name, value: content.value)
  }
}

/// A result whatever its type, for the list of an operation.
protocol AnyResultField: Sendable {
  var declaration: OperationDeclaration.Result { get }
}

/// A result with its value.
struct ResultValue: Sendable {
  let name: String
  let value: Value
}

/// What a ``ResultField`` can hold.
protocol ResultContent: Sendable {
  static var type: ValueType { get }
  var value: Value { get }
}

extension String: ResultContent { var value: Value { .string(self) } }
extension Int: ResultContent { var value: Value { .integer(self) } }
extension Bool: ResultContent { var value: Value { .boolean(self) } }
extension Duration: ResultContent { var value: Value { .duration(self) } }
/// A finite number.
extension Double: ResultContent {
  static var type: ValueType { .number }
  var value: Value { .number(self) }
}
extension Array: ResultContent where Element: ResultContent {
  static var type: ValueType { .list(Element.type) }
  var value: Value { .list(map(\.value)) }
}

extension OperationDeclaration {
  /// What an operation's file says of it.
  init(
    _ name: String,
    _ summary: String,
    parameters: [any AnyParameter] = [],
    results: [any AnyResultField] = [],
    risk: Risk,
    isRepeatable: Bool
  ) {
    self.init(
      name: OperationName(name),
      summary: summary,
      parameters: parameters.map(\.declaration),
      results: results.map(\.declaration),
      risk: risk,
      isRepeatable: isRepeatable
    )
  }
}

extension OperationResult {
  /// What an operation found or did, by its declared results.
  init(
    _ values: [ResultValue],
    summary: String,
    evidence: [Evidence] = [],
    doubt: Doubt? = nil
  ) {
    self.init(
      values: Dictionary(values.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
      summary: summary,
      evidence: evidence,
      doubt: doubt
    )
  }
}
