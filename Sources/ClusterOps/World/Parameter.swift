internal import Runbooks

/// A parameter of an operation: name, type, default and meaning, said once.
///
/// Help, catalogue, schema, lint and manual are made from it, and ``Call`` gives its value.
struct Parameter<Content: ArgumentContent>: Sendable {
  let declaration: OperationDeclaration.Parameter
  private let standard: @Sendable (Site) -> Content?
  private let check: @Sendable (Content, String) throws(OperationFailure) -> Content

  private init(
    _ name: String,
    words: String?,
    isRequired: Bool,
    help: String,
    standard: @escaping @Sendable (Site) -> Content?,
    check: @escaping @Sendable (Content, String) throws(OperationFailure) -> Content
  ) {
    declaration = OperationDeclaration.Parameter(
      name,
      Content.type,
      required: isRequired,
      standard: words,
      choices: Content.choices,
      isVantage: Content.isVantage,
      help: help
    )
    self.standard = standard
    self.check = check
  }

  /// A parameter that has to be given.
  ///
  /// - Parameter check: refuses what cannot be meant, or gives it in the form that is used.
  init(
    _ name: String,
    check: @escaping @Sendable (Content, String) throws(OperationFailure) -> Content = {
      content,
      _
      in content
    },
    help: String
  ) {
    self.init(
      name,
      words: nil,
      isRequired: !Content.isOptional,
      help: help,
      standard: { _ in nil },
      check: check
    )
  }

  /// A parameter with a default.
  init(
    _ name: String,
    default standard: Content,
    check: @escaping @Sendable (Content, String) throws(OperationFailure) -> Content = {
      content,
      _
      in content
    },
    help: String
  ) {
    self.init(
      name,
      words: standard.words,
      isRequired: false,
      help: help,
      standard: { _ in standard },
      check: check
    )
  }

  /// A parameter whose default the site says.
  ///
  /// - Parameter words: the default in words, e.g. `the site's node`.
  init(
    _ name: String,
    default standard: @escaping @Sendable (Site) -> Content,
    _ words: String,
    check: @escaping @Sendable (Content, String) throws(OperationFailure) -> Content = {
      content,
      _
      in content
    },
    help: String
  ) {
    self.init(
      name,
      words: words,
      isRequired: false,
      help: help,
      standard: standard,
      check: check
    )
  }

  /// The value in a call.
  fileprivate func value(in call: Call) throws(OperationFailure) -> Content {
    let given = call.arguments[declaration.name]
    if given == nil, let standard = standard(call.site) {
      return try check(standard, declaration.name)
    }
    return try check(
      try Content(argument: given, of: declaration.name, on: call.site),
      declaration.name
    )
  }
}

extension Parameter where Content == Int {
  /// A whole number within bounds.
  init(_ name: String, default standard: Int, in range: ClosedRange<Int>, help: String) {
    self.init(
      name,
      default: standard,
      check: { number, name throws(OperationFailure) in
        guard range.contains(number) else {
          throw .refusedArgument(
            name,
            String(number),
            advice: "Give \(range.lowerBound) to \(range.upperBound)."
          )
        }
        return number
      },
      help: help + "; \(range.lowerBound) to \(range.upperBound)"
    )
  }
}

extension OperationFailure {
  /// That an argument cannot be meant.
  static func refusedArgument(
    _ name: String,
    _ text: String,
    advice: String
  ) -> OperationFailure {
    OperationFailure(
      .refused,
      "`\(name)` cannot be ‘\(capped(text, 60))’",
      advice: advice,
      effect: .none
    )
  }
}

/// A parameter whatever its type, for the list of an operation.
protocol AnyParameter: Sendable {
  var declaration: OperationDeclaration.Parameter { get }
}

extension Parameter: AnyParameter {}

/// An operation as a step calls it: its arguments, on a site.
struct Call: Sendable {
  let arguments: Arguments
  let site: Site

  /// The value of a parameter: what the step gives, or the default.
  subscript<Content>(parameter: Parameter<Content>) -> Content {
    get throws(OperationFailure) { try parameter.value(in: self) }
  }
}
