import Runbooks
import Testing

@testable import ClusterOps

/// Redis as redis-cli 7.0.15 was seen to tell of it.
@Suite struct RedisTests {
  @Test("PONG is an answer")
  func pong() async throws {
    let world = RecordedWorld { _ in .inPod("PONG\n") }
    let result = try await world.perform(RedisPing())
    #expect(result.values == ["answers": .boolean(true), "reply": .string("PONG")])
    #expect(
      world.asked.programs
        == [["timeout", "10", "redis-cli", "-s", "/run/mail/redis.sock", "ping"]]
    )
  }

  @Test(
    "an error, a socket that nobody listens on and silence are findings: it does not answer",
    arguments: [
      (Answer.inPod("NOAUTH Authentication required.\n\n"), "NOAUTH Authentication required."),
      (
        .inPod("LOADING Redis is loading the dataset in memory\n\n"),
        "LOADING Redis is loading the dataset in memory"
      ),
      (
        .inPod(
          "",
          stderr: "Could not connect to Redis at /run/mail/redis.sock: Connection refused\n",
          exit: 1
        ),
        "Could not connect to Redis at /run/mail/redis.sock: Connection refused"
      ),
      (.inPod("", exit: 124), "no answer in time"),
    ] as [(Answer, String)]
  )
  func noPong(answer: Answer, reply: String) async throws {
    let result = try await RecordedWorld { _ in answer }.perform(RedisPing())
    #expect(result.values == ["answers": .boolean(false), "reply": .string(reply)])
  }

  @Test(
    "a program that is missing, output that is cut, empty or strange is undetermined",
    arguments: [
      Answer.withoutProgram, .said("PONG\n"), .inPod(""), .inPod("PONG\nPONG\n"),
      .inPod("+PONG\u{1B}[2J"), .inPod("PONG\n", exit: 3), .inPod("LOADING \n x\n"),
    ]
  )
  func strange(answer: Answer) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in answer }.perform(RedisPing())
    }
    #expect(failure?.reason == .undetermined)
    #expect(failure?.effect == OperationFailure.Effect.none)
  }

  @Test("in a tabletop it answers unless the scenario says otherwise")
  func tabletop() async throws {
    let ping = try OperationCatalogue.standard().operation("redis.ping")
    for (state, answers) in [
      ([:], true), (["redis": .record(["running": .boolean(false)])], false),
      (["redis": .record(["error": .string("LOADING Redis is loading")])], false),
    ] as [([String: Value], Bool)] {
      var world = SimulatedWorld(state: state, now: 1_796_000_000, seed: 1)
      let result = try await ping.simulate(Arguments([:]), in: &world)
      #expect(result.values["answers"] == .boolean(answers))
    }
  }
}
