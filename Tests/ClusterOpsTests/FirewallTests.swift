import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// What nft(8) prints of the rules in deploy/node, and what is made of it.
@Suite("The node's firewall, as nft tells of it") struct FirewallTests {
  /// In the form of nft 1.0.6; what it prints of the rules in deploy/node is asked of it below.
  private static func ruleset(_ chain: String, _ rules: [String]) -> String {
    let head = #"{"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}}, "#
    return head
      + ([chain]
      + rules.map {
        #"{"rule": {"family": "inet", "table": "t", "chain": "in", "expr": [\#($0)]}}"#
      })
      .joined(separator: ", ") + "]}"
  }

  private static func chain(policy: String = "drop", family: String = "inet") -> String {
    #"{"chain": {"family": "\#(family)", "table": "t", "name": "in", "hook": "input", "prio": 0, "policy": "\#(policy)"}}"#
  }

  private static let mail =
    #"{"match": {"op": "==", "left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": {"set": [25, {"range": [465, 600]}]}}}"#
  private static func limit(_ key: String, over: Bool = true) -> String {
    #"{"set": {"op": "update", "elem": \#(key), "set": "@f", "stmt": [{"limit": {"rate": 120, "per": "minute"\#(over ? #", "inv": true"# : "")}}]}}"#
  }
  private static let ip = #"{"payload": {"protocol": "ip", "field": "saddr"}}"#
  private static let ip6 =
    #"{"&": [{"payload": {"protocol": "ip6", "field": "saddr"}}, "ffff:ffff:ffff:ffff::"]}"#
  private static let drop = #"{"drop": null}"#

  @Test(
    "a rule that drops above a rate for each address is a limit, for its ports and family alone"
  )
  func limits() throws {
    let text = Self.ruleset(
      Self.chain(),
      [
        [Self.mail, Self.limit(Self.ip), #"{"counter": {"packets": 0, "bytes": 0}}"#, Self.drop]
          .joined(separator: ", "),
        [Self.mail, Self.limit(Self.ip6), Self.drop].joined(separator: ", "),
      ]
    )
    let rules = try #require(FirewallRuleset(text))
    #expect(rules.chains.map(\.drops) == [true])
    #expect(rules.limits.map(\.version) == ["ip", "ip6"])
    #expect(rules.limits.allSatisfy { $0.ports.isSuperset(of: [25, 465, 587]) })
    #expect(rules.limits.allSatisfy { !$0.ports.contains(993) && $0.rate == "120/minute" })
  }

  @Test(
    "no limit: what is let in up to a rate, without a drop, by another key, or for another port",
    arguments: [
      [mail, limit(ip, over: false), drop], [mail, limit(ip)],
      [mail, limit(#"{"payload": {"protocol": "ip", "field": "daddr"}}"#), drop],
      [
        mail.replacing("dport", with: "sport"), limit(ip), drop,
      ],
    ]
  )
  func noLimit(rule: [String]) throws {
    let text = Self.ruleset(Self.chain(), [rule.joined(separator: ", ")])
    let rules = try #require(FirewallRuleset(text))
    #expect(!rules.limits.contains { $0.ports.contains(25) })
  }

  @Test("a limit behind a rule that lets its ports in from anywhere holds nobody back")
  func shadowed() throws {
    func limited(_ first: String) throws -> Set<Int> {
      let limit = [Self.mail, Self.limit(Self.ip), Self.drop].joined(separator: ", ")
      let rules = try #require(FirewallRuleset(Self.ruleset(Self.chain(), [first, limit])))
      return rules.limits.reduce(into: []) { $0.formUnion($1.ports) }
    }
    let accept = #", {"accept": null}"#
    let one = Self.mail.replacing(#"{"set": [25, {"range": [465, 600]}]}"#, with: "25")
    #expect(try !limited(one + accept).contains(25))
    #expect(try limited(one + accept).contains(587))
    let ours =
      #"{"match": {"op": "==", "left": {"payload": {"protocol": "ip", "field": "saddr"}}, "right": "@admin"}}"#
    #expect(try limited(ours + ", " + one + accept).contains(25))
  }

  /// Whether a network namespace can be made, and rules loaded in it.
  static let canLoad =
    geteuid() == 0
    && (try? Program.run("unshare", ["--net", "nft", "list", "ruleset"]).status) == 0

  @Test("the rules of deploy/node limit every mail port and drop the rest", .enabled(if: canLoad))
  func shipped() throws {
    let root = ConsoleBinary(state: "").root
    let folder = try TemporaryFolder()
    let text = try String(contentsOfFile: root + "/deploy/node/nftables.conf", encoding: .utf8)
      .replacing("@ADMIN4@", with: "elements = { 192.0.2.0/24 };")
      .replacing("@ADMIN6@", with: "elements = { 2001:db8::/64 };")
    let file = try folder.write(text, to: "nftables.conf")
    let script = #"nft --file "$0" && nft --json list ruleset"#
    let printed = try Program.run("unshare", ["--net", "sh", "-c", script, file])
    #expect(printed.status == 0, "\(printed.errors)")
    let rules = try #require(FirewallRuleset(printed.output))
    #expect(rules.chains.map(\.drops) == [true])
    #expect(Set(rules.limits.map(\.version)) == ["ip", "ip6"])
    #expect(rules.limits.allSatisfy { $0.ports == [25, 465, 587, 993] })
  }

  @Test("a chain that accepts by policy drops the rest only by a last rule without a condition")
  func policies() throws {
    func drops(_ policy: String, _ rules: [String]) throws -> Bool {
      let rules = try #require(FirewallRuleset(Self.ruleset(Self.chain(policy: policy), rules)))
      return rules.chains.contains(where: \.drops)
    }
    #expect(try drops("drop", []))
    #expect(try !drops("accept", []))
    #expect(try drops("accept", [Self.mail + #", {"accept": null}"#, Self.drop]))
    #expect(try !drops("accept", [Self.mail + ", " + Self.drop]))
    #expect(try !drops("accept", [Self.drop, #"{"accept": null}"#]))
  }

  @Test("what is no ruleset is none: nothing, an error, a list without the mark of nft")
  func unread() {
    for text in ["", "[]", "{}", #"{"nftables": []}"#, "Operation not permitted"] {
      #expect(FirewallRuleset(text) == nil, "\(text)")
    }
  }

  private func simulate(_ firewall: Value?) async throws -> OperationResult {
    var world = SimulatedWorld(
      state: firewall.map { ["firewall": $0] } ?? [:],
      now: 1_796_000_000,
      seed: 1
    )
    return try await OperationCatalogue.standard().operation("firewall.limits")
      .simulate(Arguments(["from": .string("here")]), in: &world)
  }

  @Test("in a tabletop the node is as deploy/node makes it, or as the scenario says")
  func tabletop() async throws {
    let sound = try await simulate(nil)
    #expect(sound.values["drops"] == .boolean(true))
    #expect(sound.values["unlimited"] == .list([]))
    #expect(sound.values["limited"]?.elements?.count == 8)
    let open = try await simulate(
      .record(["drops": .boolean(false), "limited": .list([.integer(25)])])
    )
    #expect(open.values["drops"] == .boolean(false))
    #expect(open.values["unlimited"]?.elements?.contains(.string("993 ip6")) == true)
    #expect(open.summary.hasPrefix("Nothing on the node drops"))
  }
}
