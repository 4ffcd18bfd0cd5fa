internal import Runbooks

/// `prometheus.targets`: whom a Prometheus asks for metrics, and who answers (`/api/v1/targets`).
///
/// The one in `mail-web` asks its neighbours alone. Those of the mail pod are asked by the agent on
/// the mail node (`deploy/components/metrics`, http://127.0.0.1:9095 there), which answers this as
/// well and no query.
struct PrometheusTargets: CommandOperation {
  private static let expect = Parameter<[String]>(
    "expect",
    default: [],
    help: "jobs that have to have a target"
  )

  private static let total = ResultField<Int>("total", help: "targets")
  private static let up = ResultField<[String]>(
    "up",
    help: "those that answer, e.g. `postfix 127.0.0.1:9154`"
  )
  private static let down = ResultField<[String]>(
    "down",
    help: "those that do not, e.g. `postfix 127.0.0.1:9154: connection refused`"
  )
  private static let unknown = ResultField<[String]>(
    "unknown",
    help: "those that were not asked yet"
  )
  private static let jobs = ResultField<[String]>("jobs", help: "jobs that have a target")
  private static let missing = ResultField<[String]>(
    "missing",
    help: "of `expect` those without a target"
  )

  let declaration = OperationDeclaration(
    "prometheus.targets",
    "Lists whom Prometheus asks for metrics, and who does not answer.",
    parameters: [expect] + PrometheusFamily.service.parameters,
    results: [total, up, down, unknown, jobs, missing],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      try PrometheusFamily.service.command("/api/v1/targets", [("state", "active")], call)
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let expected = try call[Self.expect]
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let reply = try PrometheusFamily.service.answer(
        PrometheusFamily.Reply<Answered>.self,
        outcome,
        call
      )
      return .done(Self.result(reply.data.activeTargets, expected))
    }
  }

  private struct Answered: Decodable, Sendable {
    let activeTargets: [Target]
  }

  private struct Target: Decodable, Sendable {
    let labels: [String: String]
    /// `up`, `down` or `unknown`.
    let health: String
    let lastError: String

    var job: String { labels["job"] ?? "" }
    var words: String { EscapedText.escaped("\(job) \(labels["instance"] ?? "")") }
    /// With the reason; the way to it says nothing new.
    var trouble: String {
      let reason = lastError.split(separator: ": ").last.map(String.init) ?? ""
      return reason.isEmpty ? words : "\(words): \(EscapedText.escaped(reason))"
    }
  }

  private static func result(_ targets: [Target], _ expected: [String]) -> OperationResult {
    func list(_ health: String, _ text: (Target) -> String) -> [String] {
      Array(targets.filter { $0.health == health }.map(text).sorted().prefix(200))
    }
    let good = list("up", \.words)
    let bad = list("down", \.trouble)
    let present = Set(targets.map(\.job))
    let lost = expected.filter { !present.contains($0) }
    let faults = bad + lost.map { "\($0) has no target" }
    return OperationResult(
      [
        total(targets.count), up(good), down(bad), unknown(list("unknown", \.words)),
        jobs(present.sorted().map { EscapedText.escaped($0) }), missing(lost),
      ],
      summary: "\(good.count) of \(counted(targets.count, "target")) answer"
        + (faults.first.map { "; \(capped($0, 140))" } ?? "") + "."
    )
  }
}
