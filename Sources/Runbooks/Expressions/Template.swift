/// Text with `${expression}` in it; one that is a lone `${…}` keeps the type of its value.
///
/// `$${` stands for a plain `${`.
public struct Template: Sendable, Hashable {
  /// A run of text or one expression.
  enum Part: Sendable, Hashable {
    case text(String)
    case expression(ExpressionNode)
  }

  /// The text as written.
  public let source: String
  public let position: SourcePosition
  let parts: [Part]
}

extension Template {
  /// A text in which `${` means nothing.
  init(plain text: String, at position: SourcePosition) {
    source = text
    self.position = position
    parts = text.isEmpty ? [] : [.text(text)]
  }

  /// The longest template in bytes.
  static let maximumLength = 65_536

  /// Reads a template from a text that begins at a position.
  public init(parsing source: String, at position: SourcePosition) throws(ExpressionError) {
    try self.init(parsing: source, at: position, map: TextMap(source, at: position.mark))
  }

  /// Reads a template whose bytes stand where the map says.
  init(parsing source: String, at position: SourcePosition, map: TextMap) throws(ExpressionError) {
    self.source = source
    self.position = position
    self.parts = try Self.split(Array(source.utf8), map: map, file: position.file)
  }

  private static func split(
    _ bytes: [UInt8],
    map: TextMap,
    file: String
  ) throws(ExpressionError) -> [Part] {
    let start = ExpressionLexer(bytes, map: map, file: file)
    guard bytes.count <= maximumLength else {
      throw start.error(
        "the text is longer than \(maximumLength) bytes",
        fix: "Shorten it.",
        at: 0
      )
    }
    let dollar = UInt8(ascii: "$")
    let brace = UInt8(ascii: "{")
    var parts: [Part] = []
    var text: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      guard bytes[offset] == dollar else {
        text.append(bytes[offset])
        offset += 1
        continue
      }
      if bytes[offset...].starts(with: [dollar, dollar, brace]) {
        text += [dollar, brace]
        offset += 3
      } else if bytes[offset...].starts(with: [dollar, brace]) {
        if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
        text = []
        let lexer = ExpressionLexer(bytes, from: offset + 2, map: map, file: file)
        let (node, end) = try ExpressionParser.parseEmbedded(in: lexer)
        guard end - offset <= ExpressionParser.maximumLength else {
          throw lexer.error(
            "the expression is longer than \(ExpressionParser.maximumLength) bytes",
            fix: "Let an operation work it out.",
            at: offset
          )
        }
        parts.append(.expression(node))
        offset = end
      } else {
        text.append(bytes[offset])
        offset += 1
      }
    }
    if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
    return parts
  }

  /// The text, where there is no expression in it.
  public var literal: String? {
    switch parts.count {
    case 0: ""
    case 1: if case .text(let text) = parts[0] { text } else { nil }
    default: nil
    }
  }

  /// Whether it is one `${…}` and nothing else.
  var isLone: Bool {
    guard parts.count == 1, case .expression = parts[0] else { return false }
    return true
  }

  /// Every reference, in the order of the text.
  public var references: [ReferenceUse] {
    var uses: [ReferenceUse] = []
    for case .expression(let node) in parts { node.collect(into: &uses) }
    return uses
  }

  /// The value in a scope: of the expression itself for a lone `${…}`, else a text.
  public func resolve(in scope: Scope) throws(EvaluationError) -> Value {
    if parts.count == 1, case .expression(let node) = parts[0] {
      return try Evaluator(scope: scope, file: position.file).value(of: node)
    }
    return .string(try text(in: scope))
  }

  /// The text in a scope, each value as ``Value/description`` writes it; a secret is an error.
  public func text(in scope: Scope) throws(EvaluationError) -> String {
    let evaluator = Evaluator(scope: scope, file: position.file)
    var text = ""
    for part in parts {
      switch part {
      case .text(let piece): text += piece
      case .expression(let node): text += try shown(try evaluator.value(of: node))
      }
    }
    return text
  }

  /// The type in a scope of types; for lint.
  public func type(in scope: TypeScope) throws(ExpressionError) -> ValueType {
    let checker = TypeChecker(scope: scope, file: position.file)
    var types: [ValueType] = []
    for case .expression(let node) in parts { types.append(try checker.type(of: node)) }
    if isLone { return types[0] }
    // What has a secret in it is one.
    return types.contains(where: \.holdsSecret) ? .secret : .string
  }
}
