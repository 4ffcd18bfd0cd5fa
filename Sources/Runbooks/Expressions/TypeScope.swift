/// The types of everything an expression can see; the twin of ``Scope`` for lint.
public struct TypeScope: Sendable, Hashable {
  /// What is known of one name.
  public struct Entry: Sendable, Hashable {
    public let type: ValueType
    /// The only texts it can be, where they are known.
    public let words: [String]?
    /// Why it may have no value, like `hold runs only when …`; nil: it always has one.
    public let unset: String?

    public init(_ type: ValueType, words: [String]? = nil, unset: String? = nil) {
      self.type = type
      self.words = words
      self.unset = unset
    }
  }

  /// `inputs.NAME`.
  public var inputs: [String: Entry]
  /// `site.PATH`, by dotted path; a last word `*` stands for any.
  public var site: [String: Entry]
  /// `run.NAME`.
  public var run: [String: Entry]
  /// `steps.ID.NAME`, `state` included, for steps that have ended by then.
  public var steps: [StepID: [String: Entry]]
  /// Every step there is; one that is not in ``steps`` may not have ended by then.
  public var knownSteps: Set<StepID>
  /// `result.NAME`, where a check judges; nil elsewhere.
  public var result: [String: Entry]?

  public init(
    inputs: [String: Entry] = [:],
    site: [String: Entry] = [:],
    run: [String: Entry] = TypeScope.runNames,
    steps: [StepID: [String: Entry]] = [:],
    knownSteps: Set<StepID> = [],
    result: [String: Entry]? = nil
  ) {
    self.inputs = inputs
    self.site = site
    self.run = run
    self.steps = steps
    self.knownSteps = knownSteps
    self.result = result
  }

  /// What `run` has in every run.
  enum RunName: String, CaseIterable {
    case id, world
    case `operator`

    /// The values of all of them.
    static func values(_ text: (RunName) -> String) -> [String: Value] {
      Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, .string(text($0))) })
    }

    fileprivate var entry: Entry {
      switch self {
      case .id, .operator: Entry(.string)
      case .world: Entry(.string, words: World.allCases.map(\.rawValue))
      }
    }
  }

  /// What `run` has, by name.
  public static let runNames = Dictionary(
    uniqueKeysWithValues: RunName.allCases.map { ($0.rawValue, $0.entry) }
  )

  /// How a step can end, as `steps.ID.state` says it.
  public enum StepEnding: String, Sendable, CaseIterable {
    case succeeded, warned, failed, skipped
  }

  /// The words of ``StepEnding``.
  public static let stepStates = StepEnding.allCases.map(\.rawValue)

  /// The name under which a step's ending stands beside its outputs.
  static let stateName = "state"
}

extension TypeScope {
  /// What is known of a reference; an unknown name is an error with the nearest known one.
  public func entry(for reference: Reference) throws(ExpressionError) -> Entry {
    switch reference.root {
    case .inputs: return try entry(for: reference, in: inputs, as: "input")
    case .run: return try entry(for: reference, in: run, as: "name of run")
    case .site: return try siteEntry(for: reference)
    case .result:
      guard let result else {
        throw ExpressionError(
          "`result` is known only where a check judges",
          fix: "Read steps.STEP.NAME instead.",
          at: reference.position
        )
      }
      return try entry(for: reference, in: result, as: "result")
    case .step(let id):
      if let names = steps[id] {
        return try entry(for: reference, in: names, as: "output of step `\(id)`")
      }
      if knownSteps.contains(id) {
        throw ExpressionError(
          "step `\(id)` need not have ended here",
          fix: "Add `\(id)` to the needs of this step.",
          at: reference.position
        )
      }
      throw ExpressionError(
        "unknown step `\(id)`",
        fix: Spelling.hint(
          for: id.name,
          among: knownSteps.union(steps.keys).map(\.name),
          else: "Give the id of a step of this runbook."
        ),
        at: reference.position
      )
    }
  }

  private func entry(
    for reference: Reference,
    in names: [String: Entry],
    as kind: String
  ) throws(ExpressionError) -> Entry {
    guard let first = names[reference.path[0]] else {
      throw unknown(reference.path[0], among: Array(names.keys), as: kind, at: reference)
    }
    return try field(reference.path.dropFirst(), of: first, in: reference)
  }

  private func siteEntry(for reference: Reference) throws(ExpressionError) -> Entry {
    for count in stride(from: reference.path.count, to: 0, by: -1) {
      let prefix = reference.path.prefix(count)
      let open = (prefix.dropLast() + ["*"]).joined(separator: ".")
      guard let found = site[prefix.joined(separator: ".")] ?? site[open] else { continue }
      return try field(reference.path.dropFirst(count), of: found, in: reference)
    }
    throw unknown(
      reference.path.joined(separator: "."),
      among: Array(site.keys),
      as: "key of the site",
      at: reference
    )
  }

  private func field(
    _ path: ArraySlice<String>,
    of entry: Entry,
    in reference: Reference
  ) throws(ExpressionError) -> Entry {
    var type = entry.type
    for name in path {
      guard case .record(let fields) = type else {
        throw ExpressionError(
          "`\(reference)` reads a field of \(type.phrase)",
          fix: "Only a record has fields.",
          at: reference.position
        )
      }
      guard let field = fields[name] else {
        throw unknown(name, among: Array(fields.keys), as: "field", at: reference)
      }
      type = field
    }
    return Entry(type, words: path.isEmpty ? entry.words : nil, unset: entry.unset)
  }

  private func unknown(
    _ name: String,
    among names: [String],
    as kind: String,
    at reference: Reference
  ) -> ExpressionError {
    let known = names.filter { !$0.hasSuffix("*") }.sorted()
    return ExpressionError(
      "unknown \(kind) `\(name)`",
      fix: Spelling.hint(
        for: name,
        among: known,
        else: known.isEmpty
          ? "There is none here." : "Known are \(known.joined(separator: ", "))."
      ),
      at: reference.position
    )
  }
}
