import Runbooks
import Testing

@testable import ClusterOps

/// The mail of a simulated world that goes on by itself.
@Suite struct GoingMailTests {
  private static let hour = 3_600
  private static let day = 86_400
  /// 2027-01-15T08:00:00Z.
  private static let start = 1_800_000_000

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
    let queue = try await play.find("postfix.queue")
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
    let log = try await play.find("postfix.log_senders")
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
}
