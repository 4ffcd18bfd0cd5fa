import Runbooks
import Testing

@testable import ClusterOps

/// clamd as clamdscan 1.4.6 was seen to tell of it.
@Suite struct ClamAVTests {
  /// 2026-11-23T09:25:14Z.
  private static let made = 1_795_425_914

  private func perform(
    ping: Answer = .inPod("PONG\n"),
    version: Answer = .inPod("ClamAV 1.4.6/27826/Mon Nov 23 09:25:14 2026\n"),
    now: Int = made + 3 * 3600 + 60
  ) async throws(OperationFailure) -> OperationResult {
    try await RecordedWorld(now: now) { command in
      command.program.contains("--ping") ? ping : version
    }.perform(ClamAVPing())
  }

  @Test("engine, signatures and their age are told; the age is that of what clamd has loaded")
  func answers() async throws {
    let result = try await perform()
    #expect(
      result.values == [
        "answers": .boolean(true), "engine": .string("1.4.6"), "signatures": .integer(27_826),
        "signature_hours": .integer(3),
      ]
    )
    #expect(result.doubt == nil)
    let padded = Answer.inPod("ClamAV 1.4.6/27826/Fri Nov  6 09:25:14 2026\n")
    #expect(try await perform(version: padded).values["signature_hours"] == .integer(411))
  }

  @Test("no answer is a finding, and needs no age")
  func silence() async throws {
    for ping in [
      Answer.inPod("PING timeout exceeded; No response from clamd\n", exit: 21),
      Answer.inPod(
        "Could not connect, will PING again in 1 second\n"
          + "PING timeout exceeded; No response from clamd\n",
        exit: 21
      ),
      .inPod("", exit: 124),
    ] {
      let result = try await perform(ping: ping)
      #expect(result.values["answers"] == .boolean(false))
      #expect(result.doubt == nil)
    }
  }

  @Test("signatures that tell no date, or one to come, leave the age in doubt")
  func undated() async throws {
    let plain = try await perform(version: .inPod("ClamAV 1.4.6\n"))
    #expect(plain.values["signature_hours"] == .integer(-1))
    #expect(plain.doubt != nil)
    #expect(try await perform(now: Self.made - 2 * 86_400).doubt != nil)
  }

  @Test("clamdscan's own version is not taken for that of clamd, which it stands in for")
  func ownVersion() async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await perform(
        version: .inPod(
          "ClamAV 1.4.6\n",
          stderr: "ERROR: Could not connect to clamd on LocalSocket /run/mail/clamd.sock: "
            + "No such file or directory\n"
        )
      )
    }
    #expect(failure?.reason == .undetermined)
  }

  @Test(
    "what is cut, empty, strange or of a program that is missing is undetermined",
    arguments: [
      (Answer.withoutProgram, nil), (.said("PONG\n"), nil), (.inPod(""), nil),
      (.inPod("PANG\n"), nil), (.inPod("", exit: 21), nil),
      (.inPod("PONG\n"), Answer.inPod("ClamAV 1.4.6/x/Mon Nov 23 09:25:14 2026\n")),
      (.inPod("PONG\n"), .inPod("ClamAV 1.4.6/27826/soon\n")),
      (.inPod("PONG\n"), .inPod("ClamAV 1.4.6/27826\n")),
      (.inPod("PONG\n"), .inPod("ClamAV \nx\n")), (.inPod("PONG\n"), .inPod("")),
      (.inPod("PONG\n"), .said("ClamAV 1.4.6/27826/Mon Nov 23 09:25:14 2026\n")),
    ] as [(Answer, Answer?)]
  )
  func strange(ping: Answer, version: Answer?) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await perform(ping: ping, version: version ?? .inPod("ClamAV 1.4.6\n"))
    }
    #expect(failure?.reason == .undetermined)
  }

  @Test("in a tabletop the scenario says whether it runs and how old its signatures are")
  func tabletop() async throws {
    let ping = try OperationCatalogue.standard().operation("clamav.ping")
    for (fields, hours) in [
      ([:], 9), (["age_hours": .integer(200)], 200), (["running": .boolean(false)], -1),
    ] as [([String: Value], Int)] {
      var world = SimulatedWorld(
        state: ["clamav": .record(fields)],
        now: 1_796_000_000,
        seed: 1
      )
      let result = try await ping.simulate(Arguments([:]), in: &world)
      #expect(result.values["signature_hours"] == .integer(hours))
    }
  }
}
