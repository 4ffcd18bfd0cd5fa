internal import Runbooks

/// `postfix.intake`: takes Postfix's TCP listeners away or puts them back (`master_service_disable`,
/// postconf(5)).
///
/// The setting is in the pod's own copy of main.cf, so a new pod takes mail again. While it stands
/// the pod is alive and not ready, as its readiness probe looks for port 25.
struct IntakeOperation: CommandOperation {
  var declaration: OperationDeclaration { .intake }

  private static let setting = "master_service_disable"

  private func value(_ arguments: Arguments) -> String {
    arguments.boolean("accept") == true ? "" : "inet"
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    return [
      .postfix(["postconf", "-h", Self.setting], on: site),
      .postfix(
        ["postconf", "-e", "\(Self.setting)=\(value(arguments))"],
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
    let arguments = call.arguments
    let accepts = arguments.boolean("accept") == true
    let wanted = value(arguments)
    return .run(commands[0]) { before throws(OperationFailure) in
      try PostfixFailure.require(before, of: commands[0])
      let changed = String(before.stdoutText.trimmingSpaces) != wanted
      return .run(commands[1]) { set throws(OperationFailure) in
        try PostfixFailure.require(set, of: commands[1])
        return .run(commands[2]) { reload throws(OperationFailure) in
          try PostfixFailure.require(reload, of: commands[2])
          return .done(
            OperationResult(
              values: ["accepting": .boolean(accepts), "changed": .boolean(changed)],
              summary: "Postfix takes \(accepts ? "" : "no ")mail"
                + (changed ? "." : ", as before.")
            )
          )
        }
      }
    }
  }
}
