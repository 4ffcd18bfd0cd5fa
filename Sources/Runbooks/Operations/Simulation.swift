internal import Synchronization

/// A simulated world that an attempt acts on.
///
/// A class because it is one world, acted on while commands run; the engine lets one attempt at a
/// time have it and takes the world as the attempt left it, however it ended.
public final class Simulation: Sendable {
  private let state: Mutex<SimulatedWorld>

  public init(_ world: SimulatedWorld) { state = Mutex(world) }

  /// The world as it is now.
  public var world: SimulatedWorld { state.withLock { $0 } }

  /// Acts on the world; nobody else does meanwhile.
  public func act<Result: Sendable>(
    _ body: (inout SimulatedWorld) -> sending Result
  ) -> Result {
    state.withLock { body(&$0) }
  }
}
