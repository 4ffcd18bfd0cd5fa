internal import Runbooks

/// nft(8) on the simulated node.
struct FirewallFacet: Facet {
  let programs: Set = ["nft"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "nft" else { return nil }
    let firewall = scene.world.state["firewall"] ?? .record([:])
    let limits = firewall["limited"]?.elements?.compactMap(\.int) ?? [25, 465, 587, 993]
    let rules = ["ip", "ip6"].map { Self.rule(limits, $0) }.joined(separator: ", ")
    let policy = firewall.truth("drops", true) ? "drop" : "accept"
    return Answer(
      #"{"nftables": [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}, "#
        + #"{"chain": {"family": "inet", "table": "mailconsole", "name": "input", "handle": 1, "type": "filter", "#
        + #""hook": "input", "prio": 0, "policy": "\#(policy)"}}, \#(rules)]}"# + "\n"
    )
  }

  /// As deploy/node/nftables.conf has it, printed by nft 1.0.6.
  private static func rule(_ ports: [Int], _ version: String) -> String {
    let field = #"{"payload": {"protocol": "\#(version)", "field": "saddr"}}"#
    let key = version == "ip" ? field : #"{"&": [\#(field), "ffff:ffff:ffff:ffff::"]}"#
    let set = ports.map(String.init).joined(separator: ", ")
    return
      #"{"rule": {"family": "inet", "table": "mailconsole", "chain": "input", "handle": 20, "expr": ["#
      + #"{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "#
      + #""right": {"set": [\#(set)]}}}, "#
      + #"{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": "new"}}, "#
      + #"{"set": {"op": "update", "elem": \#(key), "set": "@flood\#(version == "ip" ? 4 : 6)", "#
      + #""stmt": [{"limit": {"rate": 120, "burst": 60, "per": "minute", "inv": true}}]}}, "#
      + #"{"counter": {"packets": 0, "bytes": 0}}, {"drop": null}]}}"#
  }
}
