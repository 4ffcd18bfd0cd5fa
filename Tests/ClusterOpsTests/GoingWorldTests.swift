import Runbooks
import Testing

@testable import ClusterOps

/// What goes on by itself in a simulated world.
@Suite struct GoingWorldTests {
  private static let hour = 3_600
  private static let day = 86_400
  /// 2027-01-15T08:00:00Z.
  private static let start = 1_800_000_000

  @Test("a world that does not say so stands still, however much time passes")
  func still() {
    var play = TabletopPlay(world: TriageWorld.make())
    play.postfix(["postqueue", "-j"])
    var before = play.world
    play.wait(30 * Self.day)
    before.now += 30 * Self.day
    #expect(play.world == before)
    #expect(Set(play.world.state.keys).isDisjoint(with: Scene.own))
  }

  // MARK: The cluster

  @Test("a container crashes again and again: restarts grow, and it is away for a while")
  func crashes() async throws {
    var play = try TabletopPlay(
      #"""
      {"kubernetes": {"crashes": [{"container": "rspamd", "every": 10, "back_after": 90,
        "for": 3600}]}}
      """#
    )
    play.wait(600)
    var pods = try await play.find("k8s.pods")
    #expect(pods["restarts"] == .integer(1))
    #expect(pods["ready"] == .integer(0))
    let ask = Command(["rspamc", "stat"], from: .pod(container: "rspamd"), on: .test)
    #expect(play.run(ask).exit == 1)
    #expect(try await play.find("k8s.rollout")["complete"] == .boolean(false))
    play.wait(90)
    pods = try await play.find("k8s.pods")
    #expect(pods["ready"] == .integer(1))
    #expect(play.run(ask).exit == 0)
    play.wait(5 * Self.hour)
    pods = try await play.find("k8s.pods")
    #expect(pods["restarts"] == .integer(6))
    #expect(pods["ready"] == .integer(1))
  }

  @Test("a node comes back, and its pod with it")
  func node() async throws {
    var play = try TabletopPlay("{}")
    play.change(
      "power",
      #"{"kubernetes": {"nodes": [{"name": "mail-node", "ready": false, "back_after": 1800}]}}"#
    )
    #expect(try await play.find("k8s.node")["ready"] == .boolean(false))
    await #expect(throws: OperationFailure.self) { try await play.find("postfix.queue") }
    play.wait(1_800)
    #expect(try await play.find("k8s.node")["ready"] == .boolean(true))
    #expect(try await play.find("k8s.pods")["youngest_seconds"] == .integer(0))
    #expect(try await play.find("postfix.queue")["total"] == .integer(0))
  }

  @Test("daemons come back when they are said to", arguments: ["clamav", "redis", "rspamd"])
  func daemons(facet: String) async throws {
    let check = ["clamav": "clamav.ping", "redis": "redis.ping", "rspamd": "rspamd.scan"]
    let name = try #require(check[facet])
    var play = try TabletopPlay("{}")
    play.change("down", #"{"\#(facet)": {"running": false, "back_after": 600}}"#)
    play.wait(540)
    #expect(play.state(facet, "running") == .boolean(false))
    play.wait(60)
    #expect(play.state(facet, "running") == .boolean(true))
    #expect(play.state(facet, "back_at") == nil)
    _ = try await play.find(name)
  }

  // MARK: Moments

  @Test("certificates come to their end, those that are renewed do not")
  func certificates() async throws {
    var play = try TabletopPlay(
      #"{"certificates": {"issued": [{"name": "mail/a", "names": ["a.gaudy.test"], "days": 3}]},"#
        + #""postfix": {"certificate": {"days": 3}}, "kubernetes": {"listeners": ["0.0.0.0:25"]}}"#
    )
    func days() async throws -> Int? {
      try await play.find("tls.certificate", ["port": .integer(25)])["days_left"]?.int
    }
    let first = try await days()
    play.wait(2 * Self.day)
    let second = try await days()
    #expect(first == 3 && second == 1)
    let early = try await play.find("acme.status")
    play.wait(Self.day)
    let late = try await play.find("acme.status")
    #expect(early["not_ready"] == .list([]))
    #expect(late["not_ready"]?.elements?.count == 1)

    play.change("renewal", #"{"certificates": {"renewal": {"works": true}}}"#)
    play.wait(60)
    let again = try await play.find("acme.status")
    #expect(again["not_ready"] == .list([]))
    #expect(
      play.state("certificates", "issued")?.elements?.first?["ends"]
        == .integer(play.world.now + 90 * Self.day)
    )
    for _ in 0..<10 { play.wait(10 * Self.day) }
    #expect(
      play.state("certificates", "issued")?.elements?.first?["ends"]?.int ?? 0
        > play.world.now + 29 * Self.day
    )
  }

  @Test("signatures and snapshots age; what is renewed by night does not")
  func ages() async throws {
    var play = try TabletopPlay("{}")
    play.wait(30 * Self.hour)
    var scanner = try await play.find("clamav.ping")
    #expect(scanner["signature_hours"] == .integer(39))
    let backup = try await play.find("restic.snapshots")
    #expect(backup["age"] == .duration(.seconds(38 * Self.hour)))
    play.change(
      "work",
      #"{"restic": {"nightly": {"at": "02:15"}}, "clamav": {"updates": true}}"#
    )
    play.wait(2 * Self.day)
    let nightly = try await play.find("restic.snapshots")
    #expect(nightly["count"] == .integer(3))
    // From 02:15 to 14:00.
    #expect(nightly["age"] == .duration(.seconds(11 * Self.hour + 2_700)))
    scanner = try await play.find("clamav.ping")
    #expect(scanner["signature_hours"]?.int ?? 99 <= 24)
  }

  @Test("what saves and sends goes on to; what stopped ages")
  func stopped() async throws {
    var play = try TabletopPlay("{}")
    play.wait(4 * Self.hour)
    #expect(try await play.find("redis.info")["save_age_seconds"] == .integer(600))
    #expect(
      try await play.find("logs.search")["newest_age"] == .duration(.seconds(20))
    )
    play.change("stop", #"{"redis": {"saves": false}, "logs": {"stopped": true}}"#)
    play.wait(Self.hour)
    #expect(try await play.find("redis.info")["save_age_seconds"] == .integer(4_200))
    #expect(
      try await play.find("logs.search")["newest_age"] == .duration(.seconds(3_620))
    )
    play.change("go", #"{"redis": {"saves": true}, "logs": {"stopped": null}}"#)
    #expect(try await play.find("redis.info")["save_age_seconds"] == .integer(600))
  }

  @Test("reports go on to come, up to the last one")
  func reports() async throws {
    var play = try TabletopPlay(#"{"reports": {"days": 3}}"#)
    let values: [String: Value] = [
      "addresses": .list([.string("198.51.100.25")]), "days": .integer(10),
    ]
    #expect(try await play.find("reports.dmarc", values)["reports"] == .integer(3))
    play.wait(2 * Self.day)
    #expect(try await play.find("reports.dmarc", values)["reports"] == .integer(5))
    play.change("stop", #"{"reports": {"until": \#(play.world.now)}}"#)
    play.wait(3 * Self.day)
    #expect(try await play.find("reports.dmarc", values)["reports"] == .integer(5))
  }

  @Test("resolvers have a changed record set until its time to live has passed, its servers none")
  func cached() throws {
    var play = try TabletopPlay(#"{"dns": {"records": {"gaudy.test MX": ["10 old.gaudy.test"]}}}"#)
    func mx(_ isAuthority: Bool) -> [String] {
      let dns = SimulatedDNS(
        play.world.state["dns"] ?? .record([:]),
        of: .test,
        at: play.world.now
      )
      let server = DNSServer(text: "192.0.2.53", isAuthority: isAuthority)
      let question = DNSQuestion(name: "gaudy.test", type: .mx)
      return dns.message(question, by: server)?["answerRRs"]?.elements?.map {
        "\($0.int("TTL", 0)) \($0.text("rdataMX", ""))"
      } ?? []
    }
    func publish(_ inject: String, _ host: String) {
      play.change(inject, #"{"dns": {"records": {"gaudy.test MX": ["10 \#(host).gaudy.test"]}}}"#)
    }
    publish("first", "new")
    #expect(mx(true) == ["3600 10 new.gaudy.test."])
    #expect(mx(false) == ["3600 10 old.gaudy.test."])
    play.wait(1_800)
    publish("second", "newer")
    #expect(mx(false) == ["1800 10 old.gaudy.test."])
    play.wait(1_800)
    #expect(mx(false) == ["3600 10 newer.gaudy.test."])
    // That there is no such record is kept for as long as the SOA record says.
    play.change("extra", #"{"dns": {"records": {"x.gaudy.test A": ["192.0.2.1"]}}}"#)
    let kept = play.state("dns", "cached", "x.gaudy.test A")
    #expect(kept?["data"] == .list([]))
    #expect(kept?["until"] == .integer(play.world.now + 300))
    #expect(play.state("dns", "cached", "gaudy.test MX") == nil)
  }

  // MARK: Looking

  @Test("more than fourteen days are worked out at several looks, and then it is as if at once")
  func longGap() throws {
    let state = #"""
      {"internet": {"slow.test": "hang"}, "postfix": {"flows": [{"per_hour": 3,
        "domain": "slow.test", "for": 90000}]}, "restic": {"nightly": {"at": "02:15"}}}
      """#
    var long = try TabletopPlay(state)
    var short = long
    long.world.now += 30 * Self.day
    let first = long.run(Command.postfix(["postqueue", "-j"], on: .test))
    #expect {
      try first.get()
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .undetermined && failure?.effect == OperationFailure.Effect.none
    }
    long.look()
    long.look()
    #expect(try long.run(Command.postfix(["postqueue", "-j"], on: .test)).get().exit == 0)
    for _ in 0..<30 { short.wait(Self.day) }
    #expect(short.world == long.world)
  }

  @Test("whoever makes the world says where it begins, and a late first look changes nothing")
  func beginning() throws {
    let state = #"{"advanced": \#(Self.start), "postfix": {"generators": [{"count": 20}]}}"#
    var early = try TabletopPlay(state, now: Self.start)
    early.wait(500)
    let late = try TabletopPlay(state, now: Self.start + 500)
    #expect(early.world == late.world)
    #expect(late.state("began") == .integer(Self.start))
  }
}

extension Result<Answer, OperationFailure> {
  fileprivate var exit: Int? { try? get().exit }
}
