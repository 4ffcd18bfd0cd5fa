extension Linter {
  /// Everything that is wrong with a check that is written on its own: it is linted as a runbook of
  /// one step would be, so that the same words mean the same.
  public func problems(in definition: CheckDefinition) -> [RunbookProblem] {
    if case .operation(let call) = definition.check.subject,
      let declaration = declaration(of: call.operation), declaration.risk != .read
    {
      return [
        RunbookProblem(
          "`\(call.operation)` is \(declaration.risk), and a check only reads",
          fix: "Name an operation that reads.",
          at: definition.position
        )
      ]
    }
    return problems(
      in: Runbook(
        id: RunbookID(definition.id.name),
        kind: .runbook,
        title: definition.title,
        version: "1.0.0",
        owner: Role("E1"),
        summary: definition.remedy,
        inputs: [],
        steps: [
          Step(
            id: StepID(definition.id.name),
            title: definition.title,
            body: .check(definition.check),
            risk: .read,
            position: definition.position
          )
        ],
        source: RunbookSource(path: definition.position.file, text: "")
      )
    )
  }
}
