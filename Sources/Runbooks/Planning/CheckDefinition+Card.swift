extension CheckDefinition {
  /// What a screen says of it.
  ///
  /// - Parameter operations: the catalogue, which knows where an operation looks from unless told.
  public func card(_ operations: [OperationDeclaration]) -> CheckCard {
    let reads: String
    var vantage: String?
    switch check.subject {
    case .command(let command):
      reads = command.arguments.first?.source ?? ""
      vantage = "here"
    case .operation(let call):
      reads = call.operation.name
      let parameter = operations.first { $0.name == call.operation }?.parameters
        .first(where: \.isVantage)
      vantage = parameter?.standard
      if let parameter, case .literal(.string(let name))? = call.arguments[parameter.name] {
        vantage = name
      } else if let parameter, case .template(let template)? = call.arguments[parameter.name] {
        vantage = template.literal ?? template.source
      }
    }
    return CheckCard(
      id: id,
      title: title,
      group: group,
      remedy: remedy,
      runbook: runbook,
      explains: explains,
      reads: reads,
      vantage: vantage
    )
  }
}
