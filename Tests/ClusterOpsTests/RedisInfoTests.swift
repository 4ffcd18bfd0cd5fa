import Runbooks
import Testing

@testable import ClusterOps

/// INFO of Redis 7.0.15, shortened.
@Suite struct RedisInfoTests {
  private static let info =
    """
    # Server
    redis_version:7.0.15
    redis_mode:standalone
    uptime_in_seconds:86400
    # Memory
    used_memory:33554432
    used_memory_human:32.00M
    maxmemory:67108864
    maxmemory_policy:volatile-ttl
    # Persistence
    loading:0
    rdb_changes_since_last_save:7
    rdb_bgsave_in_progress:0
    rdb_last_save_time:1795999100
    rdb_last_bgsave_status:ok
    aof_enabled:0
    aof_last_write_status:ok
    # Stats
    expired_keys:12
    evicted_keys:0
    # Keyspace
    db0:keys=1203,expires=40,avg_ttl=310000

    """
    .replacing("\n", with: "\r\n")

  private func perform(_ answer: Answer) async throws(OperationFailure) -> OperationResult {
    try await RecordedWorld { _ in answer }.perform(RedisInfo())
  }

  @Test("memory against its limit, evictions, keys and the last writing to disk are read")
  func facts() async throws {
    let values = try await perform(.inPod(Self.info)).values
    #expect(values["used_percent"] == .integer(50))
    #expect(values["limit_bytes"] == .integer(67_108_864))
    #expect(values["evicted"] == .integer(0))
    #expect(values["keys"] == .integer(1203))
    #expect(values["saves"] == .boolean(true))
    #expect(values["save_age_seconds"] == .integer(900))
    #expect(values["unsaved"] == .integer(7))
    #expect(values["version"] == .string("7.0.15"))
  }

  @Test(
    "what could not be saved and what was pushed out is told; without a limit there is no share"
  )
  func trouble() async throws {
    let result = try await perform(
      .inPod(
        Self.info.replacing("bgsave_status:ok", with: "bgsave_status:err")
          .replacing("evicted_keys:0", with: "evicted_keys:3")
          .replacing("maxmemory:67108864", with: "maxmemory:0")
      )
    )
    #expect(result.values["saves"] == .boolean(false))
    #expect(result.values["evicted"] == .integer(3))
    #expect(result.values["used_percent"] == .integer(-1))
    #expect(result.summary.contains("could not save"))
  }

  @Test(
    "INFO that lacks a line, is cut, refused or something else is undetermined",
    arguments: [
      Answer.inPod(Self.info.replacing("evicted_keys:0\r\n", with: "")),
      .inPod(Self.info.replacing("used_memory:33554432", with: "used_memory:much")),
      .said(Self.info),
      .inPod("NOAUTH Authentication required.\n"), .inPod(""), .inPod("<html>\n"),
      .withoutProgram,
      .inPod("", stderr: "Could not connect to Redis at x: Connection refused\n", exit: 1),
    ]
  )
  func strange(answer: Answer) async {
    let failure = await #expect(throws: OperationFailure.self) { try await perform(answer) }
    #expect(failure?.reason == .undetermined)
  }

  @Test("in a tabletop the scenario says what there is")
  func tabletop() async throws {
    let redis: [String: Value] = ["evicted": .integer(5), "saves": .boolean(false)]
    var world = SimulatedWorld(state: ["redis": .record(redis)], now: 1_796_000_000, seed: 1)
    let result = try await OperationCatalogue.standard().operation("redis.info")
      .simulate(Arguments([:]), in: &world)
    #expect(result.values["evicted"] == .integer(5))
    #expect(result.values["saves"] == .boolean(false))
  }
}
