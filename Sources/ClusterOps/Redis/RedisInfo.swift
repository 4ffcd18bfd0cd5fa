internal import Runbooks

/// `redis.info`: memory, evictions and persistence, by redis-cli(1) INFO.
struct RedisInfo: CommandOperation {
  private static let version = ResultField<String>("version", help: "its version")
  private static let uptime = ResultField<Int>("uptime_seconds", help: "how long it runs")
  private static let used = ResultField<Int>("used_bytes", help: "memory its data take")
  private static let limit = ResultField<Int>("limit_bytes", help: "maxmemory; 0: no limit")
  private static let percent = ResultField<Int>(
    "used_percent",
    help: "of the limit; -1 where there is none"
  )
  private static let evicted = ResultField<Int>(
    "evicted",
    help: "keys pushed out for want of memory since it started"
  )
  private static let keys = ResultField<Int>("keys", help: "keys in all databases")
  private static let saves = ResultField<Bool>(
    "saves",
    help: "whether the last writing to disk succeeded"
  )
  private static let age = ResultField<Int>(
    "save_age_seconds",
    help: "since its data were last written to disk, or it started"
  )
  private static let unsaved = ResultField<Int>("unsaved", help: "changes since then")

  let declaration = OperationDeclaration(
    "redis.info",
    "Reads how much memory Redis uses, what it had to push out, and whether it saves.",
    parameters: [RedisPing.socket, RedisFamily.service.container],
    results: [version, uptime, used, limit, percent, evicted, keys, saves, age, unsaved],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      try RedisFamily.service.command(
        ["redis-cli", "-s", try call[RedisPing.socket], "info"],
        call
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      let facts = try Facts(RedisFamily.service.text(of: outcome, commands[0]))
      let (used, limit) = (try facts.number("used_memory"), try facts.number("maxmemory"))
      let evicted = try facts.number("evicted_keys")
      let endings = [
        try facts.text("rdb_last_bgsave_status"), try facts.text("aof_last_write_status"),
      ]
      let saves = endings.allSatisfy { $0 == "ok" }
      let age = max(0, now - (try facts.number("rdb_last_save_time")))
      let share = limit > 0 ? Int(Double(used) / Double(limit) * 100) : -1
      var summary = "Redis uses \(used / 1024) KiB"
      if limit > 0 { summary += ", \(share) % of its limit" }
      summary += evicted == 0 ? ", pushed nothing out" : ", pushed out \(counted(evicted, "key"))"
      summary += saves ? ", and saves." : ", and could not save."
      return .done(
        OperationResult(
          [
            Self.version(try facts.text("redis_version")),
            Self.uptime(try facts.number("uptime_in_seconds")),
            Self.used(used), Self.limit(limit), Self.percent(share), Self.evicted(evicted),
            Self.keys(facts.keys), Self.saves(saves), Self.age(age),
            Self.unsaved(try facts.number("rdb_changes_since_last_save")),
          ],
          summary: summary
        )
      )
    }
  }

  /// The lines `name:value` of INFO (redis.io, commands/info).
  private struct Facts {
    private let values: [String: String]

    init(_ text: String) throws(OperationFailure) {
      var values: [String: String] = [:]
      for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
        guard let colon = line.firstIndex(of: ":") else { continue }
        values[String(line[..<colon])] = String(line[line.index(after: colon)...].trimmingSpaces)
      }
      guard values["redis_version"] != nil else {
        let first = text.split(whereSeparator: \.isNewline).first.map { capped(String($0), 120) }
        throw RedisFamily.service.notUnderstood(
          first.map { "it says ‘\($0)’" } ?? "it says nothing"
        )
      }
      self.values = values
    }

    func text(_ name: String) throws(OperationFailure) -> String {
      guard let value = values[name] else {
        throw RedisFamily.service.notUnderstood("INFO has no \(name)")
      }
      return capped(value, 60)
    }

    func number(_ name: String) throws(OperationFailure) -> Int {
      guard let number = Int(try text(name)), number >= 0 else {
        throw RedisFamily.service.notUnderstood("\(name) in INFO is no number")
      }
      return number
    }

    /// Of `db0:keys=12,expires=3,avg_ttl=0`; a database without keys has no line.
    var keys: Int {
      values.reduce(0) { sum, line in
        guard line.key.hasPrefix("db"), line.value.hasPrefix("keys=") else { return sum }
        let (more, isTooLarge) = sum.addingReportingOverflow(
          Int(line.value.dropFirst(5).prefix { $0 != "," }) ?? 0
        )
        return isTooLarge ? sum : more
      }
    }
  }
}
