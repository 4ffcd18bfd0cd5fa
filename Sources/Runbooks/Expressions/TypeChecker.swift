/// Works out the type of a tree, and refuses what cannot have one.
struct TypeChecker {
  let scope: TypeScope
  let file: String

  func type(of node: ExpressionNode) throws(ExpressionError) -> ValueType {
    switch node.form {
    case .literal(let value):
      return value.type
    case .list(let nodes):
      return .list(try elementType(of: nodes))
    case .reference(let reference):
      let entry = try scope.entry(for: reference)
      if let reason = entry.unset {
        if entry.type.holdsSecret {
          throw ExpressionError(
            "`\(reference)` may have no value: \(reason)",
            fix:
              "Let the step that gives it run and succeed in every case; a secret has no default.",
            at: reference.position
          )
        }
        throw ExpressionError(
          "`\(reference)` may have no value: \(reason)",
          fix: "Read it with default(\(reference), \(Self.example(of: entry.type))).",
          at: reference.position
        )
      }
      return entry.type
    case .fallback(let reference, let value):
      let entry = try scope.entry(for: reference)
      guard !entry.type.holdsSecret else {
        throw error(
          "`\(reference)` is a secret and has no default",
          fix: "Let the step that gives it run in every case.",
          at: node.mark
        )
      }
      guard value.fits(entry.type) else {
        throw error(
          "`\(reference)` is \(entry.type.phrase), its default \(value.type.phrase)",
          fix: "Give a default like \(Self.example(of: entry.type)).",
          at: node.mark
        )
      }
      return entry.type
    case .not(let node):
      try need(.boolean, of: node, for: "`not`")
      return .boolean
    case .all(let nodes):
      for node in nodes { try need(.boolean, of: node, for: "`and`") }
      return .boolean
    case .any(let nodes):
      for node in nodes { try need(.boolean, of: node, for: "`or`") }
      return .boolean
    case .sum(let nodes):
      return try sumType(of: nodes)
    case .comparison(let sign, let a, let b):
      try check(a, sign, b)
      return .boolean
    case .membership(let element, in: let list):
      try check(element, in: list)
      return .boolean
    case .count(let list):
      guard case .list = try type(of: list) else {
        throw error("count needs a list", fix: "Give it a list.", at: list.mark)
      }
      return .integer
    case .contains(let text, let part):
      if try type(of: text) != .list(.string) { try need(.string, of: text, for: "contains") }
      try need(.string, of: part, for: "contains")
      return .boolean
    }
  }

  // MARK: Rules

  private func need(
    _ wanted: ValueType,
    of node: ExpressionNode,
    for place: String
  ) throws(ExpressionError) {
    let found = try type(of: node)
    try refuse(found, at: node)
    guard found == wanted else {
      throw error(
        "\(place) needs \(wanted.phrase), this is \(found.phrase)",
        fix: wanted == .boolean ? "Compare it with something." : "Give \(wanted.phrase).",
        at: node.mark
      )
    }
  }

  /// Refuses to compute with a secret: the record of what came out would tell of it.
  private func refuse(_ type: ValueType, at node: ExpressionNode) throws(ExpressionError) {
    guard type.holdsSecret else { return }
    throw error(
      "a secret is not compared: what comes out is shown and recorded",
      fix: "Give it to a command by `stdin`, and let the exit status judge.",
      at: node.mark
    )
  }

  private func sumType(of nodes: [ExpressionNode]) throws(ExpressionError) -> ValueType {
    var total = try type(of: nodes[0])
    for node in nodes {
      let next = try type(of: node)
      try refuse(next, at: node)
      guard next.hasOrder, total.isComparable(with: next) else {
        throw error(
          "\(total) and \(next) have no sum",
          fix: "Add numbers or durations; a text is joined by `${…}${…}`.",
          at: node.mark
        )
      }
      if next == .number { total = .number }
    }
    return total
  }

  private func elementType(of nodes: [ExpressionNode]) throws(ExpressionError) -> ValueType {
    guard let first = nodes.first else { return .string }
    let wanted = try type(of: first)
    try refuse(wanted, at: first)
    for node in nodes.dropFirst() {
      let found = try type(of: node)
      guard found == wanted else {
        throw error(
          "a list of \(wanted) holds \(found.phrase)",
          fix: "Give every element the same type.",
          at: node.mark
        )
      }
    }
    return wanted
  }

  private func check(
    _ a: ExpressionNode,
    _ sign: ExpressionNode.Comparison,
    _ b: ExpressionNode
  ) throws(ExpressionError) {
    let left = try type(of: a)
    let right = try type(of: b)
    try refuse(left, at: a)
    try refuse(right, at: b)
    if sign.isOrdering {
      guard left.hasOrder, right.hasOrder, left.isComparable(with: right) else {
        throw error(
          "\(left) and \(right) have no order",
          fix: "Compare two numbers or two durations, or use == and !=.",
          at: a.mark
        )
      }
      return
    }
    let sides = a.isEmptyList || b.isEmptyList ? left.isList && right.isList : true
    guard sides, left.isComparable(with: right) || a.isEmptyList || b.isEmptyList else {
      throw error(
        "\(left.phrase) never equals \(right.phrase)",
        fix: "Compare values of one type.",
        at: a.mark
      )
    }
    try checkWords(a, against: b)
    try checkWords(b, against: a)
  }

  private func check(
    _ element: ExpressionNode,
    in list: ExpressionNode
  ) throws(ExpressionError) {
    let wanted = try type(of: element)
    try refuse(wanted, at: element)
    guard case .list(let found) = try type(of: list) else {
      throw error(
        "`in` needs a list on its right",
        fix: "Write it like x in ['a', 'b'].",
        at: list.mark
      )
    }
    guard list.isEmptyList || wanted.isComparable(with: found) else {
      throw error(
        "a list of \(found) never holds \(wanted.phrase)",
        fix: "Compare values of one type.",
        at: element.mark
      )
    }
    guard case .list(let nodes) = list.form else { return }
    for node in nodes { try checkWords(element, against: node) }
  }

  /// Refuses a literal that a name with known words can never be.
  private func checkWords(
    _ node: ExpressionNode,
    against other: ExpressionNode
  ) throws(ExpressionError) {
    guard case .reference(let reference) = node.form,
      case .literal(.string(let literal)) = other.form,
      let words = try scope.entry(for: reference).words, !words.contains(literal)
    else { return }
    throw error(
      "`\(reference)` is never '\(literal)'",
      fix: Spelling.hint(
        for: literal,
        among: words,
        else: "It is one of \(words.joined(separator: ", "))."
      ),
      at: other.mark
    )
  }

  private func error(_ message: String, fix: String, at mark: TextMark) -> ExpressionError {
    ExpressionError(message, fix: fix, at: mark.position(in: file))
  }

  private static func example(of type: ValueType) -> String {
    switch type {
    case .string, .record: "''"
    case .integer, .number: "0"
    case .boolean: "false"
    case .duration: "0s"
    case .list: "[]"
    case .secret: "a secret"
    }
  }
}

extension ExpressionNode {
  fileprivate var isEmptyList: Bool {
    if case .list(let nodes) = form { nodes.isEmpty } else { false }
  }
}

extension ValueType {
  fileprivate var hasOrder: Bool { self == .integer || self == .number || self == .duration }

  fileprivate var isList: Bool { if case .list = self { true } else { false } }

  /// Whether equality between the two can ever be true.
  fileprivate func isComparable(with other: ValueType) -> Bool {
    let numbers: Set<ValueType> = [.integer, .number]
    return self == other || (numbers.contains(self) && numbers.contains(other))
  }
}
