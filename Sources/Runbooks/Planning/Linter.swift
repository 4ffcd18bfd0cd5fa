/// Checks a runbook against the catalogue of operations before anybody runs it.
///
/// A runbook it passes has no unknown operation, no mistyped argument, no
/// reference that can be unset, no destructive step without an approval and no
/// change without a way back.
public struct Linter: Sendable {
  private let operations: [OperationName: OperationDeclaration]
  private let vantages: Set<String>?
  /// The runbooks that steps may run; nil: that is not known.
  private var known: [RunbookID: Runbook]?

  /// Takes the declarations of the catalogue.
  ///
  /// - Parameter vantages: those that the site names, for runbooks of one site; nil: any site is
  ///   meant, and should name the customary ones.
  public init(operations: [OperationDeclaration], vantages: Set<String>? = nil) {
    self.vantages = vantages
    self.operations = Dictionary(
      operations.map { ($0.name, $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The same, which knows the runbooks that steps may run.
  public func knowing(_ runbooks: [Runbook]) -> Linter {
    var linter = self
    linter.known = Dictionary(runbooks.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    return linter
  }

  /// What the catalogue says of an operation.
  func declaration(of name: OperationName) -> OperationDeclaration? { operations[name] }

  /// Everything that is wrong, in the order of the file.
  ///
  /// A graph that is unsound is reported alone: what is upstream of what is
  /// not known then.
  public func problems(in runbook: Runbook) -> [RunbookProblem] {
    let graph = StepGraph(runbook)
    guard graph.problems.isEmpty else { return graph.problems }
    var pass = LintPass(
      runbook: runbook,
      graph: graph,
      operations: operations,
      vantages: SiteVantage.builtIn.union(vantages ?? SiteVantage.customary),
      known: known
    )
    pass.checkInputs()
    pass.checkLocks()
    pass.checkGuardrails()
    for step in runbook.steps {
      pass.checkTypes(of: step)
      pass.checkSafety(of: step)
    }
    pass.checkTrust()
    pass.checkUse()
    return (pass.problems + problemsOfUse(in: runbook)).sorted()
  }
}

/// One reading of one runbook.
struct LintPass {
  let runbook: Runbook
  let graph: StepGraph
  let operations: [OperationName: OperationDeclaration]
  /// The vantages that commands may be run from.
  let vantages: Set<String>
  /// The runbooks that steps may run; nil: that is not known.
  let known: [RunbookID: Runbook]?
  let inputs: [String: TypeScope.Entry]
  let knownSteps: Set<StepID>
  private(set) var problems: [RunbookProblem] = []
  /// Inputs that something has read.
  var usedInputs: Set<String> = []

  init(
    runbook: Runbook,
    graph: StepGraph,
    operations: [OperationName: OperationDeclaration],
    vantages: Set<String>,
    known: [RunbookID: Runbook]? = nil
  ) {
    self.known = known
    self.vantages = vantages
    self.runbook = runbook
    self.graph = graph
    self.operations = operations
    inputs = Dictionary(
      runbook.inputs.map { ($0.name, $0.entry) },
      uniquingKeysWith: { first, _ in first }
    )
    knownSteps = Set(runbook.steps.map(\.id))
  }

  mutating func note(
    _ message: String,
    fix: String,
    at position: SourcePosition,
    severity: RunbookProblem.Severity = .error
  ) {
    problems.append(RunbookProblem(message, fix: fix, at: position, severity: severity))
  }

  mutating func note(_ error: ExpressionError) { problems.append(RunbookProblem(error)) }

  /// The same lock twice is a mistake, and a wait of the two would be the first's.
  mutating func checkLocks() {
    var seen: Set<String> = []
    for lock in runbook.locks
    where !seen.insert("\(lock.scope.rawValue) \(lock.name)").inserted {
      note(
        "the lock `\(lock.name)` of the \(lock.scope.rawValue) is declared twice",
        fix: "Remove one of them.",
        at: lock.position
      )
    }
  }

  mutating func checkUse() {
    for input in runbook.inputs where !usedInputs.contains(input.name) {
      note(
        "no step reads the input `\(input.name)`",
        fix: "Use it, or remove it.",
        at: input.position,
        severity: .warning
      )
    }
  }
}
