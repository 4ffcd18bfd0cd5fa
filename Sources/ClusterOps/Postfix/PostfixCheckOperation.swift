internal import Runbooks

/// `postfix.check`: `postfix check`, and `postconf -n`, which warns of parameters nobody reads.
struct PostfixCheckOperation: CommandOperation {
  private static let ok = ResultField<Bool>("ok", help: "no error and no warning")
  private static let warnings = ResultField<[String]>(
    "warnings",
    help: "what Postfix says, at most 50 lines"
  )
  private static let settings = ResultField<Int>("settings", help: "parameters set in main.cf")

  let declaration = OperationDeclaration(
    "postfix.check",
    "Runs `postfix check` and reads the configuration; a misspelt parameter is a warning.",
    results: [ok, warnings, settings],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    // The settings themselves are not streamed: a relay's credentials may be among them.
    return [
      .postfix(["postfix", "check"], on: site),
      .postfix(["postconf", "-n"], on: site, streams: false),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { check throws(OperationFailure) in
      // A check that fails is a finding; a container that cannot be reached is not.
      if check.exit != 0, !KubectlFailure.isFromContainer(check) {
        throw KubectlFailure.failure(check, of: commands[0])
      }
      return .run(commands[1]) { settings throws(OperationFailure) in
        if settings.exit != 0, !KubectlFailure.isFromContainer(settings) {
          throw KubectlFailure.failure(settings, of: commands[1])
        }
        return .done(Self.result(check, settings))
      }
    }
  }

  private static func result(
    _ check: CommandOutcome,
    _ settings: CommandOutcome
  ) -> OperationResult {
    let lines = (check.stderr + [0x0A] + check.stdout + [0x0A] + settings.stderr)
    let warnings = LineSplitter.lines(of: lines, limit: 1024).map { $0.text }.filter {
      !$0.trimmingSpaces.isEmpty && !$0.contains(KubectlFailure.containerSign)
        && !$0.hasPrefix("Defaulted container")
    }
    let isOK = check.exit == 0 && settings.exit == 0 && warnings.isEmpty
    let count = LineSplitter.lines(of: settings.stdout).count { $0.text.contains(" = ") }
    return OperationResult(
      [
        ok(isOK), Self.warnings(warnings.prefix(50).map { capped($0, 400) }),
        Self.settings(count),
      ],
      summary: isOK
        ? "Postfix finds nothing wrong with \(counted(count, "setting"))."
        : "Postfix has \(counted(warnings.count, "complaint"))"
          + (warnings.first.map { ": \(capped($0, 120))" } ?? "") + "."
    )
  }
}
