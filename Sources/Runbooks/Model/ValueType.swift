/// The type of a ``Value``, as declared by inputs and operations and checked by lint.
public indirect enum ValueType: Sendable, Hashable {
  case string
  case integer
  case number
  case boolean
  case duration
  case list(ValueType)
  case record([String: ValueType])
  case secret
}

extension ValueType: CustomStringConvertible {
  /// The name a runbook author writes and reads.
  public var description: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .duration: "duration"
    case .list(let element): "list of \(element)"
    case .record: "record"
    case .secret: "secret"
    }
  }
}

extension ValueType {
  /// The name with its article, for a sentence.
  var phrase: String { self == .integer ? "an integer" : "a \(self)" }

  /// Whether it is a secret or has one in it.
  public var holdsSecret: Bool {
    switch self {
    case .secret: true
    case .list(let element): element.holdsSecret
    case .record(let fields): fields.values.contains(where: \.holdsSecret)
    case .string, .integer, .number, .boolean, .duration: false
    }
  }
}
