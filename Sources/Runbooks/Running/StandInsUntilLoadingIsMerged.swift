// Deleted when the branch with Expressions and Planning is merged.

struct StandInError: Error, CustomStringConvertible {
  let description: String
}

extension Expression {
  func evaluate(in scope: Scope) throws(StandInError) -> Value {
    switch source {
    case "true": return .boolean(true)
    case "false": return .boolean(false)
    default: break
    }
    let words = source.split(separator: ".").map(String.init)
    switch words.first {
    case "result" where words.count == 2:
      if let value = scope.result?[words[1]] { return value }
    case "inputs" where words.count == 2:
      if let value = scope.inputs[words[1]] { return value }
    case "steps" where words.count == 3:
      if let value = scope.steps[StepID(words[1])]?[words[2]] { return value }
    default: break
    }
    throw StandInError(description: "\(source) has no value here")
  }
}

extension Template {
  func resolve(in scope: Scope) throws(StandInError) -> Value {
    if source.hasPrefix("${"), source.hasSuffix("}") {
      let expression = Expression(
        source: String(source.dropFirst(2).dropLast()), position: position)
      return try expression.evaluate(in: scope)
    }
    if let span = DurationText.parse(source) { return .duration(span) }
    return .string(source)
  }

  func text(in scope: Scope) throws(StandInError) -> String {
    try resolve(in: scope).description
  }
}

extension Argument {
  func resolve(in scope: Scope) throws(StandInError) -> Value {
    switch self {
    case .literal(let value): return value
    case .template(let template): return try template.resolve(in: scope)
    case .list(let arguments):
      var values: [Value] = []
      for argument in arguments { values.append(try argument.resolve(in: scope)) }
      return .list(values)
    case .record(let fields):
      var values: [String: Value] = [:]
      for (name, argument) in fields { values[name] = try argument.resolve(in: scope) }
      return .record(values)
    }
  }
}
