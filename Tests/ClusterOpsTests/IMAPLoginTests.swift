import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

@Suite("A right and a wrong password") struct IMAPLoginTests {
  private func simulate(
    _ imap: [String: Value],
    _ values: [String: Value] = ["login_file": .string("/etc/test.login")]
  ) async throws -> OperationResult {
    var world = SimulatedWorld(
      state: [
        "imap": .record(imap),
        "kubernetes": .record(["listeners": .list([.string("0.0.0.0:993")])]),
      ],
      now: 1_796_000_000,
      seed: 1
    )
    return try await OperationCatalogue.standard().operation("imap.login")
      .simulate(Arguments(values), in: &world)
  }

  @Test("the right one is taken and the wrong one refused; or not, and it is said which")
  func verdicts() async throws {
    let sound = try await simulate(["probe": .record(["messages": .integer(4)])])
    #expect(sound.values["takes_right"] == .boolean(true))
    #expect(sound.values["refuses_wrong"] == .boolean(true))
    #expect(sound.values["messages"] == .integer(4))
    let closed = try await simulate(["probe": .record(["works": .boolean(false)])])
    #expect(closed.values["takes_right"] == .boolean(false))
    #expect(closed.values["messages"] == .integer(-1))
    #expect(closed.summary.contains("refuses the right one too"))
    let open = try await simulate(["takes_any": .boolean(true)])
    #expect(open.values["refuses_wrong"] == .boolean(false))
    #expect(open.summary.contains("TAKES a wrong password"))
  }

  @Test("without a test account nothing is tried, and it is said where one is named")
  func nobody() async throws {
    let failure = try await #require(throws: OperationFailure.self) { try await simulate([:], [:]) }
    #expect(failure.reason == .undetermined)
    #expect(failure.advice.contains("imap_login_file"))
  }

  @Test("the right password stands in no command line and no input of ours")
  func secret() throws {
    let call = Call(
      arguments: Arguments(["login_file": .string("/etc/test.login")]),
      site: .test
    )
    let commands = try IMAPLogin().commands(call)
    #expect(commands.count == 2)
    #expect(commands[1].program.contains("/etc/test.login"))
    #expect(commands[1].input.isEmpty)
  }
}
