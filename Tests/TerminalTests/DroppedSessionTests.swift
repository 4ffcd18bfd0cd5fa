import Foundation
import TestSupport
import Testing

/// An SSH session that drops in the middle of a node drain, with a real sshd, on the bundled site.
@Suite("A dropped SSH session", .serialized)
struct DroppedSessionTests {
  @Test(
    "the drain ends, the next step waits, and a second operator sees what happened and finishes",
    .timeLimit(.minutes(3)),
    arguments: SSHServer.Loss.allCases
  )
  func drain(loss: SSHServer.Loss) throws {
    let folder = try TemporaryFolder()
    let state = try TemporaryFolder()
    // Longer than sshd takes to give a silent client up.
    let seconds = SSHServer.patience + 7
    let site = try NodeDrain.site(in: folder) { $0 + "  takes: {k8s.drain: \(seconds)}\n" }
    let server = try SSHServer()
    let first = try ConsoleSession(
      over: server,
      state: state,
      ["run", "node-drain", "--site", site, "--as", "tomas"]
    )
    try NodeDrain.walkToDrain(first, approvedBy: "erin")
    try NodeDrain.startDrain(first)

    try server.lose(first, loss)
    try NodeDrain.expectDrainEndsAndNextWaits(first)
    try server.expectLost(first, loss)

    let second = try ConsoleSession(
      over: server,
      state: state,
      ["attach", try first.run(), "--site", site, "--as", "quinn"]
    )
    try NodeDrain.takeOverAndFinish(second, from: "tomas", signedBy: "marek")
    let lines = try second.timeline().lines
    #expect(lines.count { $0.type == "driver.attached" } == 2)
    #expect(lines.last { $0.step == "queue-kept" }?.text.contains("passed") == true)
  }
}
