internal import Runbooks

/// `postfix.intake`: takes Postfix's TCP listeners away or puts them back (`master_service_disable`,
/// postconf(5)).
///
/// The setting is in the pod's own copy of main.cf, so a new pod takes mail again. While it stands
/// the pod is alive and not ready, as its readiness probe looks for port 25.
struct IntakeOperation: CommandOperation {
  private static let accept = Parameter<Bool>(
    "accept",
    help: "false to stop; holds until it is started again or the pod is replaced"
  )

  private static let accepting = ResultField<Bool>(
    "accepting",
    help: "whether mail is taken now"
  )
  private static let changed = ResultField<Bool>(
    "changed",
    help: "whether the setting was another before"
  )

  let declaration = OperationDeclaration(
    "postfix.intake",
    "Stops or starts taking mail: every TCP listener of Postfix goes or comes; deliveries go on.",
    parameters: [accept],
    results: [accepting, changed],
    risk: .change,
    isRepeatable: true
  )

  private static let setting = "master_service_disable"

  private static func value(_ accepts: Bool) -> String { accepts ? "" : "inet" }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    return [
      .postfix(["postconf", "-h", Self.setting], on: site),
      .postfix(
        ["postconf", "-e", "\(Self.setting)=\(Self.value(try call[Self.accept]))"],
        on: site,
        changes: true
      ),
      // A setting that an earlier attempt made may not be in effect yet, so this is never left out.
      .postfix(["postfix", "reload"], on: site, changes: true),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let accepts = try call[Self.accept]
    let wanted = Self.value(accepts)
    return .run(commands[0]) { before throws(OperationFailure) in
      try PostfixFailure.require(before, of: commands[0])
      let changed = String(before.stdoutText.trimmingSpaces) != wanted
      return .run(commands[1]) { set throws(OperationFailure) in
        try PostfixFailure.require(set, of: commands[1])
        return .run(commands[2]) { reload throws(OperationFailure) in
          try PostfixFailure.require(reload, of: commands[2])
          return .done(
            OperationResult(
              [Self.accepting(accepts), Self.changed(changed)],
              summary: "Postfix takes \(accepts ? "" : "no ")mail"
                + (changed ? "." : ", as before.")
            )
          )
        }
      }
    }
  }
}
