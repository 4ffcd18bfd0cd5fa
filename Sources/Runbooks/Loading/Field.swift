/// How one kind of value is written: what reads it, and what an editor may know of it.
///
/// The two stand together so that the loader and `runbook.schema.json` cannot
/// drift apart.
struct Form<Output: Sendable>: Sendable {
  /// JSON Schema 2020-12.
  let schema: OrderedJSON
  /// Reads a node; gives nil after noting at least one problem.
  let read: @Sendable (YAMLNode, inout Reader) -> Output?
}

/// One key of a mapping: the row of the field table, and the type behind it.
struct Field<Output: Sendable>: Sendable {
  let row: FieldRow
  let form: Form<Output>

  /// Declares a key; `of` names the step bodies it belongs to, none: all.
  init(
    _ key: String,
    _ form: Form<Output>,
    required: Bool = false,
    of bodies: [String] = [],
    _ help: String
  ) {
    self.row = FieldRow(
      key: key,
      schema: form.schema,
      isRequired: required,
      bodies: bodies,
      help: help
    )
    self.form = form
  }
}

/// What the table says of a key.
struct FieldRow: Sendable {
  let key: String
  let schema: OrderedJSON
  let isRequired: Bool
  /// The keys one of which must stand beside it; none: it always may stand.
  let bodies: [String]
  /// One line for editors and for people.
  let help: String
}

/// The keys that one kind of mapping may have.
struct FieldTable: Sendable {
  /// The mapping in a message, like `step`.
  let name: String
  let rows: [FieldRow]
  /// Keys exactly one of which must be there.
  var alternatives: [String] = []
  /// Keys that will mean something later, with what to do until then.
  var later: [String: String] = [:]

  func row(_ key: String) -> FieldRow? { rows.first { $0.key == key } }

  /// The mapping as JSON Schema 2020-12.
  var schema: OrderedJSON {
    var members: [(key: String, value: OrderedJSON)] = [
      ("type", "object"), ("additionalProperties", false),
    ]
    let required = rows.filter(\.isRequired).map { OrderedJSON.string($0.key) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    if !alternatives.isEmpty {
      let branches = alternatives.map { key -> OrderedJSON in ["required": [.string(key)]] }
      members.append(("oneOf", .array(branches)))
    }
    members.append(
      ("properties", .object(rows.map { ($0.key, $0.schema.described(as: $0.help)) }))
    )
    let dependent = rows.filter { !$0.bodies.isEmpty }
    if !dependent.isEmpty {
      let rules = dependent.map { row -> (key: String, value: OrderedJSON) in
        let branches = row.bodies.map { key -> OrderedJSON in ["required": [.string(key)]] }
        return (row.key, branches.count == 1 ? branches[0] : ["anyOf": .array(branches)])
      }
      members.append(("dependentSchemas", .object(rules)))
    }
    return .object(members)
  }
}

extension FieldTable {
  /// The mapping as the text of a schema file for editors.
  ///
  /// - Parameter what: what such a file holds, e.g. `runbook`.
  func schemaDocument(of what: String) -> String {
    guard case .object(let members) = schema else { return "" }
    let head: [(key: String, value: OrderedJSON)] = [
      ("$schema", "https://json-schema.org/draft/2020-12/schema"),
      ("title", .string("mailconsole \(what)")),
      ("description", "Generated from the loader's field table; do not edit."),
    ]
    return OrderedJSON.object(head + members).text() + "\n"
  }
}

extension OrderedJSON {
  /// The schema with a line of help in front.
  fileprivate func described(as help: String) -> OrderedJSON {
    guard case .object(let members) = self else { return self }
    return .object([(key: "description", value: .string(help))] + members)
  }
}
