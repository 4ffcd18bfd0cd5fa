/// Rspamd's memory: statistics, greylisting, rate limits.
enum RedisFamily {
  static let service = PodService("Redis", container: "redis")

  static let operations: [any CommandOperation] = [RedisPing(), RedisInfo()]
}
