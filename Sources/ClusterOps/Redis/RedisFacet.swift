internal import Runbooks

/// redis-cli(1) against the simulated Redis.
struct RedisFacet: Facet {
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
    default: return Answer("ERR unknown command\n\n")
    }
  }
}
