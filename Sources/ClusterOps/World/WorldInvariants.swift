public import Runbooks

/// What can never be so in a simulated world, whatever was done to it.
public enum WorldInvariants {
  /// What is wrong with a world, in words; none: nothing that is known.
  ///
  /// Of a world that goes on (`goes_on`) more is known than of one that stands still.
  public static func problems(of world: SimulatedWorld, on site: Site) -> [String] {
    let scene = Scene(world, of: site)
    var findings = Findings()
    inbox(scene, &findings)
    queue(scene, &findings)
    cluster(scene, &findings)
    counts(scene, &findings)
    clock(scene, &findings)
    if scene.goesOn, scene.world.state["began"] != nil { going(scene, &findings) }
    return findings.list
  }

  /// What cannot have become of a world by itself, where nobody did anything between the two.
  public static func problems(
    from earlier: SimulatedWorld,
    to later: SimulatedWorld,
    on site: Site
  ) -> [String] {
    var findings = Findings()
    findings.expect(earlier.now <= later.now, "time ran back")
    for field in ["began", "advanced"] {
      guard let before = earlier.state[field]?.int else { continue }
      findings.expect(before <= later.state[field]?.int ?? .min, "`\(field)` ran back")
    }
    findings.expect(earlier.state["inbox"] == later.state["inbox"], "the inbox changed by itself")
    let held = { (world: SimulatedWorld) in
      SimulatedQueue(world.state["postfix"] ?? .record([:]), domain: "", now: world.now, seed: 0)
        .messages.filter { $0.queue == .hold }.map(\.id).sorted()
    }
    let (before, after) = (held(earlier), held(later))
    // Where generators have not become messages yet, what is held is not known.
    if earlier.state["postfix"]?.records("generators").isEmpty ?? true {
      findings.expect(before == after, "held mail changed by itself: \(before) is \(after)")
    }
    return findings.list
  }

  struct Findings {
    private(set) var list: [String] = []

    mutating func expect(_ isSo: Bool, _ problem: @autoclosure () -> String) {
      if !isSo { list.append(problem()) }
    }
  }

  private static func inbox(_ scene: Scene, _ findings: inout Findings) {
    let inbox = scene.world.state["inbox"]?.elements ?? []
    var (number, at) = (0, Int.min)
    for message in inbox {
      let (next, moment) = (message.int("number", 0), message.int("at", .min))
      findings.expect(next == number + 1, "message \(next) of the inbox follows \(number)")
      findings.expect(moment >= at, "message \(next) is older than the one before")
      findings.expect(moment <= scene.world.now, "message \(next) is of a time to come")
      let done = scene.world.state["injects"]?[message.text("inject", "")]
      findings.expect(done?["message"]?.int == next, "message \(next) belongs to no inject")
      (number, at) = (next, moment)
    }
    for (name, inject) in scene.world.state["injects"]?.fields ?? [:] {
      let message = inject.int("message", 0)
      findings.expect(
        (0...inbox.count).contains(message),
        "inject \(name) has message \(message) of \(inbox.count)"
      )
      findings.expect(
        inject.int("at", .max) <= scene.world.now,
        "inject \(name) is of a time to come"
      )
    }
  }

  private static func clock(_ scene: Scene, _ findings: inout Findings) {
    guard scene.goesOn, let advanced = scene.world.state["advanced"]?.int,
      let began = scene.world.state["began"]?.int
    else { return }
    findings.expect(advanced <= scene.world.now, "the world went on beyond now")
    findings.expect(began <= scene.world.now, "the world begins in a time to come")
    findings.expect(advanced % WorldMinute.length == 0, "the world stopped within a minute")
    findings.expect(
      advanced >= WorldMinute.over(at: began),
      "the world went on before it began"
    )
  }

  private static func cluster(_ scene: Scene, _ findings: inout Findings) {
    let nodes = scene.nodes().map { $0.text("name", "mail-node") }
    findings.expect(Set(nodes).count == nodes.count, "two nodes have a name in common")
    let pods = scene.kubernetes.records("pods")
    let names = pods.map { $0.text("name", "") }
    findings.expect(Set(names).count == names.count, "two pods have a name in common: \(names)")
    for pod in pods {
      let name = pod.text("name", "")
      let node = pod.text("node", nodes.first ?? "")
      findings.expect(nodes.contains(node), "pod \(name) is on \(node), which is not there")
      findings.expect(
        pod.int("started", 0) <= scene.world.now,
        "pod \(name) starts in a time to come"
      )
      let crashes = pod["crashes"]?.fields.values.compactMap(\.int) ?? []
      findings.expect(
        (crashes + [pod.int("restarts", 0)]).allSatisfy { $0 >= 0 },
        "pod \(name) has less than no restarts"
      )
    }
  }

  private static func counts(_ scene: Scene, _ findings: inout Findings) {
    for login in scene.postfix.records("logins") {
      findings.expect(
        login.int("count", 1) >= 0,
        "\(login.text("user", "")) logged in \(login.int("count", 1)) times"
      )
    }
    for (name, mailbox) in scene.world.state["dovecot"]?["mailboxes"]?.fields ?? [:] {
      for field in ["used", "messages", "limit"] {
        findings.expect(mailbox.int(field, 0) >= 0, "`\(field)` of \(name) is less than nothing")
      }
    }
    for (facet, fields) in [
      ("redis", ["keys", "used", "evicted", "unsaved"]), ("clamav", ["signatures"]),
      ("rspamd", ["learned"]),
    ] {
      for field in fields {
        let number = scene.world.state[facet]?.int(field, 0) ?? 0
        findings.expect(number >= 0, "\(facet).\(field) is \(number)")
      }
    }
  }
}
