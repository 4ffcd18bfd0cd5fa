extension RunState {
  /// Checks given values against what was asked for.
  ///
  /// - Returns: the values, and the fallbacks that are literals where nothing was given.
  static func check(
    _ values: [String: Value], against inputs: [InputDeclaration], for step: StepID
  ) throws(CommandRefusal) -> [String: Value] {
    let known = Set(inputs.map(\.name))
    for name in values.keys.sorted() where !known.contains(name) {
      throw CommandRefusal("\(step) does not ask for `\(name)`.")
    }
    var checked = values
    for input in inputs {
      guard let value = values[input.name] else {
        if case .literal(let fallback)? = input.fallback {
          checked[input.name] = fallback
        } else if input.isRequired {
          throw CommandRefusal("\(step) asks for `\(input.name)`, which was not given.")
        }
        continue
      }
      guard input.form.admits(value) else {
        throw CommandRefusal("`\(input.name)` is to be \(input.form.inWords), not \(value).")
      }
    }
    return checked
  }
}

extension InputDeclaration.Form {
  /// Whether the value is of the type, and one of the words where words are given.
  fileprivate func admits(_ value: Value) -> Bool {
    switch (self, value) {
    case (.integer, .integer), (.boolean, .boolean), (.duration, .duration): true
    case (.choice(let words), .string(let word)): words.contains(word)
    case (.string, .string): true
    case (.domainName, .string(let text)), (.address, .string(let text)),
      (.mailbox, .string(let text)):
      !text.isEmpty && !text.contains(where: \.isWhitespace)
    default: false
    }
  }

  fileprivate var inWords: String {
    switch self {
    case .string: "a text"
    case .integer: "a whole number"
    case .boolean: "yes or no"
    case .duration: "a duration like 1h30m"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .domainName: "a domain name"
    case .address: "an IP address"
    case .mailbox: "a mailbox"
    }
  }
}
