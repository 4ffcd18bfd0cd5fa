import Runbooks
import Testing

@testable import ClusterOps

/// Programs in the containers of other daemons of the pod: what ran and came whole, and what did not.
@Suite struct PodServiceTests {
  private let service = PodService("Redis", container: "redis")

  private func command(_ arguments: [String: Value] = [:]) throws -> Command {
    try service.command(
      ["redis-cli", "ping"],
      Call(arguments: Arguments(arguments), site: .test)
    )
  }

  private func outcome(_ stdout: String, _ stderr: String, exit: Int) -> CommandOutcome {
    CommandOutcome(
      ending: .exited(exit),
      stdout: Array(stdout.utf8),
      isTruncated: false,
      stderr: Array(stderr.utf8)
    )
  }

  @Test("it runs in the daemon's container or the one a step names, bounded and with an end mark")
  func argv() throws {
    let argv = try command().argv
    #expect(argv.contains("redis") && argv.suffix(4) == ["timeout", "10", "redis-cli", "ping"])
    #expect(try command().isMarked)
    #expect(try command(["container": .string("cache")]).argv.contains("cache"))
    let failure = #expect(throws: OperationFailure.self) {
      try command(["container": .string("--all")])
    }
    #expect(failure?.reason == .refused)
  }

  @Test("a status of its own is given on; a program that is not there says nothing of the daemon")
  func endings() throws {
    let command = try command()
    #expect(try service.exit(of: outcome("PONG\n", "", exit: 0), command) == 0)
    let refused = outcome(
      "",
      "Could not connect\ncommand terminated with exit code 1\n",
      exit: 1
    )
    #expect(try service.exit(of: refused, command) == 1)
    #expect(PodService.said(refused) == "Could not connect")
    let missing = outcome(
      "",
      "timeout: failed to run command ‘redis-cli’: No such file or directory\n"
        + "command terminated with exit code 127\n",
      exit: 127
    )
    let failure = #expect(throws: OperationFailure.self) {
      try service.exit(of: missing, command)
    }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.message.contains("redis-cli cannot be run in its container") == true)
  }

  @Test("kubectl's own failure is told as such")
  func kubectl() throws {
    let failure = try #require(throws: OperationFailure.self) {
      try service.exit(
        of: outcome(
          "",
          "error: unable to upgrade connection: container not found (\"redis\")\n",
          exit: 1
        ),
        try command()
      )
    }
    #expect(failure.message.contains("not running"))
  }
}
