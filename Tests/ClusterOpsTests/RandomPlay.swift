import Runbooks

@testable import ClusterOps

/// A random world and what is done in it, the same for the same number.
struct RandomPlay {
  /// Something that happens at a moment.
  enum Act {
    case hold, release, requeue, delete, flush, flushSome
    case kick, cordon, uncordon, drain, label, unlabel, deletePod
    case intake(Bool)
    case look
    case inject(Int)
  }

  private static let domains = ["a.test", "b.test", "c.test", "gaudy.test"]
  private static let behaviours = ["accept", "defer", "limit", "refuse", "hang", "dead"]

  private(set) var play: TabletopPlay
  private var chance: SplitMix64
  private var injected = 0

  init(_ number: UInt64, scale: Int = 1) {
    var chance = SplitMix64(state: number &* 0x2545_F491_4F6C_DD1D)
    let state = Self.state(&chance, scale)
    play = TabletopPlay(
      world: SimulatedWorld(
        state: state,
        now: 1_800_000_000 + Int(chance.next() % 5_000),
        seed: chance.next()
      )
    )
    self.chance = chance
  }

  /// Seconds to the next act: minutes mostly, sometimes hours.
  mutating func pause() -> Int {
    Int(chance.next() % ([300, 300, 3_600, 10_800][Int(chance.next() % 4)]))
  }

  mutating func wait(_ seconds: Int) { play.wait(seconds) }

  /// Lets time pass without looking.
  mutating func pass(_ seconds: Int) { play.world.now += seconds }

  mutating func look(_ number: UInt64) {
    switch number % 6 {
    case 0: play.postfix(["postqueue", "-j"])
    case 1: play.kubectl(["get", "pods"])
    case 2: play.run(Command(here: ["kdig", "-q", "gaudy.test", "-t", "MX"]))
    case 3: play.run(Command(["doveadm", "who"], from: .pod(container: "dovecot"), on: .test))
    case 4: play.run(Command(here: ["swaks", "--server", "x", "--to", "kim@gaudy.test"]))
    default: play.look()
    }
  }

  private var someIDs: [String] {
    mutating get {
      let ids = play.messages.map(\.id)
      let every = Int(chance.next() % 4) + 1
      let shift = Int(chance.next() % 4)
      return ids.enumerated().filter { ($0.offset + shift) % every == 0 }.map(\.element)
        + ["A0FFFFFFFF"]
    }
  }

  mutating func draw() -> Act {
    switch chance.next() % 18 {
    case 0, 1: .hold
    case 2: .release
    case 3: .requeue
    case 4: .delete
    case 5: .flush
    case 6: .flushSome
    case 7: .kick
    case 8: .cordon
    case 9: .uncordon
    case 10: .drain
    case 11: .label
    case 12: .unlabel
    case 13: .deletePod
    case 14: .intake(chance.next() % 3 > 0)
    case 15: .look
    default: .inject(Int(chance.next() % 12))
    }
  }

  mutating func perform(_ act: Act) {
    // Whoever acts has looked: ids are those of now.
    play.look()
    switch act {
    case .hold: play.postfix(["postsuper", "-h", "-"], someIDs)
    case .release: play.postfix(["postsuper", "-H", "-"], someIDs)
    case .requeue: play.postfix(["postsuper", "-r", "-"], someIDs)
    case .delete: play.postfix(["postsuper", "-d", "-"], someIDs)
    case .flush: play.postfix(["postqueue", "-f"])
    case .flushSome: play.postfix(["xargs", "-r", "-n", "1", "postqueue", "-i"], someIDs)
    case .kick:
      play.run(
        Command(
          ["doveadm", "kick", "alice@gaudy.test"],
          from: .pod(container: "dovecot"),
          on: .test,
          changes: true
        )
      )
    case .cordon: play.kubectl(["cordon", "mail-node"])
    case .uncordon: play.kubectl(["uncordon", "mail-node"])
    case .drain: play.kubectl(["drain", "mail-node"])
    case .label: play.kubectl(["label", "node", "mail-node", "mail=true"])
    case .unlabel: play.kubectl(["label", "node", "mail-node", "mail-"])
    case .deletePod: play.kubectl(["delete", "pods"])
    case .intake(let accepts):
      play.postfix(["postconf", "-e", "master_service_disable=\(accepts ? "" : "inet")"])
      play.postfix(["postfix", "reload"])
    case .look: look(chance.next())
    case .inject(let kind): inject(kind)
    }
  }

