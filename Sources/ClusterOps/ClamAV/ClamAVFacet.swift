internal import Runbooks

/// clamdscan(1) against the simulated scanner.
struct ClamAVFacet: Facet {
  let programs: Set = ["clamdscan"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = Probe.inner(command.program)
    guard case .pod = command.vantage, program.first == "clamdscan" else { return nil }
    let clamav = scene.world.state["clamav"] ?? .record([:])
    let engine = clamav.text("engine", "1.4.6")
    let isRunning = clamav.truth("running", true)
    switch program.dropFirst().first {
    case "--ping":
      guard isRunning else {
        var answer = Answer("PING timeout exceeded; No response from clamd\n")
        answer.exit = 21
        return answer
      }
      return Answer("PONG\n")
    default:
      guard isRunning else {
        var answer = Answer("ClamAV \(engine)\n")
        answer.stderr =
          "ERROR: Could not connect to clamd on LocalSocket /run/mail/clamd.sock: "
          + "Connection refused\n"
        return answer
      }
      let version = clamav.int("signatures", 27_826)
      guard version > 0 else { return Answer("ClamAV \(engine)\n") }
      return Answer(
        SignatureFacts.words(
          engine: engine,
          version: version,
          made: scene.moment("made", in: clamav, ago: "age_hours", 9, each: 3600)
        ) + "\n"
      )
    }
  }
}
