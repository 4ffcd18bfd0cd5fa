import Runbooks
import Testing

@testable import ClusterOps

/// What goes on by itself in a simulated world.
@Suite struct GoingWorldTests {
  private static let hour = 3_600
  private static let day = 86_400
  /// 2027-01-15T08:00:00Z.
  private static let start = 1_800_000_000

  /// What an operation finds in a world.
  private func find(
    _ name: String,
    _ values: [String: Value] = [:],
    in play: inout TabletopPlay
  ) async throws -> [String: Value] {
    try await OperationCatalogue.standard().operation(name)
      .simulate(Arguments(values), in: &play.world).values
  }

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

  // MARK: Mail

  @Test("mail keeps arriving: what is accepted leaves, what is not waits for the right reason")
  func flow() async throws {
    var play = try TabletopPlay(
      #"""
      {"internet": {"good.test": "accept", "slow.test": "defer", "no.test": "refuse",
         "gone.test": "dead", "rate.test": "limit", "hung.test": "hang"},
       "postfix": {"flows": [{"name": "stolen", "cause": "compromised", "per_hour": 600,
         "sender": "alice@gaudy.test", "user": "alice", "client": "192.0.2.66",
         "domains": ["good.test", "slow.test", "no.test", "gone.test", "rate.test", "hung.test"]}]}}
      """#
    )
    play.wait(Self.hour)
    let queue = try await find("postfix.queue", in: &play)
    // Two of six receivers take it or refuse it at once.
    #expect(380...420 ~= queue["total"]?.int ?? 0)
    #expect(queue["deferred"] == queue["total"])
    let reasons = Set(play.messages.map { "\($0.domain): \($0.reason.prefix(20))" })
    #expect(
      reasons == [
        "slow.test: host mx.slow.test[19", "gone.test: connect to mx.gone.t",
        "rate.test: host mx.rate.test[19", "hung.test: conversation with mx",
      ]
    )
    let log = try await find("postfix.log_senders", in: &play)
    #expect(log["top_user"] == .string("alice"))
    #expect(log["top_count"] == .integer(600))
    #expect(play.state("postfix", "log")?.elements?.count == MailLog.kept)
    #expect(WorldInvariants.problems(of: play.world, on: .test) == [])
  }

  @Test("a flow begins when it is told, ends when it says, and stops for a login that is refused")
  func flowEnds() throws {
    func flow(_ more: String) -> String {
      """
      {"internet": {"slow.test": "defer"}, "postfix": {"flows": [{"per_hour": 60, "user": "kim",
        "domain": "slow.test"\(more)}]}}
      """
    }
    var play = try TabletopPlay(flow(#", "for": 1800"#))
    play.wait(3 * Self.hour)
    #expect(play.messages.count == 30)
    #expect(play.messages.allSatisfy { $0.arrived <= Self.start + 1_800 })

    var other = try TabletopPlay("{}")
    other.wait(Self.hour)
    other.change("begin", flow(""))
    other.wait(600)
    #expect(other.messages.count == 10)
    #expect(other.messages.allSatisfy { $0.arrived > Self.start + Self.hour })
    other.change("stop", #"{"postfix": {"suspended": ["kim"]}}"#)
    other.wait(Self.hour)
    #expect(other.messages.count == 10)
  }

  @Test("no mail arrives while Postfix takes none, nothing is tried while it does not run")
  func notRunning() throws {
    let state = #"""
      {"internet": {"slow.test": "defer"}, "postfix": {"flows": [{"per_hour": 60,
        "domain": "slow.test"}]}}
      """#
    var play = try TabletopPlay(state)
    play.wait(600)
    play.postfix(["postconf", "-e", "master_service_disable=inet"])
    play.postfix(["postfix", "reload"])
    let before = play.messages
    play.wait(Self.hour)
    #expect(play.messages.map(\.id) == before.map(\.id))
    #expect(play.messages.allSatisfy { $0.next ?? 0 > play.world.now })

    play.change("broken", #"{"kubernetes": {"workload": {"broken": ["postfix"]}}}"#)
    let broken = play.messages
    play.world.now += 2 * Self.hour
    play.look()
    #expect(play.messages.map(\.next) == broken.map(\.next))
    play.change("well", #"{"kubernetes": {"workload": null}, "internet": {"slow.test": "accept"}}"#)
    play.wait(60)
    #expect(play.messages.isEmpty)
  }

  @Test("the wait grows with the age of a message, within Postfix's bounds")
  func backoff() throws {
    var play = try TabletopPlay(
      #"""
      {"internet": {"slow.test": "defer"}, "postfix": {"flows": [{"per_hour": 60,
        "domain": "slow.test", "for": 60}]}}
      """#
    )
    play.wait(60)
    let first = try #require(play.messages.first)
    #expect(play.messages.count == 1)
    #expect(first.next == first.arrived + 300)
    var attempts: [Int] = []
    var last = first.next ?? 0
    while play.world.now < Self.start + 6 * Self.hour {
      play.wait(60)
      guard let next = play.messages.first?.next, next != last else { continue }
      attempts.append(next - play.world.now)
      #expect(next == play.world.now + max(300, min(4_000, play.world.now - first.arrived)))
      last = next
    }
    #expect(attempts.count > 6)
    #expect(attempts == attempts.sorted())
    #expect(attempts.last == 4_000)
  }

  @Test("a queue drains when its receiver accepts again; held mail stays")
  func drains() async throws {
    var play = try TabletopPlay(
      #"""
      {"internet": {"big.test": "defer"}, "postfix": {"generators": [{"cause": "storm",
        "count": 300, "domain": "big.test"}]}}
      """#
    )
    play.wait(Self.hour)
    #expect(play.messages.count == 300)
    let held = play.messages.prefix(7).map(\.id)
    play.postfix(["postsuper", "-h", "-"], held)
    play.change("better", #"{"internet": {"big.test": "accept"}}"#)
    play.wait(600)
    let some = play.messages.count
    #expect(some > 7 && some < 300)
    play.wait(4_100)
    #expect(play.messages.map(\.id) == held)
    play.postfix(["postsuper", "-H", "-"], Array(held.prefix(3)))
    play.wait(60)
    #expect(play.messages.map(\.id) == Array(held.suffix(4)))
  }

  @Test("mail that waits for longer than the queue keeps it is given back, bounces earlier")
  func lifetime() throws {
    var play = try TabletopPlay(
      #"""
      {"internet": {"dead.test": "dead"}, "postfix": {
        "settings": {"maximal_queue_lifetime": "5d", "bounce_queue_lifetime": "1d"},
        "generators": [{"cause": "dead", "count": 40, "domain": "dead.test"},
          {"cause": "backscatter", "count": 30, "domain": "dead.test"}]}}
      """#
    )
    play.wait(23 * Self.hour - 4 * Self.hour)
    #expect(play.messages.count == 70)
    play.wait(8 * Self.hour)
    #expect(play.messages.count == 40)
    play.wait(4 * Self.day)
    #expect(play.messages.isEmpty)
    let log = play.state("postfix", "log")?.elements?.compactMap(\.text) ?? []
    #expect(log.contains { $0.contains("status=expired, returned to sender") })
  }

  @Test("a message whose receiver nobody describes waits on as before; what never waited leaves")
  func asBefore() throws {
    var play = try TabletopPlay(
      #"""
      {"postfix": {"generators": [{"cause": "storm", "count": 5, "receiver": "mx.far.test"},
        {"cause": "ordinary", "count": 4}]}}
      """#
    )
    #expect(play.messages.count == 9)
    play.wait(2 * Self.hour)
    #expect(play.messages.count == 5)
    #expect(play.messages.allSatisfy { $0.reason.contains("mx.far.test") })
    // Taken through the queue anew it fails as before.
    play.postfix(["postsuper", "-r", "-"], play.messages.map(\.id))
    play.wait(60)
    #expect(play.messages.count == 5)
    #expect(play.messages.allSatisfy { $0.queue == .deferred })
  }

  @Test("generators of an inject become messages with ids of their own")
  func generators() throws {
    var play = try TabletopPlay(
      #"""
      {"internet": {"slow.test": "defer"}, "postfix": {"flows": [{"per_hour": 120,
        "domain": "slow.test"}]}}
      """#
    )
    play.wait(Self.hour)
    play.postfix(["postsuper", "-d", "-"], play.messages.prefix(100).map(\.id))
    play.change("flood", #"{"postfix": {"generators": [{"cause": "dead", "count": 200}]}}"#)
    #expect(play.messages.count == 220)
    play.wait(Self.hour)
    #expect(play.messages.count == 340)
    #expect(Set(play.messages.map(\.id)).count == 340)
    #expect(WorldInvariants.problems(of: play.world, on: .test) == [])
  }

  @Test("times are read as main.cf has them")
  func times() {
    #expect(RetryTimes.seconds("300s", unit: 1) == 300)
    #expect(RetryTimes.seconds("5", unit: 86_400) == 432_000)
    #expect(RetryTimes.seconds("2h", unit: 1) == 7_200)
    #expect(RetryTimes.seconds("1w", unit: 1) == 604_800)
    #expect(RetryTimes.seconds("soon", unit: 1) == nil)
    #expect(RetryTimes.seconds("-5d", unit: 1) == nil)
    #expect(RetryTimes.seconds("9223372036854775807d", unit: 1) == 100 * 366 * 86_400)
    #expect(MailLog.time(1_795_317_000) == "Nov 22 03:10:00")
    #expect(MailLog.time(0) == "Jan  1 00:00:00")
    #expect(MailLog.time(1_709_164_799) == "Feb 28 23:59:59")
    #expect(MailLog.time(1_709_164_800) == "Feb 29 00:00:00")
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
    var pods = try await find("k8s.pods", in: &play)
    #expect(pods["restarts"] == .integer(1))
    #expect(pods["ready"] == .integer(0))
    let ask = Command(["rspamc", "stat"], from: .pod(container: "rspamd"), on: .test)
    #expect(play.run(ask).exit == 1)
    #expect(try await find("k8s.rollout", in: &play)["complete"] == .boolean(false))
    play.wait(90)
    pods = try await find("k8s.pods", in: &play)
    #expect(pods["ready"] == .integer(1))
    #expect(play.run(ask).exit == 0)
    play.wait(5 * Self.hour)
    pods = try await find("k8s.pods", in: &play)
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
    #expect(try await find("k8s.node", in: &play)["ready"] == .boolean(false))
    await #expect(throws: OperationFailure.self) { try await find("postfix.queue", in: &play) }
    play.wait(1_800)
    #expect(try await find("k8s.node", in: &play)["ready"] == .boolean(true))
    #expect(try await find("k8s.pods", in: &play)["youngest_seconds"] == .integer(0))
    #expect(try await find("postfix.queue", in: &play)["total"] == .integer(0))
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
    _ = try await find(name, in: &play)
  }

  // MARK: Moments

  @Test("certificates come to their end, those that are renewed do not")
  func certificates() async throws {
    var play = try TabletopPlay(
      #"{"certificates": {"issued": [{"name": "mail/a", "names": ["a.gaudy.test"], "days": 3}]},"#
        + #""postfix": {"certificate": {"days": 3}}, "kubernetes": {"listeners": ["0.0.0.0:25"]}}"#
    )
    func days() async throws -> Int? {
      try await find("tls.certificate", ["port": .integer(25)], in: &play)["days_left"]?.int
    }
    let first = try await days()
    play.wait(2 * Self.day)
    let second = try await days()
    #expect(first == 3 && second == 1)
    let early = try await find("acme.status", in: &play)
    play.wait(Self.day)
    let late = try await find("acme.status", in: &play)
    #expect(early["not_ready"] == .list([]))
    #expect(late["not_ready"]?.elements?.count == 1)

    play.change("renewal", #"{"certificates": {"renewal": {"works": true}}}"#)
    play.wait(60)
    let again = try await find("acme.status", in: &play)
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
    var scanner = try await find("clamav.ping", in: &play)
    #expect(scanner["signature_hours"] == .integer(39))
    let backup = try await find("restic.snapshots", in: &play)
    #expect(backup["age"] == .duration(.seconds(38 * Self.hour)))
    play.change(
      "work",
      #"{"restic": {"nightly": {"at": "02:15"}}, "clamav": {"updates": true}}"#
    )
    play.wait(2 * Self.day)
    let nightly = try await find("restic.snapshots", in: &play)
    #expect(nightly["count"] == .integer(3))
    // From 02:15 to 14:00.
    #expect(nightly["age"] == .duration(.seconds(11 * Self.hour + 2_700)))
    scanner = try await find("clamav.ping", in: &play)
    #expect(scanner["signature_hours"]?.int ?? 99 <= 24)
  }

  @Test("what saves and sends goes on to; what stopped ages")
  func stopped() async throws {
    var play = try TabletopPlay("{}")
    play.wait(4 * Self.hour)
    #expect(try await find("redis.info", in: &play)["save_age_seconds"] == .integer(600))
    #expect(
      try await find("logs.search", in: &play)["newest_age"] == .duration(.seconds(20))
    )
    play.change("stop", #"{"redis": {"saves": false}, "logs": {"stopped": true}}"#)
    play.wait(Self.hour)
    #expect(try await find("redis.info", in: &play)["save_age_seconds"] == .integer(4_200))
    #expect(
      try await find("logs.search", in: &play)["newest_age"] == .duration(.seconds(3_620))
    )
    play.change("go", #"{"redis": {"saves": true}, "logs": {"stopped": null}}"#)
    #expect(try await find("redis.info", in: &play)["save_age_seconds"] == .integer(600))
  }

  @Test("reports go on to come, up to the last one")
  func reports() async throws {
    var play = try TabletopPlay(#"{"reports": {"days": 3}}"#)
    let values: [String: Value] = [
      "addresses": .list([.string("198.51.100.25")]), "days": .integer(10),
    ]
    #expect(try await find("reports.dmarc", values, in: &play)["reports"] == .integer(3))
    play.wait(2 * Self.day)
    #expect(try await find("reports.dmarc", values, in: &play)["reports"] == .integer(5))
    play.change("stop", #"{"reports": {"until": \#(play.world.now)}}"#)
    play.wait(3 * Self.day)
    #expect(try await find("reports.dmarc", values, in: &play)["reports"] == .integer(5))
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
