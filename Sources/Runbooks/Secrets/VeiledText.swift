/// A text in which secrets are marks, until a process that holds them writes it out.
public struct VeiledText: Sendable, Hashable, CustomStringConvertible {
  /// A piece of it.
  enum Piece: Sendable, Hashable {
    case text(String)
    case secret(SecretMark)
  }

  let pieces: [Piece]

  init(pieces: [Piece]) { self.pieces = pieces }

  /// A text that everybody may read.
  public init(_ text: String) { pieces = [.text(text)] }

  /// A secret, and nothing else.
  public init(_ secret: SecretMark) { pieces = [.secret(secret)] }

  /// One text after the other.
  public static func + (first: VeiledText, second: VeiledText) -> VeiledText {
    VeiledText(pieces: first.pieces + second.pieces)
  }

  /// As everybody may read it: each secret as its mark.
  public var description: String {
    pieces.map {
      switch $0 {
      case .text(let text): text
      case .secret(let mark): mark.description
      }
    }.joined()
  }

  /// As the command reads it.
  ///
  /// - Throws: when a secret is not held by this process.
  public func revealed(by vault: SecretVault) throws(OperationFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    for piece in pieces {
      switch piece {
      case .text(let text): bytes += Array(text.utf8)
      case .secret(let mark): bytes += try vault.secret(of: mark)
      }
    }
    return bytes
  }
}

extension Template {
  /// The text in a scope, with the secrets in it kept apart.
  func veiled(in scope: Scope) throws(EvaluationError) -> VeiledText {
    var pieces: [VeiledText.Piece] = []
    for part in parts {
      switch part {
      case .text(let text): pieces.append(.text(text))
      case .expression(let node):
        let value = try Evaluator(scope: scope, file: position.file).value(of: node)
        if let mark = value.mark {
          pieces.append(.secret(mark))
        } else {
          pieces.append(.text(try shown(value)))
        }
      }
    }
    return VeiledText(pieces: pieces)
  }

  /// A value as it stands in a text that everybody may read.
  func shown(_ value: Value) throws(EvaluationError) -> String {
    guard !value.holdsSecret else {
      throw .mistyped("a secret would be shown here", at: position)
    }
    return value.description
  }
}

extension CommandLine {
  /// The command in a scope, as everybody may see it before it runs.
  public func planned(in scope: Scope) throws(EvaluationError) -> PlannedAction {
    let argv = try argv(in: scope)
    guard let input = standardInput else { return PlannedAction(argv: argv) }
    return PlannedAction(argv: argv, standardInput: try input.veiled(in: scope).description)
  }
}

extension SecretVault {
  /// The secret of a mark, for whoever hands it on.
  ///
  /// - Throws: when this process does not hold it.
  public func secret(of mark: SecretMark) throws(OperationFailure) -> [UInt8] {
    if let secret = reveal(mark) { return secret }
    throw OperationFailure(
      .refused,
      "this process does not hold the \(mark.hash == nil ? "secret" : "\(mark)") that is needed",
      advice: "Give it again; secrets are kept in memory only.",
      effect: .none
    )
  }
}
