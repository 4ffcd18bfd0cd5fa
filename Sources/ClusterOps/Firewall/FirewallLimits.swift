internal import Runbooks

/// `firewall.limits`: whether the node's packet filter drops what nothing lets in, and holds new
/// connections of one address to a rate, by nft(8).
struct FirewallLimits: CommandOperation {
  private static let from = Parameter<Vantage>(
    "from",
    help: "the node, by the site's vantage that leads there as somebody who may read the rules"
  )
  private static let ports = Parameter<[Int]>(
    "ports",
    default: [25, 465, 587, 993],
    help: "TCP ports whose new connections have to be limited by address, in IPv4 and IPv6"
  )

  private static let drops = ResultField<Bool>(
    "drops",
    help: "whether a chain at the hook input drops what no rule lets in, for IPv4 and IPv6"
  )
  private static let limited = ResultField<[String]>(
    "limited",
    help: "`PORT ip RATE` and `PORT ip6 RATE` for each port that is"
  )
  private static let unlimited = ResultField<[String]>(
    "unlimited",
    help: "`PORT ip` or `PORT ip6` where one address may open as many as it likes"
  )

  let declaration = OperationDeclaration(
    "firewall.limits",
    "Reads whether the node's firewall limits connections by address and drops what is not let in.",
    parameters: [from, ports],
    results: [drops, limited, unlimited],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      Command(
        ["nft", "--json", "list", "ruleset"],
        from: try call[Self.from],
        on: call.site,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (from, ports) = (try call[Self.from], try call[Self.ports])
    return .run(commands[0]) { outcome throws(OperationFailure) in
      guard outcome.exit == 0, let rules = FirewallRuleset(outcome.stdoutText) else {
        let said = StandardError(outcome.stderr).telling.last.map { capped($0) }
        throw OperationFailure(
          undetermined: "what the firewall of the node does",
          Doubt(
            .end,
            said ?? "nft ended with status \(outcome.exit) and printed no ruleset",
            advice:
              "Run `nft --json list ruleset` by hand at \(from.words); it has to be root there, and "
              + "nftables of Debian 10 or later."
          )
        )
      }
      return .done(Self.result(rules, ports))
    }
  }

  private static func result(_ rules: FirewallRuleset, _ ports: [Int]) -> OperationResult {
    var (held, free): ([String], [String]) = ([], [])
    for port in ports {
      for version in ["ip", "ip6"] {
        let limit = rules.limits.first { $0.version == version && $0.ports.contains(port) }
        if let limit {
          held.append("\(port) \(version) \(capped(limit.rate, 40))")
        } else {
          free.append("\(port) \(version)")
        }
      }
    }
    let closed = Set(rules.chains.filter(\.drops).map(\.family))
    let isClosed = closed.contains("inet") || closed.isSuperset(of: ["ip", "ip6"])
    var words =
      isClosed
      ? "The node drops what no rule lets in" : "Nothing on the node drops what no rule lets in"
    words +=
      free.isEmpty
      ? ", and limits \(ports.map(String.init).joined(separator: ", ")) by address."
      : "; not limited by address: \(free.prefix(8).joined(separator: ", "))."
    return OperationResult(
      [drops(isClosed), limited(held), unlimited(free)],
      summary: words
    )
  }
}
