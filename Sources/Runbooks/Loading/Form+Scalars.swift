extension Reader {
  /// The text of a scalar that YAML reads as a text; else a problem.
  mutating func text(of node: YAMLNode, as what: String) -> String? {
    guard let scalar = node.scalar else {
      note("\(what) is expected here, this is \(node.kind)", fix: "Write one value.", at: node.mark)
      return nil
    }
    do throws(YAMLScalar.Refusal) {
      guard case .string(let text) = try scalar.coreValue() else {
        note(
          "\(what) is expected here, `\(scalar.text)` is not read as a text",
          fix: "Put it in quotes if it is meant.",
          at: node.mark
        )
        return nil
      }
      return text
    } catch {
      note(error.message, fix: error.fix, at: node.mark)
      return nil
    }
  }
}

extension Form where Output == String {
  /// A text that is not blank.
  static var text: Form {
    Form(schema: ["type": "string", "minLength": 1]) { node, reader in
      guard let text = reader.text(of: node, as: "a text") else { return nil }
      guard text.contains(where: { !$0.isWhitespace }) else {
        reader.note("the text is blank", fix: "Write something, or remove the key.", at: node.mark)
        return nil
      }
      return text
    }
  }

  /// A text of a fixed form.
  ///
  /// The pattern is for editors; `matches` must accept the same texts.
  static func pattern(
    _ pattern: String,
    as what: String,
    like example: String,
    matches: @escaping @Sendable (String) -> Bool
  ) -> Form {
    Form(schema: ["type": "string", "pattern": .string(pattern)]) { node, reader in
      guard let text = reader.text(of: node, as: what) else { return nil }
      guard matches(text) else {
        reader.note(
          "`\(text.excerpt)` is not \(what)",
          fix: "Write it like \(example).",
          at: node.mark
        )
        return nil
      }
      return text
    }
  }

  /// An id that never changes.
  static var slug: Form {
    .pattern(
      Names.slugPattern,
      as: "an id of small letters, digits and hyphens",
      like: "queue-triage",
      matches: Names.isSlug
    )
  }

  /// One fixed text.
  static func constant(_ wanted: String) -> Form {
    Form(schema: ["const": .string(wanted)]) { node, reader in
      guard let scalar = node.scalar, scalar.text == wanted else {
        reader.note("this must be `\(wanted)`", fix: "Write `\(wanted)`.", at: node.mark)
        return nil
      }
      return wanted
    }
  }
}

extension Form {
  /// The same form read as another type.
  func map<Other: Sendable>(_ transform: @escaping @Sendable (Output) -> Other) -> Form<Other> {
    Form<Other>(schema: schema) { node, reader in read(node, &reader).map(transform) }
  }

  /// One of a few words.
  static func word(_ words: [(word: String, value: Output)]) -> Form {
    let known = words.map(\.word)
    return Form(schema: ["enum": .array(known.map(OrderedJSON.string))]) { node, reader in
      let text = node.scalar?.text
      guard let text, let found = words.first(where: { $0.word == text }) else {
        reader.note(
          text.map { "`\($0.excerpt)` is not known here" } ?? "a word is expected here",
          fix: Spelling.hint(
            for: text ?? "",
            among: known,
            else: "Write one of \(known.joined(separator: ", "))."
          ),
          at: node.mark
        )
        return nil
      }
      return found.value
    }
  }
}

extension Form where Output: CaseIterable & RawRepresentable, Output.RawValue == String {
  /// One of the words of an enumeration.
  static var cases: Form { .word(Output.allCases.map { ($0.rawValue, $0) }) }
}

extension Form where Output == Bool {
  /// true or false.
  static var boolean: Form {
    Form(schema: ["type": "boolean"]) { node, reader in
      guard let scalar = node.scalar, case .boolean(let truth)? = try? scalar.coreValue() else {
        reader.note("true or false is expected here", fix: "Write true or false.", at: node.mark)
        return nil
      }
      return truth
    }
  }
}

extension Form where Output == Int {
  /// A whole number in a range.
  static func integer(_ range: ClosedRange<Int>) -> Form {
    let schema: OrderedJSON = [
      "type": "integer", "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound),
    ]
    return Form(schema: schema) { node, reader in
      guard let scalar = node.scalar, case .integer(let int)? = try? scalar.coreValue(),
        range.contains(int)
      else {
        reader.note(
          "a whole number from \(range.lowerBound) to \(range.upperBound) is expected here",
          fix: "Write it in digits, without quotes.",
          at: node.mark
        )
        return nil
      }
      return int
    }
  }
}

extension Form where Output == Double {
  /// A number in a range.
  static func number(_ range: ClosedRange<Int>) -> Form {
    let schema: OrderedJSON = [
      "type": "number", "minimum": .integer(range.lowerBound),
      "maximum": .integer(range.upperBound),
    ]
    return Form(schema: schema) { node, reader in
      let value = node.scalar.flatMap { try? $0.coreValue() }?.converted(to: .number)
      guard case .number(let number)? = value,
        number >= Double(range.lowerBound), number <= Double(range.upperBound)
      else {
        reader.note(
          "a number from \(range.lowerBound) to \(range.upperBound) is expected here",
          fix: "Write it in digits, without quotes.",
          at: node.mark
        )
        return nil
      }
      return number
    }
  }
}

extension Form where Output == Duration {
  /// A span of time longer than nothing.
  static var duration: Form {
    let schema: OrderedJSON = ["type": "string", "pattern": .string(Names.durationPattern)]
    return Form(schema: schema) { node, reader in
      let text = node.scalar?.text ?? ""
      guard let span = DurationText.parse(text), span > .zero else {
        reader.note(
          "a duration is expected here",
          fix: "Write it like 90s, 10m, 1h30m or 7d.",
          at: node.mark
        )
        return nil
      }
      return span
    }
  }
}

extension String {
  /// The beginning of a text on one line, for a message.
  var excerpt: String {
    let line = String(prefix(40)).split(whereSeparator: \.isNewline).joined(separator: " ")
    return count > 40 ? line + "…" : line
  }
}
