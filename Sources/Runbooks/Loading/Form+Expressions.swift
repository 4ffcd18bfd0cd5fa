extension Form where Output == Expression {
  /// An expression; it may be a plain true or false.
  static var expression: Form {
    Form(schema: ["type": ["string", "boolean"]]) { node, reader in
      guard let scalar = node.scalar else {
        reader.note(
          "an expression is expected here, this is \(node.kind)",
          fix: "Write it like `result.total < 30`.",
          at: node.mark
        )
        return nil
      }
      let map = reader.document.map(of: scalar, at: node)
      do throws(ExpressionError) {
        return try Expression(parsing: scalar.text, at: reader.position(node.mark), map: map)
      } catch {
        reader.note(error)
        return nil
      }
    }
  }
}

extension Form where Output == Template {
  /// A text that may have `${…}` in it.
  static var template: Form {
    Form(schema: ["type": "string", "minLength": 1]) { node, reader in
      guard let text = Form<String>.text.read(node, &reader) else { return nil }
      return reader.template(text, at: node)
    }
  }

  /// One word of a command line; a number is taken as it is written.
  static var word: Form {
    Form(schema: ["type": ["string", "number", "boolean"]]) { node, reader in
      guard let scalar = node.scalar, !scalar.isNull else {
        reader.note(
          "one argument is expected here, this is \(node.kind)",
          fix: "Write one word, in quotes if it has spaces.",
          at: node.mark
        )
        return nil
      }
      return reader.template(scalar.text, at: node)
    }
  }
}

extension Reader {
  /// Reads a scalar's text as a template.
  fileprivate mutating func template(_ text: String, at node: YAMLNode) -> Template? {
    guard let scalar = node.scalar else { return nil }
    let map = document.map(of: scalar, at: node)
    do throws(ExpressionError) {
      return try Template(parsing: text, at: position(node.mark), map: map)
    } catch {
      note(error)
      return nil
    }
  }
}

extension Form where Output == Argument {
  /// Any tree of values, texts with `${…}` among them.
  static var argument: Form {
    Form(schema: ["not": ["type": "null"]]) { node, reader in reader.argument(node) }
  }
}

extension Reader {
  /// A tree as an argument; parts without `${…}` become literals.
  fileprivate mutating func argument(_ node: YAMLNode) -> Argument? {
    switch node.content {
    case .scalar(let scalar):
      guard let value = coreValue(scalar, at: node.mark) else { return nil }
      guard case .string(let text) = value, text.contains("${") else { return .literal(value) }
      guard let template = template(text, at: node) else { return nil }
      return template.literal.map { .literal(.string($0)) } ?? .template(template)
    case .sequence(let nodes):
      var elements: [Argument] = []
      for node in nodes {
        if let element = argument(node) { elements.append(element) }
      }
      guard elements.count == nodes.count else { return nil }
      let values = elements.compactMap(\.literalValue)
      return values.count == elements.count ? .literal(.list(values)) : .list(elements)
    case .mapping(let entries):
      var fields: [String: Argument] = [:]
      for entry in entries { fields[entry.key] = argument(entry.value) }
      guard fields.count == entries.count else { return nil }
      let values = fields.compactMapValues(\.literalValue)
      return values.count == fields.count ? .literal(.record(values)) : .record(fields)
    }
  }

  /// A scalar's value by the core schema; else a problem.
  mutating func coreValue(_ scalar: YAMLScalar, at mark: TextMark) -> Value? {
    do throws(YAMLScalar.Refusal) {
      return try scalar.coreValue()
    } catch {
      note(error.message, fix: error.fix, at: mark)
      return nil
    }
  }
}

extension Argument {
  /// The value, where nothing in it is left to work out.
  var literalValue: Value? {
    if case .literal(let value) = self { value } else { nil }
  }
}

extension Form where Output == Value {
  /// Any tree of plain values, `${` in it included.
  static var value: Form {
    Form(schema: ["not": ["type": "null"]]) { node, reader in reader.value(node) }
  }
}

extension Reader {
  fileprivate mutating func value(_ node: YAMLNode) -> Value? {
    switch node.content {
    case .scalar(let scalar): return coreValue(scalar, at: node.mark)
    case .sequence(let nodes):
      var values: [Value] = []
      for node in nodes {
        if let value = value(node) { values.append(value) }
      }
      return values.count == nodes.count ? .list(values) : nil
    case .mapping(let entries):
      var fields: [String: Value] = [:]
      for entry in entries { fields[entry.key] = value(entry.value) }
      return fields.count == entries.count ? .record(fields) : nil
    }
  }
}
