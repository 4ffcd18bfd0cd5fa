import Runbooks
import Testing

@testable import ClusterOps

/// Random worlds, random acts: what can never be so never is, and nobody who looks changes anything.
@Suite struct WorldInvariantTests {
  /// Plays a number of acts with pauses between; every world on the way.
  private func worlds(_ number: UInt64, acts: Int) -> [SimulatedWorld] {
    var random = RandomPlay(number)
    var worlds: [SimulatedWorld] = []
    random.wait(0)
    for _ in 0..<acts {
      random.wait(random.pause())
      worlds.append(random.play.world)
      random.perform(random.draw())
      worlds.append(random.play.world)
    }
    return worlds
  }

  @Test("a thousand worlds, whatever is done in them, are never what a world cannot be")
  func invariants() {
    var seen = (deferred: 0, held: 0, crashes: 0, messages: 0, expired: 0)
    for number in 1...1_000 as ClosedRange<UInt64> {
      var random = RandomPlay(number)
      random.wait(0)
      for act in 0..<4 {
        let before = random.play.world
        random.wait(random.pause())
        let later = random.play.world
        let alone = WorldInvariants.problems(from: before, to: later, on: .test)
        random.perform(random.draw())
        let problems =
          alone + WorldInvariants.problems(of: later, on: .test)
          + WorldInvariants.problems(of: random.play.world, on: .test)
        guard problems.isEmpty else {
          Issue.record("world \(number), act \(act): \(problems.prefix(3))")
          break
        }
      }
      for message in random.play.messages {
        seen.deferred += message.queue == .deferred ? 1 : 0
        seen.held += message.queue == .hold ? 1 : 0
      }
      seen.messages += random.play.state("inbox")?.elements?.count ?? 0
      let pod = random.play.state("kubernetes", "pods")?.elements?.first
      seen.crashes += pod?["crashes"] == nil ? 0 : 1
      let log = random.play.state("postfix", "log")?.elements ?? []
      seen.expired += log.contains { $0.text?.contains("expired") == true } ? 1 : 0
    }
    // The worlds are worlds in which something happens.
    #expect(seen.deferred > 1_000)
    #expect(seen.held > 100)
    #expect(seen.messages > 100)
    #expect(seen.crashes > 10)
    #expect(seen.expired > 10)
  }

  @Test(
    "the same number and the same acts give the same worlds",
    arguments: [1, 57, 401] as [UInt64]
  )
  func twice(first: UInt64) {
    for number in first..<first + 20 {
      #expect(worlds(number, acts: 5) == worlds(number, acts: 5))
    }
  }

  @Test("however often anybody looks in between, what comes after is the same")
  func looking() {
    for number in 1...150 as ClosedRange<UInt64> {
      var (once, often) = (RandomPlay(number), RandomPlay(number))
      var eye = SplitMix64(state: number)
      once.look(0)
      often.look(0)
      for _ in 0..<4 {
        let pause = once.pause()
        #expect(often.pause() == pause)
        once.pass(pause)
        var left = pause
        while left > 0 {
          let part = min(left, Int(eye.next() % 4_000) + 1)
          often.pass(part)
          often.look(eye.next())
          left -= part
        }
        let act = once.draw()
        _ = often.draw()
        once.perform(act)
        often.perform(act)
      }
      once.look(0)
      often.look(0)
      guard once.play.world == often.play.world else {
        Issue.record("world \(number) is another for having been looked at")
        return
      }
    }
  }

  @Test(
    "each broken law is found and named",
    arguments: [
      (#"{"inbox": [{"number": 2, "at": 1}]}"#, "message 2 of the inbox follows 0"),
      (
        #"{"inbox": [{"number": 1, "at": 9}, {"number": 2, "at": 5}]}"#,
        "message 2 is older than the one before"
      ),
      (#"{"inbox": [{"number": 1, "at": 1900000000}]}"#, "message 1 is of a time to come"),
      (#"{"injects": {"x": {"at": 5, "message": 3}}}"#, "inject x has message 3 of 0"),
      (
        #"{"postfix": {"messages": [{"id": "ABCDEF1", "arrived": 5, "recipients": ["a@b.test"]},"#
          + #"{"id": "ABCDEF1", "arrived": 5, "recipients": ["a@b.test"]}]}}"#,
        "two messages have the id ABCDEF1"
      ),
      (
        #"{"postfix": {"messages": [{"id": "ABCDEF1", "arrived": 1900000000, "#
          + #""recipients": ["a@b.test"]}]}}"#,
        "ABCDEF1 arrives in a time to come"
      ),
      (#"{"postfix": {"logins": [{"user": "kim", "count": -4}]}}"#, "kim logged in -4 times"),
      (
        #"{"kubernetes": {"nodes": [{"name": "a"}], "pods": [{"name": "p", "node": "b"}]}}"#,
        "pod p is on b, which is not there"
      ),
      (#"{"kubernetes": {"nodes": [{"name": "a"}, {"name": "a"}]}}"#, "two nodes have a name"),
      (#"{"redis": {"keys": -1}}"#, "redis.keys is -1"),
      (
        #"{"goes_on": true, "began": 5, "advanced": 1900000020}"#,
        "the world went on beyond now"
      ),
      (
        #"{"goes_on": true, "began": 5, "advanced": 600, "clamav": {"back_at": 300}}"#,
        "clamav is not back"
      ),
      (
        #"{"goes_on": true, "began": 5, "advanced": 600, "postfix": {"certificate": {"days": 3}}}"#,
        "postfix.certificate.days is counted from nowhere"
      ),
      (
        #"{"goes_on": true, "began": 5, "advanced": 600, "kubernetes": {"pods": [{"started": 1}]},"#
          + #""postfix": {"messages": [{"id": "ABCDEF1", "queue": "deferred", "arrived": 5,"#
          + #""next": 300, "recipients": ["a@b.test"]}]}}"#,
        "ABCDEF1 was due at 300 and is not tried at 600"
      ),
      (
        #"{"goes_on": true, "began": 5, "advanced": 864000, "certificates": {"renewal": {},"#
          + #""issued": [{"name": "mail/a", "ends": 864060}]}}"#,
        "certificate mail/a is not renewed"
      ),
    ]
  )
  func broken(state: String, problem: String) throws {
    let world = SimulatedWorld(
      state: try MergePatch(object: state).applied(to: nil)?.fields ?? [:],
      now: 1_800_000_000,
      seed: 1
    )
    let found = WorldInvariants.problems(of: world, on: .test)
    #expect(found.contains { $0.contains(problem) }, "\(found)")
  }

  @Test("held mail that left by itself, and time that ran back, are found")
  func between() throws {
    var play = try TabletopPlay(#"{"postfix": {"generators": [{"cause": "dead", "count": 3}]}}"#)
    play.postfix(["postsuper", "-h", "-"], play.messages.map(\.id))
    let before = play.world
    play.wait(7_200)
    #expect(WorldInvariants.problems(from: before, to: play.world, on: .test) == [])
    #expect(
      WorldInvariants.problems(from: play.world, to: before, on: .test)
        .contains("time ran back")
    )
    play.postfix(["postsuper", "-d", "-"], [play.messages[0].id])
    #expect(
      WorldInvariants.problems(from: before, to: play.world, on: .test)
        .contains { $0.hasPrefix("held mail changed by itself") }
    )
  }
}
