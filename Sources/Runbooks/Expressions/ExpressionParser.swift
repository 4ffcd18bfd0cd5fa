/// Reads the tree of an expression by recursive descent.
///
/// The grammar, loosest first: `or`, `and`, `not`, one comparison or `in`,
/// `+`, then literals, lists, references, functions and parentheses. Length and
/// depth are bounded, so that time and stack are too.
struct ExpressionParser {
  /// The longest expression in bytes.
  static let maximumLength = 4096
  /// The deepest nesting of parentheses, lists, functions and `not`.
  static let maximumDepth = 32

  private var lexer: ExpressionLexer
  private var token: ExpressionLexer.Token = .end
  /// Where the current token begins.
  private(set) var tokenOffset = 0
  private var depth = 0

  init(lexer: ExpressionLexer) throws(ExpressionError) {
    self.lexer = lexer
    try advance()
  }

  /// The whole text as one expression.
  static func parse(_ text: String, map: TextMap, file: String) throws(ExpressionError)
    -> ExpressionNode
  {
    let bytes = Array(text.utf8)
    let lexer = ExpressionLexer(bytes, map: map, file: file)
    guard bytes.count <= maximumLength else {
      throw lexer.error(
        "the expression is longer than \(maximumLength) bytes",
        fix: "Let an operation work it out.",
        at: 0
      )
    }
    var parser = try ExpressionParser(lexer: lexer)
    let node = try parser.expression()
    guard parser.token == .end else { throw parser.unexpected("the end") }
    return node
  }

  /// An expression that a `}` ends, in a template; gives the offset after the `}`.
  static func parseEmbedded(in lexer: ExpressionLexer) throws(ExpressionError)
    -> (node: ExpressionNode, end: Int)
  {
    var parser = try ExpressionParser(lexer: lexer)
    let node = try parser.expression()
    guard parser.token == .symbol("}") else { throw parser.unexpected("`}`") }
    return (node, parser.tokenOffset + 1)
  }

  // MARK: Grammar

  private mutating func expression() throws(ExpressionError) -> ExpressionNode {
    let mark = mark
    var terms = [try conjunction()]
    while token == .path(["or"]) {
      try advance()
      terms.append(try conjunction())
    }
    return terms.count == 1 ? terms[0] : ExpressionNode(form: .any(terms), mark: mark)
  }

  private mutating func conjunction() throws(ExpressionError) -> ExpressionNode {
    let mark = mark
    var terms = [try negation()]
    while token == .path(["and"]) {
      try advance()
      terms.append(try negation())
    }
    return terms.count == 1 ? terms[0] : ExpressionNode(form: .all(terms), mark: mark)
  }

  private mutating func negation() throws(ExpressionError) -> ExpressionNode {
    guard token == .path(["not"]) else { return try comparison() }
    let mark = mark
    try descend()
    defer { depth -= 1 }
    try advance()
    return ExpressionNode(form: .not(try negation()), mark: mark)
  }

  private mutating func comparison() throws(ExpressionError) -> ExpressionNode {
    let mark = mark
    let left = try sum()
    let node: ExpressionNode
    if case .symbol(let symbol) = token, let sign = ExpressionNode.Comparison(rawValue: symbol) {
      try advance()
      node = ExpressionNode(form: .comparison(sign, left, try sum()), mark: mark)
    } else if token == .path(["in"]) {
      try advance()
      node = ExpressionNode(form: .membership(left, in: try sum()), mark: mark)
    } else {
      return left
    }
    if case .symbol(let symbol) = token, ExpressionNode.Comparison(rawValue: symbol) != nil {
      throw lexer.error(
        "comparisons cannot be chained",
        fix: "Join two comparisons with `and`.",
        at: tokenOffset
      )
    }
    return node
  }

  private mutating func sum() throws(ExpressionError) -> ExpressionNode {
    let mark = mark
    var terms = [try operand()]
    while token == .symbol("+") {
      try advance()
      terms.append(try operand())
    }
    return terms.count == 1 ? terms[0] : ExpressionNode(form: .sum(terms), mark: mark)
  }

