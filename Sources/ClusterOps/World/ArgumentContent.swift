internal import Runbooks

/// What a ``Parameter`` can hold.
protocol ArgumentContent: Sendable {
  /// The type that lint checks and runbooks write.
  static var type: ValueType { get }
  static var isOptional: Bool { get }
  /// The texts that are allowed, where they are few; empty: all are.
  static var choices: [String] { get }
  /// Whether it names a vantage.
  static var isVantage: Bool { get }

  /// Takes the argument of a step, converted to ``type`` before; nil: the step gives none.
  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure)

  /// A default as a person writes it.
  var words: String { get }
}

extension ArgumentContent {
  static var isOptional: Bool { false }
  static var choices: [String] { [] }
  static var isVantage: Bool { false }

  /// What lint finds before a run: an argument that is not there, or of another type.
  fileprivate static func missing(_ name: String) -> OperationFailure {
    OperationFailure(
      .refused,
      "`\(name)` is not given, or no \(type)",
      advice: "Correct the runbook.",
      effect: .none
    )
  }
}

extension String: ArgumentContent {
  static var type: ValueType { .string }
  var words: String { self }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let text = argument?.text else { throw Self.missing(name) }
    self = text
  }
}

extension Int: ArgumentContent {
  static var type: ValueType { .integer }
  var words: String { String(self) }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let number = argument?.int else { throw Self.missing(name) }
    self = number
  }
}

extension Bool: ArgumentContent {
  static var type: ValueType { .boolean }
  var words: String { self ? "true" : "false" }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let truth = argument?.truth else { throw Self.missing(name) }
    self = truth
  }
}

extension Duration: ArgumentContent {
  static var type: ValueType { .duration }
  var words: String { DurationText.format(self) }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let span = argument?.span else { throw Self.missing(name) }
    self = span
  }
}

extension SecretMark: ArgumentContent {
  static var type: ValueType { .secret }
  var words: String { "a secret" }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let mark = argument?.mark else { throw Self.missing(name) }
    self = mark
  }
}

extension Array: ArgumentContent where Element: ArgumentContent {
  static var type: ValueType { .list(Element.type) }
  static var choices: [String] { Element.choices }
  var words: String { isEmpty ? "none" : map(\.words).joined(separator: ", ") }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let elements = argument?.elements else { throw Self.missing(name) }
    self = []
    for element in elements { append(try Element(argument: element, of: name, on: site)) }
  }
}

extension Optional: ArgumentContent where Wrapped: ArgumentContent {
  static var type: ValueType { Wrapped.type }
  static var isOptional: Bool { true }
  static var choices: [String] { Wrapped.choices }
  static var isVantage: Bool { Wrapped.isVantage }
  var words: String { self?.words ?? "none" }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    self = argument == nil ? nil : try Wrapped(argument: argument, of: name, on: site)
  }
}

extension Vantage: ArgumentContent {
  static var type: ValueType { .string }
  static var isVantage: Bool { true }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let text = argument?.text else { throw Self.missing(name) }
    try self.init(text, of: site)
  }
}

/// A parameter that is one of a few words: an enumeration of texts.
protocol ArgumentChoice: ArgumentContent, CaseIterable, RawRepresentable<String> {}

extension ArgumentChoice {
  static var type: ValueType { .string }
  static var choices: [String] { allCases.map(\.rawValue) }
  var words: String { rawValue }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    guard let text = argument?.text else { throw Self.missing(name) }
    guard let choice = Self(rawValue: text) else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give \(Self.choices.joined(separator: ", "))."
      )
    }
    self = choice
  }
}
