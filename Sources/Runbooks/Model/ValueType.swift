/// The type of a ``Value``, as declared by inputs and operations and checked by lint.
public indirect enum ValueType: Sendable, Hashable {
  case string
  case integer
  case number
  case boolean
  case duration
  case list(ValueType)
  case record([String: ValueType])
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
    }
  }
}

extension ValueType {
  /// The name with its article, for a sentence.
  var phrase: String { self == .integer ? "an integer" : "a \(self)" }
}