  private mutating func inject(_ kind: Int) {
    injected += 1
    let domain = Self.domains[Int(chance.next() % 4)]
    let behaviour = Self.behaviours[Int(chance.next() % 6)]
    let patch =
      switch kind {
      case 0, 1: #"{"internet": {"\#(domain)": "\#(behaviour)"}}"#
      case 2: #"{"postfix": {"generators": [{"cause": "storm", "count": 3, "domain": "c.test"}]}}"#
      case 3: #"{"postfix": {"flows": [{"per_hour": 7, "domain": "\#(domain)", "for": 7200}]}}"#
      case 4:
        #"{"kubernetes": {"nodes": [{"name": "mail-node", "ready": false, "back_after": 900}]}}"#
      case 5: #"{"kubernetes": {"crashes": [{"every": 7, "back_after": 45, "for": 3600}]}}"#
      case 6: #"{"clamav": {"running": false, "back_after": 600, "age_hours": 60}}"#
      case 7: #"{"redis": {"saves": false}, "rspamd": {"running": false, "back_after": 90}}"#
      case 8: #"{"postfix": {"running": false, "back_after": 1000}}"#
      case 9: #"{"dns": {"records": {"gaudy.test MX": ["10 \#(domain)"]}}}"#
      case 10: #"{"kubernetes": {"workload": {"broken": ["postfix"]}}}"#
      default: #"{"kubernetes": {"workload": null}, "certificates": {"renewal": {"works": true}}}"#
      }
    let channels = ["", "alert", "mail", "call", "ticket"]
    let channel = channels[Int(chance.next() % 5)]
    // Some come again, and some have another content then.
    let name = chance.next() % 8 == 0 ? "again" : "inject-\(injected)"
    play.inject(name, InjectContent(channel: channel, to: ["on-call"], world: patch))
  }

  // MARK: Where it begins

  private static func state(
    _ chance: inout SplitMix64,
    _ scale: Int
  ) -> [String: Value] {
    func flow(_ number: Int) -> Value {
      let user = chance.next() % 2 == 0
      var fields: [String: Value] = [
        "name": .string("flow \(number)"),
        "cause": .string(["ordinary", "compromised", "storm"][Int(chance.next() % 3)]),
        "per_hour": .integer(Int(chance.next() % 20) * scale),
        "domains": .list(domains.shuffled(using: &chance).prefix(2).map(Value.string)),
      ]
      if user { fields["user"] = .string("alice") }
      if chance.next() % 2 == 0 { fields["for"] = .integer(Int(chance.next() % 20_000)) }
      return .record(fields)
    }
    var internet: [String: Value] = [:]
    for domain in domains where chance.next() % 3 > 0 {
      internet[domain] = .string(behaviours[Int(chance.next() % 6)])
    }
    let generators = (0..<Int(chance.next() % 3)).map { _ in
      Value.record([
        "cause": .string(["dead", "storm", "ordinary", "backscatter"][Int(chance.next() % 4)]),
        "count": .integer(Int(chance.next() % 6) * scale),
        "domain": .string(domains[Int(chance.next() % 3)]),
        "max_age": .integer(Int(chance.next() % 500_000) + 700),
      ])
    }
    let lifetime = ["5d", "1h", "4000s"][Int(chance.next() % 3)]
    let label = Value.list([.string("mail=true")])
    let names = chance.next() % 2 == 0 ? ["mail-node"] : ["mail-node", "other-node"]
    let nodes = names.map { Value.record(["name": .string($0), "labels": label]) }
    return [
      "goes_on": .boolean(true), "internet": .record(internet),
      "postfix": .record([
        "flows": .list((0..<Int(chance.next() % 3)).map(flow)), "generators": .list(generators),
        "settings": .record(["maximal_queue_lifetime": .string(lifetime)]),
      ]),
      "kubernetes": .record([
        "workload": .record(["label": .string("mail=true")]), "nodes": .list(nodes),
        "listeners": .list([.string("0.0.0.0:25")]),
      ]),
      "restic": .record(["nightly": .record(["at": .string("08:30")])]),
      "certificates": .record([
        "renewal": .record(["works": .boolean(chance.next() % 2 == 0)]),
        "issued": .list([
          .record(["name": .string("mail/a"), "days": .integer(Int(chance.next() % 60))])
        ]),
      ]),
      "dovecot": .record([
        "sessions": .list([.record(["user": .string("alice@gaudy.test")])])
      ]),
    ]
  }
}
