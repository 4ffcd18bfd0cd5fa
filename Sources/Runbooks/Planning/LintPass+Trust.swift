extension LintPass {
  /// In the plan's own runbooks nothing is accepted on trust: somebody signs after every step.
  mutating func checkTrust() {
    guard runbook.kind == .wave || runbook.kind == .ticket else { return }
    var signed: Set<StepID> = []
    for step in runbook.steps {
      guard case .approve = step.body else { continue }
      signed.insert(step.id)
      signed.formUnion(graph.ancestors(of: step.id))
    }
    for step in runbook.steps where !signed.contains(step.id) {
      if case .note = step.body { continue }
      note(
        "`\(step.id)` is accepted on trust: nobody signs after it",
        fix: "Put it into the needs of an `approve` step, or of a gate before one.",
        at: step.position
      )
    }
  }
}
