extension Argument {
  /// The value in a scope.
  public func resolve(in scope: Scope) throws(EvaluationError) -> Value {
    switch self {
    case .literal(let value): return value
    case .template(let template): return try template.resolve(in: scope)
    case .list(let elements):
      var values: [Value] = []
      for element in elements { values.append(try element.resolve(in: scope)) }
      return .list(values)
    case .record(let fields):
      var values: [String: Value] = [:]
      for (name, field) in fields { values[name] = try field.resolve(in: scope) }
      return .record(values)
    }
  }

  /// Every reference; those of a record in the order of its names.
  public var references: [ReferenceUse] {
    switch self {
    case .literal: []
    case .template(let template): template.references
    case .list(let elements): elements.flatMap(\.references)
    case .record(let fields): fields.sorted { $0.key < $1.key }.flatMap(\.value.references)
    }
  }

  /// The type in a scope of types; for lint.
  ///
  /// A list is of the type of its first element.
  public func type(in scope: TypeScope) throws(ExpressionError) -> ValueType {
    switch self {
    case .literal(let value): return value.type
    case .template(let template): return try template.type(in: scope)
    case .list(let elements):
      var types: [ValueType] = []
      for element in elements { types.append(try element.type(in: scope)) }
      return .list(types.first ?? .string)
    case .record(let fields):
      var types: [String: ValueType] = [:]
      for (name, field) in fields { types[name] = try field.type(in: scope) }
      return .record(types)
    }
  }
}

extension OperationCall {
  /// The arguments in a scope, each converted to the type its parameter declares.
  ///
  /// A missing required argument, one the operation does not know and one of
  /// another type are errors; lint finds the same before a run.
  public func arguments(
    in scope: Scope,
    for declaration: OperationDeclaration
  ) throws(EvaluationError) -> Arguments {
    var values: [String: Value] = [:]
    for (name, argument) in arguments {
      let value = try argument.resolve(in: scope)
      guard let parameter = declaration.parameters.first(where: { $0.name == name }) else {
        throw .mistyped("\(operation) has no parameter `\(name)`", at: position)
      }
      guard let converted = value.converted(to: parameter.type) else {
        throw .mistyped(
          "`\(name)` of \(operation) is \(parameter.type.phrase), this is \(value.type.phrase)",
          at: position
        )
      }
      values[name] = converted
    }
    for parameter in declaration.parameters
    where parameter.isRequired && values[parameter.name] == nil {
      throw .mistyped("\(operation) needs `\(parameter.name)`", at: position)
    }
    return Arguments(values)
  }
}

extension CommandLine {
  /// The argument vector in a scope: one argument a word, and one an element of a list.
  ///
  /// A lone `${…}` that is a list becomes as many arguments, so that no shell
  /// is needed to split anything.
  public func argv(in scope: Scope) throws(EvaluationError) -> [String] {
    var argv: [String] = []
    for argument in arguments {
      switch try argument.resolve(in: scope) {
      case let value where value.holdsSecret:
        throw .mistyped(
          "an argument would hold a secret, and ps(1) lists it",
          at: argument.position
        )
      case .list(let values): argv += values.map(\.description)
      case let value: argv.append(value.description)
      }
    }
    return argv
  }
}
