internal import Runbooks

/// redis-cli(1) against the simulated Redis.
struct RedisFacet: Facet {
  let programs: Set = ["redis-cli"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    guard case .pod = command.vantage, program.count > 3, program[0] == "redis-cli" else {
      return nil
    }
    let redis = scene.world.state["redis"] ?? .record([:])
    guard redis.truth("running", true) else {
      return Answer(
        exit: 1,
        stderr: "Could not connect to Redis at \(program[2]): Connection refused\n"
      )
    }
    if let error = redis["error"]?.text, !error.isEmpty { return Answer(error + "\n\n") }
    switch program[3] {
    case "ping": return Answer("PONG\n")
    case "info": return scene.info(of: redis)
    default: return Answer("ERR unknown command\n\n")
    }
  }

}

extension Scene {
  fileprivate func info(of redis: Value) -> Answer {
    let started = moment("started", in: redis, ago: "uptime", 86_400)
    // While it saves, the last time is never longer ago than it was in the scenario.
    let saved = redis["saved"]?.int ?? world.now - span("save_age", in: redis, 600)
    let lines = [
      "redis_version:7.0.15", "uptime_in_seconds:\(max(0, world.now - started))",
      "used_memory:\(redis.int("used", 8 << 20))", "maxmemory:\(redis.int("limit", 512 << 20))",
      "rdb_changes_since_last_save:\(redis.int("unsaved", 0))",
      "rdb_last_save_time:\(saved)",
      "rdb_last_bgsave_status:\(redis.truth("saves", true) ? "ok" : "err")",
      "aof_last_write_status:ok", "evicted_keys:\(redis.int("evicted", 0))",
      "db0:keys=\(redis.int("keys", 1200)),expires=40,avg_ttl=310000",
    ]
    return Answer(lines.map { $0 + "\r\n" }.joined())
  }
}
