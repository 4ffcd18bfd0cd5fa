import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// The checks that are shipped, on a simulated site.
@Suite struct ShippedCheckTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "runbooks/checks").path

  private let library = CheckLibrary(directory: Self.folder)
  private let catalogue = OperationCatalogue.standard()

  private let site = Site.test(
    vantages: ["outside", "node"].map { SiteVantage(name: $0, via: ["ssh", "-T", $0]) },
    addresses: ["203.0.113.10"],
    values: ["imap_login_file": "/etc/mailconsole/login"]
  )

  private func world(_ change: ([String: Value]) -> [String: Value] = { $0 }) -> SimulatedWorld {
    let ports = [25, 465, 587, 993].map { Value.string("0.0.0.0:\($0)") }
    let policy = "version: STSv1\nmode: enforce\nmx: mail.gaudy.test\nmax_age: 604800\n"
    let page = Value.record(["body": .string(policy)])
    return SimulatedWorld(
      state: change([
        "kubernetes": .record(["listeners": .list(ports)]),
        "postfix": .record(["services": .list([.string("smtp/inet"), .string("submission/inet")])]),
        "http": .record(["https://mta-sts.gaudy.test/.well-known/mta-sts.txt": page]),
      ]),
      now: 1_796_000_000,
      seed: 5
    )
  }

  private func verdicts(_ world: SimulatedWorld) async -> [String: CheckVerdict] {
    let performer = CheckPerformer(
      catalogue: catalogue,
      site: site,
      commands: NoCommands(),
      world: world
    )
    var verdicts: [String: CheckVerdict] = [:]
    for check in library.checks {
      verdicts[check.id.name] = await performer.perform(check).verdict
    }
    return verdicts
  }

  @Test("there are more than twenty, each without a fault, with its remedy")
  func sound() {
    #expect(library.problems.isEmpty)
    #expect(library.checks.count > 20)
    let linter = Linter(operations: catalogue.declarations)
    #expect(library.checks.flatMap { linter.problems(in: $0) }.isEmpty)
  }

  @Test("on a healthy site every one passes")
  func healthy() async {
    let verdicts = await verdicts(world())
    #expect(
      verdicts.filter { $0.value != .pass }.isEmpty,
      "\(verdicts.filter { $0.value != .pass })"
    )
  }

  /// One login from 13 addresses at once.
  private static let manyPlaces =
    "["
    + (1...13).map { #"{"user":"alice@gaudy.test","address":"192.0.2.\#($0)"}"# }
    .joined(separator: ",") + "]"

  /// All three claims, one of them on another node.
  private static let strayVolume =
    #"[{"claim":"spool"},{"claim":"state"},{"claim":"vmail","node":"old-node"}]"#

  @Test(
    "each can fail: what it looks at is broken, and it says so",
    arguments: [
      ("kubernetes", "workload", #"{"broken":["postfix"]}"#, "pods-ready"),
      ("postfix", "generators", #"[{"cause":"dead","count":3000}]"#, "queue-size"),
      ("postfix", "generators", #"[{"cause":"compromised","count":3000}]"#, "queue-sender"),
      ("postfix", "certificate", #"{"served":"old"}"#, "certificate-mounted"),
      ("postfix", "certificate", #"{"days":-2}"#, "certificate-inbound"),
      ("postfix", "errors", #"["postfix: fatal: bad"]"#, "postfix-config"),
      ("postfix", "services", #"["smtp/inet"]"#, "postfix-services"),
      ("tls", "trusted", "false", "certificate-imap"),
      ("tls", "versions", #"["TLSv1.1","TLSv1.2"]"#, "tls-versions"),
      ("smtp", "relays", #"["percent hack"]"#, "relay"),
      ("kubernetes", "listeners", #"["0.0.0.0:25","0.0.0.0:6379"]"#, "open-ports"),
      ("kubernetes", "listeners", #"["0.0.0.0:25"]"#, "ports-pod"),
      ("dns", "records", #"{"203.0.113.10 PTR":[]}"#, "reverse"),
      ("dns", "records", #"{"gaudy.test MX":[]}"#, "mx"),
      ("dns", "records", #"{"_dmarc.gaudy.test TXT":[]}"#, "dmarc"),
      ("dns", "records", #"{"_dmarc.gaudy.test TXT":["v=DMARC1"]}"#, "dmarc"),
      ("dns", "records", #"{"_mta-sts.gaudy.test TXT":[]}"#, "mta-sts-policy"),
      ("dns", "records", #"{"gaudy.test MX":["10 other.gaudy.test"]}"#, "mta-sts-policy"),
      ("dns", "records", #"{"gaudy.test TXT":[]}"#, "spf-addresses"),
      ("spf", "203.0.113.10", "softfail", "spf-addresses"),
      ("dns", "records", #"{"_smtp._tls.gaudy.test TXT":[]}"#, "tls-reports-record"),
      ("tls", "keys", #"{"current":"other"}"#, "tlsa"),
      (
        "dns", "records", #"{"_25._tcp.mail.gaudy.test TLSA":["1 1 1 00"]}"#, "tlsa"
      ),
      ("dns", "records", #"{"gaudy.test CAA":["0 issue \"other.test\""]}"#, "caa"),
      ("dns", "records", #"{"s1._domainkey.gaudy.test TXT":["v=DKIM1; p="]}"#, "dkim-keys"),
      (
        "dkim", "keys", #"{"s1":"MCowBQYDK2VwAyEAROGEN+ciTOURw/UF/G/+8BV/GbT9PymZyXGLgMLDL8w="}"#,
        "dkim-keys"
      ),
      ("dns", "validates", "false", "resolver-validates"),
      ("dns", "lists", #"{"zen.spamhaus.org":{"refusing":true}}"#, "resolver-lists"),
      ("firewall", "drops", "false", "firewall"),
      ("firewall", "limited", "[25, 465, 587]", "firewall"),
      ("imap", "takes_any", "true", "login"),
      ("imap", "probe", #"{"works":false}"#, "login"),
      ("redis", "running", "false", "redis"),
      ("redis", "saves", "false", "redis-data"),
      ("clamav", "running", "false", "clamav"),
      ("clamav", "age_hours", "169", "clamav"),
      ("clamav", "running", "false", "virus"),
      ("rspamd", "rejects", "false", "rspamd"),
      ("rspamd", "rejects", "false", "virus"),
      ("dovecot", "sessions", Self.manyPlaces, "sessions"),
      ("dovecot", "errors", #"["Error in configuration file x line 3: no"]"#, "dovecot-config"),
      ("dovecot", "settings", #"{"ssl":"yes"}"#, "dovecot-config"),
      ("kubernetes", "volumes", #"[{"claim":"vmail","policy":"Delete"}]"#, "volumes"),
      ("kubernetes", "volumes", Self.strayVolume, "volumes"),
      ("certificates", "issued", #"[{"name":"mail/a","days":-1}]"#, "certificates-issued"),
      (
        "reports", "dmarc", #"[{"count":99},{"count":1,"dkim":"fail","spf":"fail"}]"#,
        "dmarc-reports"
      ),
      ("reports", "days", "0", "dmarc-reports"),
      ("reports", "tls", #"{"failed":1}"#, "tls-reports"),
      ("restic", "snapshots", #"[{"age":184000}]"#, "backup-age"),
      ("restic", "snapshots", #"[{"age":600,"paths":["/data/vmail"]}]"#, "backup-age"),
      ("restic", "snapshots", "[]", "backup-age"),
      ("prometheus", "down", #"["postfix"]"#, "targets-up"),
      ("prometheus", "metrics", #"{"up":[]}"#, "targets-up"),
      ("prometheus", "alerts", #"["PostfixDown"]"#, "alerts-loaded"),
      ("logs", "lines", "[]", "logs-arriving"),
    ]
  )
  func broken(facet: String, field: String, json: String, check: String) async throws {
    let scenario = """
      apiVersion: mailconsole/v1
      kind: Scenario
      seed: 1
      clock: {start: 2026-11-22T03:10:00Z}
      state: {broken: {it: \(json)}}
      """
    let value = try #require(
      ScenarioLoader.read(text: scenario, path: "world.yaml").get().state["broken"]?["it"]
    )
    let verdicts = await verdicts(
      world { state in
        var state = state
        var fields = state[facet]?.fields ?? [:]
        fields[field] = value
        state[facet] = .record(fields)
        return state
      }
    )
    #expect(verdicts[check] == .fail, "\(check): \(String(describing: verdicts[check]))")
  }

  @Test("without TLSA records, or without DNSSEC, senders do no DANE: that warns and fails nothing")
  func noDANE() async {
    let none = Value.record(["records": .record(["_25._tcp.mail.gaudy.test TLSA": .list([])])])
    for dns in [none, .record(["signed": .boolean(false)])] {
      let verdicts = await verdicts(world { state in state.merging(["dns": dns]) { $1 } })
      #expect(verdicts["tlsa"] == .warn)
      #expect(verdicts.values.allSatisfy { $0 <= .warn }, "\(verdicts)")
    }
  }

  @Test("signatures that tell no age are neither new nor old")
  func undatedSignatures() async {
    let verdicts = await verdicts(
      world { state in
        state.merging(["clamav": .record(["signatures": .integer(0)])]) { $1 }
      }
    )
    #expect(verdicts["clamav"] == .undetermined)
  }

  @Test("what cannot be looked at is undetermined, all of it, and nothing fails for it")
  func unreachable() async {
    let verdicts = await verdicts(
      world { state in
        var state = state
        state["vantages"] = .record(["outside": .string("down"), "node": .string("down")])
        state["kubernetes"] = .record(["api": .string("refused")])
        return state
      }
    )
    #expect(!verdicts.values.contains(.fail), "\(verdicts)")
    #expect(verdicts["smtp-inbound"] == .undetermined)
    #expect(verdicts["pods-ready"] == .undetermined)
  }
}
