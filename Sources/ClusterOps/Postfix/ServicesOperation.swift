internal import Runbooks

/// `postfix.services`: `postconf -M` against services expected and forbidden.
struct ServicesOperation: CommandOperation {
  private static let expect = Parameter<[String]>(
    "expect",
    default: [],
    help: "services as `name/type`, e.g. `submission/inet`"
  )
  private static let forbid = Parameter<[String]>(
    "forbid",
    default: [],
    help: "services that must not be there"
  )

  private static let services = ResultField<[String]>(
    "services",
    help: "every service as `name/type`"
  )
  private static let missing = ResultField<[String]>(
    "missing",
    help: "expected services that are not there"
  )
  private static let forbidden = ResultField<[String]>(
    "forbidden",
    help: "forbidden services that are there"
  )

  let declaration = OperationDeclaration(
    "postfix.services",
    "Lists the services of master.cf and compares them with those expected.",
    parameters: [expect, forbid],
    results: [services, missing, forbidden],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [.postfix(["postconf", "-M"], on: call.site)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (expected, unwanted) = (try call[Self.expect], try call[Self.forbid])
    return .run(commands[0]) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: commands[0])
      let services = outcome.stdoutText.split(separator: "\n").compactMap { line -> String? in
        guard !line.hasPrefix(" "), !line.hasPrefix("\t") else { return nil }
        let fields = line.split { $0 == " " || $0 == "\t" }
        return fields.count > 1 ? capped("\(fields[0])/\(fields[1])") : nil
      }
      let missing = expected.filter { !services.contains($0) }
      let forbidden = unwanted.filter { services.contains($0) }
      return .done(
        OperationResult(
          [Self.services(services), Self.missing(missing), Self.forbidden(forbidden)],
          summary: "\(counted(services.count, "service")), \(missing.count) missing, "
            + "\(forbidden.count) forbidden."
        )
      )
    }
  }
}
