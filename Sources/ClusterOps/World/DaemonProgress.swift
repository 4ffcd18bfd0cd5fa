internal import Runbooks

/// Daemons that come back by themselves, and those that no longer save or send.
struct DaemonProgress: Progress {
  static let name = "daemons"

  /// Facets with `running`, which may say `back_at`.
  static let facets = ["postfix", "dovecot", "rspamd", "redis", "clamav", "prometheus", "logs"]

  /// Those that tell how long they have been up.
  private static let clocked: Set = ["rspamd", "redis"]

  /// When each comes back.
  private var returns: [String: Int] = [:]

  /// A Redis that no longer saves, and logs that stopped, have a last moment; others have none.
  static func settle(_ scene: inout Scene) {
    if let redis = scene.world.state["redis"] {
      let age = scene.span("save_age", in: redis, 600)
      let last = redis["saved"] ?? .integer(scene.world.now - age)
      let saves = redis.truth("saves", true)
      scene.world.state["redis"] = redis.with("saved", saves ? nil : last)
    }
    if let logs = scene.world.state["logs"] {
      let last = logs["newest"] ?? .integer(scene.world.now - scene.span("age", in: logs, 20))
      let stopped = logs.truth("stopped", false)
      scene.world.state["logs"] = logs.with("newest", stopped ? last : nil)
    }
  }

  init?(_ scene: Scene) {
    for facet in Self.facets {
      let value = facet == "postfix" ? scene.postfix : scene.world.state[facet]
      if let back = value?["back_at"]?.int { returns[facet] = back }
    }
    if returns.isEmpty { return nil }
  }

  func next(after moment: Int, in scene: Scene) -> Int? { returns.values.min() }

  mutating func pass(_ minute: WorldMinute, in scene: inout Scene) {
    for (facet, back) in returns where back <= minute.end {
      returns[facet] = nil
      let value = facet == "postfix" ? scene.postfix : scene.world.state[facet] ?? .record([:])
      var fields = value.fields
      fields["back_at"] = nil
      // An error such as `LOADING …` is one of a daemon that is not all there yet.
      fields["error"] = nil
      fields["running"] = .boolean(true)
      if Self.clocked.contains(facet) { fields["started"] = .integer(back) }
      if facet == "postfix" {
        scene.postfix = .record(fields)
      } else {
        scene.world.state[facet] = .record(fields)
      }
    }
  }
}
