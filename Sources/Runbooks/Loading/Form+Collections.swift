extension Form {
  /// A list of these.
  func list(atLeast minimum: Int = 0) -> Form<[Output]> {
    var members: [(key: String, value: OrderedJSON)] = [("type", "array"), ("items", schema)]
    if minimum > 0 { members.append(("minItems", .integer(minimum))) }
    return Form<[Output]>(schema: .object(members)) { node, reader in
      guard case .sequence(let nodes) = node.content else {
        reader.note(
          "a list is expected here, this is \(node.kind)",
          fix: "Write it in brackets: […].",
          at: node.mark
        )
        return nil
      }
      guard nodes.count >= minimum else {
        reader.note("the list is empty", fix: "Give at least \(minimum).", at: node.mark)
        return nil
      }
      var values: [Output] = []
      for node in nodes {
        if let value = read(node, &reader) { values.append(value) }
      }
      return values.count == nodes.count ? values : nil
    }
  }

  /// A mapping from names to these, in the order of the file.
  func named(
    _ what: String,
    pattern: String = Names.fieldPattern,
    like example: String = "top_sender",
    isName: @escaping @Sendable (String) -> Bool = Names.isField
  ) -> Form<[Named<Output>]> {
    let schema: OrderedJSON = [
      "type": "object", "propertyNames": ["pattern": .string(pattern)],
      "additionalProperties": schema,
    ]
    return Form<[Named<Output>]>(schema: schema) { node, reader in
      guard case .mapping(let entries) = node.content else {
        reader.note(
          "a mapping of \(what)s is expected here, this is \(node.kind)",
          fix: "Write `name: …`.",
          at: node.mark
        )
        return nil
      }
      var values: [Named<Output>] = []
      for entry in entries {
        guard isName(entry.key) else {
          reader.note(
            "`\(entry.key.excerpt)` cannot name a \(what)",
            fix: "Write it like `\(example)`.",
            at: entry.keyMark
          )
          continue
        }
        if let value = read(entry.value, &reader) {
          values.append(Named(name: entry.key, mark: entry.keyMark, value: value))
        }
      }
      return values.count == entries.count ? values : nil
    }
  }

  /// The other form too, tried by the shape of the node: mappings go to the first.
  func orMapping(_ other: Form) -> Form {
    Form(schema: ["anyOf": [schema, other.schema]]) { node, reader in
      if case .mapping = node.content { other.read(node, &reader) } else { read(node, &reader) }
    }
  }

  /// A mapping read by its own table.
  static func object(
    _ table: FieldTable,
    _ build: @escaping @Sendable (Reader.Fields, inout Reader) -> Output?
  ) -> Form {
    Form(schema: table.schema) { node, reader in
      guard let fields = reader.fields(of: node, in: table) else { return nil }
      return build(fields, &reader)
    }
  }
}

/// A value under the name it was given.
struct Named<Value: Sendable>: Sendable {
  let name: String
  let mark: TextMark
  let value: Value
}
