internal import Glibc

/// Why a text or a value is not what an input asks for.
public struct InputRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, without a full stop.
  public let message: String
  /// What to give instead, a sentence.
  public let fix: String

  public var description: String { "\(message). \(fix)" }
}

extension InputDeclaration.Form {
  /// The type of the values it accepts.
  public var type: ValueType {
    switch self {
    case .string, .choice, .domainName, .address, .mailbox: .string
    case .integer: .integer
    case .boolean: .boolean
    case .duration: .duration
    case .secret: .secret
    }
  }

  /// The form in words.
  public var name: String {
    switch self {
    case .string: "text"
    case .integer: "whole number"
    case .boolean: "true or false"
    case .duration: "duration"
    case .choice(let words): "choice of \(words.joined(separator: ", "))"
    case .domainName: "domain name"
    case .address: "address"
    case .mailbox: "mailbox"
    case .secret: "secret"
    }
  }

  /// Reads what a person typed, as after `--input name=`; spaces around it do not count.
  ///
  /// A secret is taken as it is, a text still, for whoever performs the run to keep.
  public func read(_ text: String) throws(InputRefusal) -> Value {
    let words = text.split(whereSeparator: \.isWhitespace)
    let trimmed =
      words.isEmpty ? "" : String(text[words[0].startIndex..<words[words.count - 1].endIndex])
    switch self {
    case .secret:
      try SecretForms.check(Array(text.utf8))
      return .string(text)
    case .integer:
      guard let int = Int(trimmed) else { throw refusal(of: trimmed, like: "30") }
      return .integer(int)
    case .boolean:
      switch trimmed.lowercased() {
      case "true", "yes", "y": return .boolean(true)
      case "false", "no", "n": return .boolean(false)
      default: throw refusal(of: trimmed, like: "yes or no")
      }
    case .string, .duration, .choice, .domainName, .address, .mailbox:
      return try accept(.string(trimmed))
    }
  }

  /// Checks a value, as from an answers file; a text like `10m` becomes a duration.
  public func accept(_ value: Value) throws(InputRefusal) -> Value {
    if self == .secret {
      // The value itself is not repeated in the message.
      guard case .secret = value else {
        throw InputRefusal(
          message: "a secret is not written down",
          fix: "Type it when you are asked, or name where it is in an answers file."
        )
      }
      return value
    }
    guard let value = value.converted(to: type) else {
      throw InputRefusal(
        message: "`\(value.description.excerpt)` is \(value.type.phrase), not a \(name)",
        fix: "Give a \(name)."
      )
    }
    guard case .string(let text) = value else { return value }
    switch self {
    case .choice(let words):
      guard words.contains(text) else {
        throw InputRefusal(
          message: "`\(text.excerpt)` is not one of the choices",
          fix: Spelling.hint(
            for: text,
            among: words,
            else: "Give one of \(words.joined(separator: ", "))."
          )
        )
      }
    case .domainName:
      guard Names.isDomain(text) else { throw refusal(of: text, like: "mail.example.org") }
    case .address:
      guard Self.isAddress(text) else { throw refusal(of: text, like: "203.0.113.10") }
    case .mailbox:
      guard Names.isMailbox(text) else { throw refusal(of: text, like: "alice@example.org") }
    case .string, .integer, .boolean, .duration, .secret:
      guard !text.utf8.contains(0) else { throw refusal(of: "a NUL", like: "text") }
    }
    return value
  }

  /// An IPv4 or IPv6 address as inet_pton(3) reads it; a zone is refused.
  static func isAddress(_ text: String) -> Bool {
    var buffer = in6_addr()
    return text.utf8.count <= 45
      && (inet_pton(AF_INET, text, &buffer) == 1 || inet_pton(AF_INET6, text, &buffer) == 1)
  }

  /// Why a value that has to be given says nothing; nil: it says something.
  ///
  /// A text of blanks is what a person sends who went on without answering.
  func emptiness(of value: Value) -> InputRefusal? {
    guard case .string(let text) = value, !text.contains(where: { !$0.isWhitespace }) else {
      return nil
    }
    return InputRefusal(message: "nothing was given", fix: "It is required: write it down.")
  }

  private func refusal(of text: String, like example: String) -> InputRefusal {
    InputRefusal(
      message: text.isEmpty ? "nothing was given" : "`\(text.excerpt)` is not a \(name)",
      fix: "Write it like \(example)."
    )
  }
}
