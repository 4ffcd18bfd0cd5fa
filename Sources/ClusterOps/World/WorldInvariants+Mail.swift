internal import Runbooks

// What can never be so of mail, and of what goes on.

extension WorldInvariants {
  static func queue(_ scene: Scene, _ findings: inout Findings) {
    let queue = SimulatedQueue(scene.postfix, domain: "", now: scene.world.now, seed: 0)
    // Messages that generators stand for are not there yet.
    let count = scene.postfix.records("messages").count
    let messages = queue.messages.prefix(count)
    var ids: Set<String> = []
    for message in messages {
      let id = message.id
      findings.expect(ids.insert(id).inserted, "two messages have the id \(id)")
      findings.expect(QueueID.isValid(id), "‘\(id)’ is no queue id")
      findings.expect(message.arrived <= scene.world.now, "\(id) arrives in a time to come")
      findings.expect(message.size >= 0, "\(id) has a size of \(message.size)")
      findings.expect(!message.recipients.isEmpty, "\(id) is for nobody")
    }
    guard scene.goesOn, let advanced = scene.world.state["advanced"]?.int else { return }
    let times = RetryTimes(scene.postfix)
    let isTrying = wasRunning(scene, at: advanced)
    for message in messages {
      guard message.queue == .deferred else {
        let name = message.queue.name
        findings.expect(message.next == nil, "\(message.id) in \(name) is to be tried")
        continue
      }
      guard let next = message.next else {
        findings.list(adding: "\(message.id) waits and is never tried")
        continue
      }
      // What was released since is due at the next minute.
      let wait = times.backoff.upperBound
      findings.expect(next <= scene.world.now + wait, "\(message.id) is tried too late")
      findings.expect(next >= message.arrived, "\(message.id) is tried before it came")
      guard isTrying else { continue }
      findings.expect(
        next > advanced,
        "\(message.id) was due at \(next) and is not tried at \(advanced)"
      )
    }
  }

  /// Whether Postfix ran when the last minute was over, as far as can be seen now.
  private static func wasRunning(_ scene: Scene, at moment: Int) -> Bool {
    // What an act or an inject began since says nothing of that minute.
    let isNew = scene.kubernetes.records("pods").first?.int("started", 0) ?? 0 >= moment
    var scene = scene
    scene.world.now = moment
    return isWorkedOut(scene, to: moment) && !isNew && scene.isPostfixRunning
  }

  /// Whether what the state tells had been told when the last minute passed.
  private static func isWorkedOut(_ scene: Scene, to moment: Int) -> Bool {
    let injects = scene.world.state["injects"]?.fields.values.map { $0.int("at", 0) } ?? []
    let began = scene.world.state["began"]?.int ?? .max
    return began < moment && !injects.contains { $0 >= moment }
  }

  /// Of a world that goes on: what has its time has had it.
  static func going(_ scene: Scene, _ findings: inout Findings) {
    let state = scene.state
    let (now, advanced) = (scene.world.now, scene.world.state["advanced"]?.int ?? 0)
    for field in RelativeField.left(in: state) {
      findings.expect(false, "\(field) is counted from nowhere")
    }
    findings.expect(
      scene.postfix.records("generators").isEmpty,
      "generators have not become messages"
    )
    for (path, moment) in past(state) {
      findings.expect(moment <= now, "\(path) is of a time to come")
    }
    guard isWorkedOut(scene, to: advanced) else { return }
    for facet in DaemonProgress.facets {
      let back = state[facet]?["back_at"]?.int
      findings.expect(back ?? .max > advanced, "\(facet) is not back")
    }
    for node in scene.kubernetes.records("nodes") {
      findings.expect(
        node["back_at"]?.int ?? .max > advanced,
        "node \(node.text("name", "")) is not back"
      )
    }
    for pod in scene.kubernetes.records("pods") {
      for (container, until) in pod["down"]?.fields ?? [:] {
        findings.expect(until.int ?? 0 > advanced, "\(container) is not back")
      }
    }
    certificates(scene, advanced, &findings)
  }

  /// Moments that lie behind, by what they are of.
  private static func past(_ state: [String: Value]) -> [(String, Int)] {
    let single = [
      ("clamav", "made"), ("redis", "started"), ("redis", "saved"), ("rspamd", "started"),
      ("logs", "newest"),
    ].compactMap { facet, field in
      state[facet]?[field]?.int.map { ("\(facet).\(field)", $0) }
    }
    let snapshots = (state["restic"]?.records("snapshots") ?? []).compactMap {
      $0["made"]?.int.map { ("a snapshot", $0) }
    }
    return single + snapshots
  }

  private static func certificates(
    _ scene: Scene,
    _ advanced: Int,
    _ findings: inout Findings
  ) {
    let authority = scene.world.state["certificates"] ?? .record([:])
    let renewal = authority["renewal"]
    let renews = authority.truth("installed", true) && renewal?.truth("works", true) == true
    let lead = max(0, min(89, renewal?.int("before_days", 30) ?? 30)) * 86_400
    for certificate in authority.records("issued") {
      let name = certificate.text("name", "")
      guard let end = certificate["ends"]?.int else {
        findings.list(adding: "certificate \(name) never ends")
        continue
      }
      if renews { findings.expect(end - lead > advanced, "certificate \(name) is not renewed") }
    }
  }
}

extension WorldInvariants.Findings {
  fileprivate mutating func list(adding problem: String) { expect(false, problem) }
}
