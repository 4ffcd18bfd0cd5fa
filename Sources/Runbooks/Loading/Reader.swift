/// Reads typed values out of a YAML tree and notes every problem on the way.
struct Reader {
  let document: YAMLDocument
  /// What the operations of the catalogue do to the world; for the risk of a step.
  var risks: [OperationName: Risk] = [:]
  /// Whether the text is one that a run is pinned to.
  var readsPinned = false
  /// Where the checks are that a runbook uses; nil: no runbook is read.
  var finder: CheckFinder?
  /// The texts of the checks used so far.
  var usedTexts: [CheckID: CheckText] = [:]
  private(set) var problems: [RunbookProblem] = []

  init(_ document: YAMLDocument) { self.document = document }

  var file: String { document.source.file }

  /// The place of a mark in the file.
  func position(_ mark: TextMark) -> SourcePosition {
    document.source.inside(mark).position(in: file)
  }

  /// The most problems that are noted; nobody reads more, and a hostile file has millions.
  static let maximumProblems = 200

  private var isFull: Bool { problems.count >= Self.maximumProblems }

  /// Notes a problem.
  ///
  /// The message and the fix are worked out only if there is room for them.
  mutating func note(
    _ message: @autoclosure () -> String,
    fix: @autoclosure () -> String,
    at mark: TextMark,
    severity: RunbookProblem.Severity = .error
  ) {
    guard !isFull else { return }
    problems.append(RunbookProblem(message(), fix: fix(), at: position(mark), severity: severity))
  }

  /// Notes a problem that was found elsewhere.
  mutating func note(_ problem: RunbookProblem) {
    guard !isFull else { return }
    problems.append(problem)
  }

  /// Notes a problem found in an expression.
  mutating func note(_ error: ExpressionError) {
    note(error.message, fix: error.fix, at: error.position.mark)
  }

  // MARK: Mappings

  /// The keys of a mapping with their values, once the table has had its say.
  struct Fields {
    let node: YAMLNode
    fileprivate(set) var values: [String: YAMLField]

    func has<Output>(_ field: Field<Output>) -> Bool { values[field.row.key] != nil }

    /// Where the value of a key stands, else where the mapping begins.
    func mark<Output>(_ field: Field<Output>) -> TextMark {
      values[field.row.key]?.value.mark ?? node.mark
    }
  }

  /// Opens a mapping: refuses keys that are unknown, missing, or in the wrong company.
  mutating func fields(of node: YAMLNode, in table: FieldTable) -> Fields? {
    guard case .mapping(let entries) = node.content else {
      note(
        "a \(table.name) is a mapping, this is \(node.kind)",
        fix: "Write it as `key: value` lines\(Self.example(of: table)).",
        at: node.mark
      )
      return nil
    }
    var fields = Fields(node: node, values: [:])
    let bodies = entries.filter { table.alternatives.contains($0.key) }
    for entry in entries {
      guard let row = table.row(entry.key) else {
        refuse(entry, in: table)
        continue
      }
      fields.values[entry.key] = entry
      if !row.bodies.isEmpty, !bodies.isEmpty,
        !bodies.contains(where: { row.bodies.contains($0.key) })
      {
        let homes = row.bodies.map { "`\($0)`" }.joined(separator: ", ")
        note(
          "`\(entry.key)` has no meaning beside `\(bodies[0].key)`",
          fix: "Remove it; it belongs to \(homes).",
          at: entry.keyMark
        )
      }
    }
    noteMissing(of: table, in: fields, entries)
    if !table.alternatives.isEmpty { check(bodies, of: table, at: node.mark) }
    return fields
  }

  /// Reads the value of a key; nil where it is absent or wrong.
  mutating func value<Output>(_ field: Field<Output>, in fields: Fields) -> Output? {
    guard let entry = fields.values[field.row.key] else { return nil }
    if entry.value.scalar?.isNull ?? false {
      note(
        "`\(field.row.key)` has no value",
        fix: "Give it one, or remove the key.",
        at: entry.value.mark
      )
      return nil
    }
    return field.form.read(entry.value, &self)
  }

  /// Notes each required key that is not there, unless a misspelt one was meant for it.
  private mutating func noteMissing(
    of table: FieldTable,
    in fields: Fields,
    _ entries: [YAMLField]
  ) {
    let missing = table.rows.filter { $0.isRequired && fields.values[$0.key] == nil }
    guard !missing.isEmpty, !isFull else { return }
    let known = table.rows.map(\.key)
    let misspelt = Set(
      entries.prefix(Self.maximumProblems).compactMap { entry in
        table.row(entry.key) == nil ? Spelling.nearest(to: entry.key, among: known) : nil
      }
    )
    for row in missing where !misspelt.contains(row.key) {
      note(
        "the \(table.name) has no `\(row.key)`",
        fix: "Add `\(row.key)`: \(row.help)",
        at: fields.node.mark
      )
    }
  }

  private mutating func refuse(_ entry: YAMLField, in table: FieldTable) {
    if let advice = table.later[entry.key] {
      note("`\(entry.key)` is not supported yet", fix: advice, at: entry.keyMark)
      return
    }
    let known = table.rows.map(\.key)
    note(
      "unknown key `\(entry.key)` in a \(table.name)",
      fix: Spelling.hint(
        for: entry.key,
        among: known,
        else: "Known are \(known.joined(separator: ", "))."
      ),
      at: entry.keyMark
    )
  }

  private mutating func check(_ bodies: [YAMLField], of table: FieldTable, at mark: TextMark) {
    let choices = table.alternatives.map { "`\($0)`" }.joined(separator: ", ")
    if bodies.isEmpty {
      note(
        "the \(table.name) does nothing",
        fix: "Give it exactly one of \(choices).",
        at: mark
      )
    }
    for body in bodies.dropFirst() {
      note(
        "the \(table.name) has both `\(bodies[0].key)` and `\(body.key)`",
        fix: "Keep one; split it if both are needed.",
        at: body.keyMark
      )
    }
  }

  private static func example(of table: FieldTable) -> String {
    guard let row = table.rows.first else { return "" }
    return ", e.g. `\(row.key): …`"
  }
}
