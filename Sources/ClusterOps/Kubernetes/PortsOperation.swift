internal import Runbooks

/// `k8s.ports`: what listens, read from `/proc/net`, which every container has (proc(5)).
struct PortsOperation: CommandOperation {
  private static let expect = Parameter<[Int]>(
    "expect",
    default: [],
    help: "ports that must listen on a public address"
  )
  private static let allow = Parameter<[Int]?>(
    "allow",
    help: "further ports that may; without it nothing is called unexpected"
  )

  private static let open = ResultField<[String]>(
    "open",
    help: "every listener, e.g. `0.0.0.0:25`, `[::1]:11332`"
  )
  private static let isPublic = ResultField<[Int]>(
    "public",
    help: "ports listening on more than loopback, each once"
  )
  private static let missing = ResultField<[Int]>(
    "missing",
    help: "expected ports that do not listen publicly"
  )
  private static let unexpected = ResultField<[Int]>(
    "unexpected",
    help: "public ports neither expected nor allowed"
  )

  let declaration = OperationDeclaration(
    "k8s.ports",
    "Lists the TCP ports that listen in the mail pod's network (the node's, with hostNetwork).",
    parameters: [KubernetesParameter.workload, KubernetesParameter.container, expect, allow],
    results: [open, isPublic, missing, unexpected],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      .reading(
        ["cat", "/proc/net/tcp", "/proc/net/tcp6"],
        on: call.site,
        workload: try call[KubernetesParameter.workload],
        container: try call[KubernetesParameter.container],
        keep: 16 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let expected = try call[Self.expect]
    let allowed = try call[Self.allow].map { Set(expected + $0) }
    return .run(commands[0]) { outcome throws(OperationFailure) in
      // A kernel without IPv6 has no tcp6: cat fails for it and prints the rest.
      let hasOutput = outcome.exit == 1 && KubectlFailure.isFromContainer(outcome)
      if !(hasOutput && !outcome.stdout.isEmpty) {
        try KubectlFailure.require(outcome, of: commands[0])
      }
      let open = Listener.read(outcome.stdoutText)
      let isPublic = Set(open.filter { !$0.isLoopback }.map(\.port)).sorted()
      let missing = Set(expected).subtracting(isPublic).sorted()
      let unexpected = allowed.map { Set(isPublic).subtracting($0).sorted() } ?? []
      var summary = "Listening publicly: " + isPublic.map(String.init).joined(separator: ", ")
      if isPublic.isEmpty { summary = "Nothing listens publicly" }
      if !missing.isEmpty {
        summary += "; missing: \(missing.map(String.init).joined(separator: ", "))"
      }
      if !unexpected.isEmpty {
        summary += "; unexpected: \(unexpected.map(String.init).joined(separator: ", "))"
      }
      return .done(
        OperationResult(
          [
            Self.open(open.map(\.text)), Self.isPublic(isPublic), Self.missing(missing),
            Self.unexpected(unexpected),
          ],
          summary: capped(summary) + "."
        )
      )
    }
  }
}
