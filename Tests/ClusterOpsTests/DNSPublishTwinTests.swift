import Runbooks
import Testing

@testable import ClusterOps

/// Publishing in a simulated world: what others see then, and when.
@Suite struct DNSPublishTwinTests {
  private static let values: [String: Value] = [
    "server": .string("ns1.gaudy.test"), "key": .string("/etc/tsig/site"),
    "records": .list([.string(#"s3._domainkey 600 IN TXT "v=DKIM1; k=rsa; p=AAAA""#)]),
  ]

  private static func world(_ dns: [String: Value] = [:]) -> SimulatedWorld {
    SimulatedWorld(state: ["dns": .record(dns)], now: 1_000_000, seed: 1)
  }

  private func simulate(
    _ name: String,
    _ values: [String: Value],
    in world: inout SimulatedWorld
  ) async throws -> OperationResult {
    try await OperationCatalogue.standard().operation(name)
      .simulate(Arguments(values), in: &world)
  }

  private static func texts(_ texts: String...) -> Value { .list(texts.map(Value.string)) }

  private static func asked(_ expected: String...) -> [String: Value] {
    [
      "name": .string("s3._domainkey.gaudy.test"), "type": .string("TXT"),
      "expect": .list(expected.map(Value.string)), "authorities": texts("ns1.gaudy.test"),
    ]
  }

  @Test(
    "what is published is answered, a second time nothing is done, and a rollback takes it back"
  )
  func published() async throws {
    var world = Self.world()
    let first = try await simulate("dns.publish", Self.values, in: &world)
    #expect(first.values["serial_before"] == .integer(1))
    #expect(first.values["serial_after"] == .integer(2))
    let lookup = try await simulate(
      "dns.lookup",
      ["name": .string("s3._domainkey.gaudy.test"), "type": .string("TXT")],
      in: &world
    )
    #expect(lookup.values["answers"] == Self.texts("v=DKIM1; k=rsa; p=AAAA"))
    #expect(lookup.values["ttl"] == .integer(600))
    let second = try await simulate("dns.publish", Self.values, in: &world)
    #expect(second.values["unchanged"] == Self.texts("s3._domainkey.gaudy.test TXT"))
    #expect(second.values["serial_after"] == .integer(2))
    var back = Self.values
    back["records"] = first.values["restore"]
    back["remove"] = first.values["withdraw"]
    let third = try await simulate("dns.publish", back, in: &world)
    #expect(
      third.values["removed"]
        == Self.texts("s3._domainkey.gaudy.test TXT: v=DKIM1; k=rsa; p=AAAA")
    )
    let gone = try await simulate("dns.wait", Self.asked(), in: &world)
    #expect(gone.values["seen_everywhere"] == .boolean(true))
  }

  @Test(
    "resolvers that remember have the old answer until its time is over, and say how long that is"
  )
  func remembered() async throws {
    var world = Self.world(["remembers": .boolean(true), "ttl": .integer(3_600)])
    let added = try await simulate("dns.publish", Self.values, in: &world)
    #expect(added.values["kept"] == .duration(.seconds(300)))
    world.now += 100
    let new = "v=DKIM1; k=rsa; p=AAAA"
    let early = try await simulate("dns.wait", Self.asked(new), in: &world)
    #expect(early.values["seen_everywhere"] == .boolean(false))
    #expect(early.values["published"] == .boolean(true))
    #expect(
      early.values["stale"]
        == Self.texts("the system's resolver: no such name (NXDOMAIN), for 200 s more")
    )
    world.now += 200
    let later = try await simulate("dns.wait", Self.asked(new), in: &world)
    #expect(later.values["seen_everywhere"] == .boolean(true))
    var revoked = Self.values
    revoked["records"] = Self.texts(#"s3._domainkey 600 IN TXT "v=DKIM1; p=""#)
    let changed = try await simulate("dns.publish", revoked, in: &world)
    #expect(changed.values["kept"] == .duration(.seconds(600)))
    world.now += 50
    let old = try await simulate("dns.wait", Self.asked("v=DKIM1; p="), in: &world)
    #expect(
      old.values["stale"] == Self.texts("the system's resolver: \(new), for 550 s more")
    )
    #expect(old.values["wait"] == .duration(.seconds(600)))
  }

  @Test(
    "a primary that does not take it, or does not answer, changes nothing",
    arguments: [
      ("refused", "does not let this key"), ("notauth", "not the zone's primary"),
      ("badkey", "does not know the key"), ("badtime", "clocks differ"),
      ("timeout", "whether ns1.gaudy.test takes the change"),
    ]
  )
  func refused(behaviour: String, words: String) async throws {
    var world = Self.world(["updates": .string(behaviour)])
    let failure = try await #require(throws: OperationFailure.self) {
      try await simulate("dns.publish", Self.values, in: &world)
    }
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(world.state["dns"] == .record(["updates": .string(behaviour)]))
    var other = Self.values
    other["zone"] = .string("other.test")
    await #expect(throws: OperationFailure.self) {
      try await simulate("dns.publish", other, in: &world)
    }
  }

  @Test("a zone file of the site is published as it is compared")
  func file() async throws {
    var world = Self.world([
      "files": .record([
        "dns/zone.db": Self.texts(
          "gaudy.test. 300 IN MX 10 mail.gaudy.test.",
          "new.gaudy.test. 300 IN A 192.0.2.9"
        )
      ])
    ])
    let file: [String: Value] = ["file": .string("dns/zone.db")]
    let before = try await simulate("dns.compare", file, in: &world)
    #expect(before.values["matches"] == .boolean(false))
    var values = Self.values
    values["records"] = nil
    let published = try await simulate("dns.publish", values.merging(file) { $1 }, in: &world)
    #expect(published.values["added"] == Self.texts("new.gaudy.test A: 192.0.2.9 (TTL 300)"))
    #expect(published.values["changed"] == Self.texts("gaudy.test MX: TTL 300, was 3600"))
    let after = try await simulate("dns.compare", file, in: &world)
    #expect(after.values["matches"] == .boolean(true))
  }
}
