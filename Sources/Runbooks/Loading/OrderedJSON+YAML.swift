extension OrderedJSON {
  /// The same as a YAML file that people go on with: two levels of lines, what is deeper in brackets.
  ///
  /// Every text comes back from ``YAMLDocument`` as it went in: what another reader of YAML could take
  /// for something else, or a person could not see, is in double quotes (YAML 1.2 §7.3.1).
  var yaml: String { block(indent: "") }

  private func block(indent: String) -> String {
    guard case .object(let members) = self else { return indent + flow + "\n" }
    return members.map { key, value in
      let head = indent + Self.word(key) + ":"
      switch value {
      case .object(let inner) where indent.isEmpty && !inner.isEmpty:
        return head + "\n" + value.block(indent: "  ")
      case .array(let elements) where !elements.allSatisfy(\.isWord):
        return head + "\n" + elements.map { indent + "  - \($0.flow)\n" }.joined()
      default:
        return head + " \(value.flow)\n"
      }
    }.joined()
  }

  /// The value on one line.
  private var flow: String {
    switch self {
    case .string(let text): Self.word(text)
    case .integer(let int): String(int)
    case .boolean(let truth): truth ? "true" : "false"
    case .array(let elements): "[" + elements.map(\.flow).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.word($0.key)): \($0.value.flow)" }.joined(separator: ", ") + "}"
    }
  }

  private var isWord: Bool {
    switch self {
    case .string, .integer, .boolean: true
    case .array, .object: false
    }
  }

  private static func word(_ text: String) -> String { isPlain(text) ? text : quoted(text) }

  /// Texts that YAML 1.1 reads as truth (its type repository, `bool`).
  private static let truths: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false"]

  /// Whether every reader of YAML takes the text for a text without quotes, in brackets too.
  private static func isPlain(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    let bytes = Array(text.utf8)
    guard let first = bytes.first,
      bytes.allSatisfy({ isLetter($0) || isDigit($0) || "._/@-=".utf8.contains($0) }),
      !truths.contains(text.lowercased())
    else { return false }
    // Numbers, dates and what looks like them have a digit in front; of those addresses alone are safe.
    if isDigit(first), !InputDeclaration.Form.isAddress(text) { return false }
    if first == UInt8(ascii: "-"), !(bytes.count > 1 && isLetter(bytes[1])) { return false }
    if "@=".utf8.contains(first) { return false }
    guard case .string? = try? YAMLScalar(text: text, style: .plain).coreValue() else {
      return false
    }
    return true
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate,
          .unassigned:
          let digits = String(scalar.value, radix: 16, uppercase: true)
          quoted += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
        default: quoted.unicodeScalars.append(scalar)
        }
      }
    }
    return quoted + "\""
  }
}
