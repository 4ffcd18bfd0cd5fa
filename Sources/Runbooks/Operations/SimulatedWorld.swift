/// A world without a cluster: a tree of values, a clock and a seeded source of chance.
///
/// The state is plain ``Value``s so that the engine can keep it as a file named
/// by its digest; the facets in ClusterOps give it meaning. The same seed and
/// the same operations give the same world.
public struct SimulatedWorld: Sendable, Hashable {
  /// The state, a record of facets, e.g. `kubernetes`, `postfix`.
  public var state: [String: Value]
  /// Seconds since 1970-01-01T00:00:00Z in the world.
  public var now: Int
  /// The state of the generator of chance.
  public var seed: UInt64

  public init(state: [String: Value], now: Int, seed: UInt64) {
    self.state = state
    self.now = now
    self.seed = seed
  }

  /// How long an operation takes; nil for none, which is the rule.
  ///
  /// Read from the facet `takes`, in seconds by the operation's name; an hour at most.
  func span(of operation: OperationName) -> Duration? {
    guard let seconds = state["takes"]?[operation.name]?.int, seconds > 0 else { return nil }
    return .seconds(min(seconds, 3_600))
  }
}
