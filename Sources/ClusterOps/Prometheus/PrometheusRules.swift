internal import Runbooks

/// `prometheus.rules`: the alerts that are loaded, whether they can be judged, and which fire
/// (`/api/v1/rules`).
struct PrometheusRules: CommandOperation {
  private static let expect = Parameter<[String]>(
    "expect",
    default: [],
    help: "alerts that have to be loaded, by name"
  )

  private static let groups = ResultField<Int>("groups", help: "groups of rules")
  private static let alerts = ResultField<[String]>("alerts", help: "alerts, by name")
  private static let missing = ResultField<[String]>(
    "missing",
    help: "of `expect` those not loaded"
  )
  private static let unhealthy = ResultField<[String]>(
    "unhealthy",
    help: "alerts whose query fails, with the reason"
  )
  private static let firing = ResultField<[String]>("firing", help: "alerts that fire")
  private static let pending = ResultField<[String]>(
    "pending",
    help: "alerts that will fire if it lasts"
  )

  let declaration = OperationDeclaration(
    "prometheus.rules",
    "Lists the alerts that Prometheus has loaded, those it cannot judge and those that fire.",
    parameters: [expect] + PrometheusFamily.service.parameters,
    results: [groups, alerts, missing, unhealthy, firing, pending],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [try PrometheusFamily.service.command("/api/v1/rules", [("type", "alert")], call)]
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
      return .done(Self.result(reply.data.groups, expected))
    }
  }

  private struct Answered: Decodable, Sendable {
    let groups: [Group]
  }

  private struct Group: Decodable, Sendable {
    let rules: [Rule]
  }

  private struct Rule: Decodable, Sendable {
    let name: String
    /// `ok`, `err` or `unknown`.
    let health: String
    var lastError: String?
    /// Of an alert: `inactive`, `pending` or `firing`.
    var state: String?
  }

  private static func result(_ groups: [Group], _ expected: [String]) -> OperationResult {
    let rules = groups.flatMap(\.rules)
    func list(_ isMeant: (Rule) -> Bool) -> [String] {
      Set(rules.filter(isMeant).map { EscapedText.escaped($0.name) }).sorted()
    }
    let names = list { $0.state != nil }
    let lost = expected.filter { !names.contains($0) }
    let bad = rules.filter { $0.health == "err" }.map {
      EscapedText.escaped("\($0.name): \($0.lastError ?? "")")
    }
    let loud = list { $0.state == "firing" }
    var summary = "\(counted(names.count, "alert")) loaded"
    if !bad.isEmpty { summary += ", \(bad.count) cannot be judged" }
    if !lost.isEmpty { summary += ", missing: \(capped(lost.joined(separator: ", "), 120))" }
    summary +=
      loud.isEmpty ? ", none fires" : ", firing: \(capped(loud.joined(separator: ", "), 120))"
    return OperationResult(
      [
        Self.groups(groups.count), alerts(names), missing(lost), unhealthy(bad), firing(loud),
        pending(list { $0.state == "pending" }),
      ],
      summary: summary + "."
    )
  }
}