  private mutating func operand() throws(ExpressionError) -> ExpressionNode {
    let mark = mark
    switch token {
    case .value(let value):
      try advance()
      return ExpressionNode(form: .literal(value), mark: mark)
    case .symbol("("):
      try descend()
      defer { depth -= 1 }
      try advance()
      let node = try expression()
      try expect(")")
      return node
    case .symbol("["):
      return ExpressionNode(form: .list(try list()), mark: mark)
    case .path(let parts):
      let start = tokenOffset
      try advance()
      if parts.count == 1, token == .symbol("(") {
        return ExpressionNode(form: try function(parts[0], at: start), mark: mark)
      }
      return ExpressionNode(form: .reference(try reference(parts, at: start)), mark: mark)
    case .symbol, .end:
      throw unexpected("a value")
    }
  }

  private mutating func list() throws(ExpressionError) -> [ExpressionNode] {
    try descend()
    defer { depth -= 1 }
    try advance()
    var elements: [ExpressionNode] = []
    if token != .symbol("]") {
      elements.append(try expression())
      while token == .symbol(",") {
        try advance()
        elements.append(try expression())
      }
    }
    try expect("]")
    return elements
  }

  private mutating func function(_ name: String, at start: Int) throws(ExpressionError)
    -> ExpressionNode.Form
  {
    try descend()
    defer { depth -= 1 }
    try advance()
    let form: ExpressionNode.Form
    switch name {
    case "count":
      form = .count(try expression())
    case "contains":
      let text = try expression()
      try expect(",")
      form = .contains(text, part: try expression())
    case "default":
      guard case .path(let parts) = token else { throw unexpected("a reference like inputs.name") }
      let reference = try reference(parts, at: tokenOffset)
      try advance()
      try expect(",")
      form = .fallback(reference, try literal())
    default:
      throw lexer.error(
        "there is no function `\(name)`",
        fix: "Use count, contains or default.",
        at: start
      )
    }
    try expect(")")
    return form
  }

  /// A literal, or a list of literals.
  private mutating func literal() throws(ExpressionError) -> Value {
    if case .value(let value) = token {
      try advance()
      return value
    }
    let start = tokenOffset
    guard token == .symbol("[") else { throw unexpected("a literal like '' or 0") }
    var values: [Value] = []
    for element in try list() {
      guard case .literal(let value) = element.form else {
        throw lexer.error("the default must be a literal", fix: "Write a fixed value.", at: start)
      }
      values.append(value)
    }
    return .list(values)
  }

  private func reference(_ parts: [String], at offset: Int) throws(ExpressionError) -> Reference {
    let position = lexer.map.mark(at: offset).position(in: lexer.file)
    let roots: [String: Reference.Root] = [
      "inputs": .inputs, "site": .site, "run": .run, "result": .result,
    ]
    if let root = roots[parts[0]], parts.count > 1 {
      return Reference(root: root, path: Array(parts.dropFirst()), position: position)
    }
    if parts[0] == "steps", parts.count > 2 {
      return Reference(
        root: .step(StepID(parts[1])),
        path: Array(parts.dropFirst(2)),
        position: position
      )
    }
    let name = parts.joined(separator: ".")
    let fix =
      if parts[0] == "steps" {
        "Write steps.STEP.NAME, e.g. steps.look.total."
      } else if roots[parts[0]] != nil {
        "Say which one: \(parts[0]).NAME."
      } else if ["null", "nil", "none"].contains(parts[0].lowercased()) {
        "There is no null; read what may be unset with default(reference, literal)."
      } else if ["AND", "OR", "NOT", "IN"].contains(parts[0].uppercased()) {
        "Write `\(parts[0].lowercased())` between two values."
      } else {
        "Put a text in quotes; names begin with inputs, site, run, steps or result."
      }
    throw lexer.error("`\(name)` is not a name an expression knows", fix: fix, at: offset)
  }

  // MARK: Tokens

  private var mark: TextMark { lexer.map.mark(at: tokenOffset) }

  private mutating func advance() throws(ExpressionError) {
    (token, tokenOffset) = try lexer.next()
  }

  private mutating func expect(_ symbol: String) throws(ExpressionError) {
    guard token == .symbol(symbol) else { throw unexpected("`\(symbol)`") }
    // The brace of a template is read as a token, never past it.
    try advance()
  }

  private mutating func descend() throws(ExpressionError) {
    depth += 1
    guard depth <= Self.maximumDepth else {
      throw lexer.error(
        "the expression is nested deeper than \(Self.maximumDepth)",
        fix: "Split it over several steps.",
        at: tokenOffset
      )
    }
  }

  private func unexpected(_ expected: String) -> ExpressionError {
    lexer.error(
      "expected \(expected), found \(token.text)",
      fix: "Complete or correct the expression.",
      at: tokenOffset
    )
  }
}
