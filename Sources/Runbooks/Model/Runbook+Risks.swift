extension Runbook {
  /// Each step's risk by the name of the step.
  var risks: [String: Risk] {
    Dictionary(steps.map { ($0.id.name, $0.risk) }, uniquingKeysWith: { first, _ in first })
  }

  /// The same text with each step's risk as it once was.
  ///
  /// An operation's risk comes from the catalogue, which may judge it otherwise by now; what a run
  /// waited for and who had to let it go must not change with that.
  func pinned(to risks: [String: Risk]) -> Runbook {
    guard risks != self.risks else { return self }
    return Runbook(
      id: id,
      kind: kind,
      title: title,
      version: version,
      owner: owner,
      summary: summary,
      onDisconnect: onDisconnect,
      locks: locks,
      guardrails: guardrails,
      inputs: inputs,
      steps: steps.map { step in risks[step.id.name].map(step.withRisk) ?? step },
      source: source
    )
  }
}
