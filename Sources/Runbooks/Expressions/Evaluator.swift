/// Works out the value of a tree in a scope.
struct Evaluator {
  let scope: Scope
  let file: String

  func value(of node: ExpressionNode) throws(EvaluationError) -> Value {
    switch node.form {
    case .literal(let value):
      return value
    case .list(let nodes):
      var values: [Value] = []
      for node in nodes { values.append(try value(of: node)) }
      return .list(values)
    case .reference(let reference):
      guard let value = scope[reference] else { throw .unset(reference) }
      return value
    case .fallback(let reference, let value):
      return scope[reference] ?? value
    case .not(let node):
      return .boolean(!(try truth(of: node)))
    case .all(let nodes):
      for node in nodes where !(try truth(of: node)) { return .boolean(false) }
      return .boolean(true)
    case .any(let nodes):
      for node in nodes where try truth(of: node) { return .boolean(true) }
      return .boolean(false)
    case .sum(let nodes):
      var total = try value(of: nodes[0])
      for node in nodes.dropFirst() {
        guard let sum = Self.add(total, try value(of: node)) else {
          throw mistyped("these have no sum", at: node.mark)
        }
        total = sum
      }
      return total
    case .comparison(let sign, let a, let b):
      return .boolean(try compare(try value(of: a), sign, try value(of: b), at: node.mark))
    case .membership(let element, in: let list):
      let wanted = try value(of: element)
      guard case .list(let values) = try value(of: list) else {
        throw mistyped("`in` needs a list on its right", at: list.mark)
      }
      return .boolean(values.contains { Self.isEqual($0, wanted) })
    case .count(let list):
      guard case .list(let values) = try value(of: list) else {
        throw mistyped("count needs a list", at: list.mark)
      }
      return .integer(values.count)
    case .contains(let text, let part):
      let whole = try value(of: text)
      guard whole.text != nil || whole.type == .list(.string),
        let wanted = try value(of: part).text
      else { throw mistyped("contains needs two texts, or a list of texts and one", at: text.mark) }
      let texts = whole.elements ?? [whole]
      return .boolean(texts.compactMap(\.text).contains { wanted.isEmpty || $0.contains(wanted) })
    }
  }

  func truth(of node: ExpressionNode) throws(EvaluationError) -> Bool {
    guard case .boolean(let truth) = try value(of: node) else {
      throw mistyped("a true or false is needed", at: node.mark)
    }
    return truth
  }

  private func compare(
    _ a: Value,
    _ sign: ExpressionNode.Comparison,
    _ b: Value,
    at mark: TextMark
  ) throws(EvaluationError) -> Bool {
    switch sign {
    case .equal: return Self.isEqual(a, b)
    case .notEqual: return !Self.isEqual(a, b)
    case .less, .lessOrEqual, .greater, .greaterOrEqual: break
    }
    switch (a, b) {
    case (.integer(let a), .integer(let b)): return sign.orders(a, b)
    case (.duration(let a), .duration(let b)): return sign.orders(a, b)
    default:
      guard let a = a.real, let b = b.real else {
        throw mistyped("\(a.type) and \(b.type) have no order", at: mark)
      }
      return sign.orders(a, b)
    }
  }

  /// The sum; nil for other types, and where it is too large.
  private static func add(_ a: Value, _ b: Value) -> Value? {
    switch (a, b) {
    case (.integer(let a), .integer(let b)):
      let (sum, overflow) = a.addingReportingOverflow(b)
      return overflow ? nil : .integer(sum)
    case (.duration(let a), .duration(let b)):
      // Bounded well inside the 128 bits of attoseconds, where `+` would trap.
      let limit = Duration.seconds(Int64.max / 4)
      return a.magnitude < limit && b.magnitude < limit ? .duration(a + b) : nil
    default:
      guard let a = a.real, let b = b.real, (a + b).isFinite else { return nil }
      return .number(a + b)
    }
  }

  /// Equality over the values; a whole number equals the same number.
  private static func isEqual(_ a: Value, _ b: Value) -> Bool {
    switch (a, b) {
    case (.integer, .number), (.number, .integer): a.real == b.real
    default: a == b
    }
  }

  private func mistyped(_ message: String, at mark: TextMark) -> EvaluationError {
    .mistyped(message, at: mark.position(in: file))
  }
}

extension ExpressionNode.Comparison {
  /// Whether the order of two values is the one asked for.
  fileprivate func orders<Ordered: Comparable>(_ a: Ordered, _ b: Ordered) -> Bool {
    switch self {
    case .equal: a == b
    case .notEqual: a != b
    case .less: a < b
    case .lessOrEqual: a <= b
    case .greater: a > b
    case .greaterOrEqual: a >= b
    }
  }
}

extension Duration {
  fileprivate var magnitude: Duration { self < .zero ? .zero - self : self }
}

extension Value {
  /// The number, where this is one, whole or not.
  fileprivate var real: Double? {
    switch self {
    case .integer(let int): Double(int)
    case .number(let number): number
    case .string, .boolean, .duration, .list, .record, .secret: nil
    }
  }
}

extension Scope {
  /// The value a reference names, where it has one.
  public subscript(reference: Reference) -> Value? {
    guard let name = reference.path.first else { return nil }
    var value: Value?
    switch reference.root {
    case .inputs: value = inputs[name]
    case .site: value = site[name]
    case .run: value = run[name]
    case .step(let id): value = steps[id]?[name]
    case .result: value = result?[name]
    }
    for name in reference.path.dropFirst() { value = value.flatMap { $0[name] } }
    return value
  }
}
