extension YAMLScalar {
  /// Whether it is the null of YAML 1.2's core schema (§10.3.2), an empty value included.
  var isNull: Bool { style == .plain && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// The value a plain scalar has by YAML 1.2's core schema (§10.3.2).
  ///
  /// A quoted or block scalar is a text. Nulls, infinities and numbers that
  /// readers of YAML disagree about are refused, with how to write them.
  func coreValue() throws(Refusal) -> Value {
    guard style == .plain else { return .string(text) }
    guard !isNull else {
      throw Refusal(message: "there is no value", fix: "Give one, or leave the key out.")
    }
    switch text {
    case "true", "True", "TRUE": return .boolean(true)
    case "false", "False", "FALSE": return .boolean(false)
    default: break
    }
    guard let first = text.utf8.first, text.utf8.count <= 400,
      (0x30...0x39).contains(first) || [0x2B, 0x2D, 0x2E].contains(first)
    else { return .string(text) }
    if let integer = try integer() { return integer }
    if let number = try number() { return number }
    return .string(text)
  }

  /// Why a plain scalar is no value.
  struct Refusal: Error {
    let message: String
    let fix: String
  }

  private func integer() throws(Refusal) -> Value? {
    let isNegative = text.hasPrefix("-")
    let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    guard !digits.isEmpty else { return nil }
    let isSigned = digits.count != text.count
    if !isSigned, digits.hasPrefix("0x") || digits.hasPrefix("0o") {
      let radix = digits.hasPrefix("0x") ? 16 : 8
      guard digits.dropFirst(2).utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) else { return nil }
      return Int(digits.dropFirst(2), radix: radix).map(Value.integer)
    }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    guard digits.count == 1 || !digits.hasPrefix("0") else {
      throw Refusal(
        message: "readers of YAML disagree about `\(text)`",
        fix: "Put it in quotes, or drop the leading zero."
      )
    }
    guard let value = Int((isNegative ? "-" : "") + digits) else {
      throw Refusal(message: "`\(text)` is too large", fix: "Put it in quotes if it is a text.")
    }
    return .integer(value)
  }

  private func number() throws(Refusal) -> Value? {
    let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(unsigned)) {
      throw Refusal(message: "`\(text)` is no finite number", fix: "Give a finite number.")
    }
    var rest = unsigned.utf8[...]
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    var fraction = 0
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      fraction = rest.prefix(while: isDigit).count
      rest = rest.dropFirst(fraction)
    }
    guard whole.count + fraction > 0 else { return nil }
    if rest.first == 0x65 || rest.first == 0x45 {
      rest = rest.dropFirst()
      if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
      guard !rest.isEmpty else { return nil }
      rest = rest.drop(while: isDigit)
    }
    guard rest.isEmpty else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw Refusal(message: "`\(text)` is no finite number", fix: "Give a finite number.")
    }
    return .number(number)
  }
}
