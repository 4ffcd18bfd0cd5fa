internal import Runbooks

/// `postfix.reload`: postfix(1) reload.
struct ReloadOperation: CommandOperation {
  private static let reloaded = ResultField<Bool>("reloaded", help: "always true")

  let declaration = OperationDeclaration(
    "postfix.reload",
    "Makes Postfix read its configuration anew; mail in delivery is not lost.",
    results: [reloaded],
    risk: .change,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [.postfix(["postfix", "reload"], on: call.site, changes: true)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: commands[0])
      return .done(
        OperationResult(
          [Self.reloaded(true)],
          summary: "Postfix read its configuration anew."
        )
      )
    }
  }
}
