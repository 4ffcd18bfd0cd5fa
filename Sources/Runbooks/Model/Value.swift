/// A typed value that flows between inputs, expressions, operations and the record.
///
/// There is no null: a value that may be missing is a missing key, and lint
/// proves that no expression reads one.
public enum Value: Sendable, Hashable {
  case string(String)
  case integer(Int)
  /// A finite number; NaN and infinities are refused where values are made.
  case number(Double)
  case boolean(Bool)
  case duration(Duration)
  case list([Value])
  case record([String: Value])
  /// A secret, of which only the mark is known here; see ``SecretVault``.
  case secret(SecretMark)
}

extension Value {
  /// The type of this value; an empty list is a list of strings.
  public var type: ValueType {
    switch self {
    case .string: .string
    case .integer: .integer
    case .number: .number
    case .boolean: .boolean
    case .duration: .duration
    case .list(let values): .list(values.first?.type ?? .string)
    case .record(let fields): .record(fields.mapValues(\.type))
    case .secret: .secret
    }
  }

  /// The value of a field, where this is a record that has it.
  public subscript(field: String) -> Value? {
    guard case .record(let fields) = self else { return nil }
    return fields[field]
  }

  /// The text, where this is a string.
  public var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The whole number, where this is an integer.
  public var int: Int? {
    guard case .integer(let int) = self else { return nil }
    return int
  }

  /// The truth, where this is a boolean.
  public var truth: Bool? {
    guard case .boolean(let truth) = self else { return nil }
    return truth
  }

  /// The elements, where this is a list.
  public var elements: [Value]? {
    guard case .list(let values) = self else { return nil }
    return values
  }

  /// The mark, where this is a secret.
  public var mark: SecretMark? {
    guard case .secret(let mark) = self else { return nil }
    return mark
  }

  /// Whether this is a secret or has one in it.
  public var holdsSecret: Bool {
    switch self {
    case .secret: true
    case .list(let values): values.contains(where: \.holdsSecret)
    case .record(let fields): fields.values.contains(where: \.holdsSecret)
    case .string, .integer, .number, .boolean, .duration: false
    }
  }

  /// The span of time, where this is a duration.
  public var span: Duration? {
    guard case .duration(let span) = self else { return nil }
    return span
  }
}

extension Value: CustomStringConvertible {
  /// What a person reads, and what `${…}` inserts into a longer text.
  public var description: String {
    switch self {
    case .string(let text): text
    case .integer(let int): String(int)
    case .number(let number): String(number)
    case .boolean(let truth): truth ? "true" : "false"
    case .duration(let span): DurationText.format(span)
    case .list(let values): values.map(\.description).joined(separator: ", ")
    case .record(let fields):
      fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    case .secret(let mark): mark.description
    }
  }
}
