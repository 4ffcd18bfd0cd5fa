import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Rspamd 3.4 as rspamc was seen to tell of it, shortened.
@Suite struct RspamdTests {
  private static let statistics = """
    {
        "version": "3.4", "config_id": "s8zkwzoiu5o5", "uptime": 7200, "read_only": true,
        "scanned": 7, "learned": 0,
        "actions": {
            "reject": 2, "soft reject": 1, "rewrite subject": 0, "add header": 0, "greylist": 1,
            "no action": 3
        },
        "scan_times": [0.25, 0.75, null, null],
        "spam_count": 4, "ham_count": 3, "connections": 0, "control_connections": 10,
        "statfiles": [], "scan_time": 0.0
    }

    """

  /// The verdict on a message, as `rspamc --json symbols` prints it.
  private static func verdict(
    _ action: String,
    id: String,
    symbol: String,
    message: String? = nil,
    score: String = "15.0"
  ) -> Answer {
    let told = message.map { "\"smtp_message\": \"\($0)\"" } ?? ""
    return .inPod(
      """
      {
          "is_skipped": false, "score": \(score), "required_score": 15.0, "action": "\(action)",
          "symbols": {
              "ARC_NA": {"name": "ARC_NA", "score": 0.0, "metric_score": 0.0},
              "\(symbol)": {"name": "\(symbol)", "score": 0.0, "options": ["x"]}
          },
          "messages": {\(told)}, "message-id": "\(id)", "time_real": 0.184803,
          "milter": {"remove_headers": {"X-Spam": 0}}, "filename": "stdin", "scan_time": 0.196
      }

      """
    )
  }

  private static let id = "1796000000.gtube@mailconsole.invalid"
  private static let refused = Answer.inPod("IO write error: Connection refused\n\n", exit: 1)

  @Test("what it did since it started is counted by what became of the messages")
  func statistics() async throws {
    let world = RecordedWorld { _ in .inPod(Self.statistics) }
    let values = try await world.perform(RspamdStat()).values
    #expect(values["scanned"] == .integer(7))
    #expect(values["rejected"] == .integer(2))
    #expect(values["deferred"] == .integer(2))
    #expect(values["spam"] == .integer(4))
    #expect(values["uptime_seconds"] == .integer(7200))
    #expect(values["milliseconds"] == .integer(500))
    #expect(
      world.asked.programs
        == [["timeout", "10", "rspamc", "--json", "--connect", "127.0.0.1:11334", "stat"]]
    )
  }

  @Test("a sample is made anew each time, and the verdict on it is told")
  func sample() async throws {
    let world = RecordedWorld { _ in
      Self.verdict("reject", id: Self.id, symbol: "GTUBE", message: "Gtube pattern")
    }
    let result = try await world.perform(RspamdScan())
    #expect(result.values["action"] == .string("reject"))
    #expect(result.values["score"] == .string("15.00"))
    #expect(result.values["symbols"] == .list([.string("ARC_NA"), .string("GTUBE")]))
    #expect(result.values["reply"] == .string("Gtube pattern"))
    #expect(result.values["milliseconds"] == .integer(184))
    let sent = try #require(world.asked.input.first)
    #expect(sent.contains("Message-ID: <\(Self.id)>\r\n"))
    #expect(SampleMessage(message: sent) == .gtube)
    #expect(sent.contains("Date: Mon, 30 Nov 2026 00:53:20 +0000\r\n"))
    let later = SampleMessage.gtube.message(to: "gaudy.test", at: 1_796_000_001)
    #expect(later != sent)
  }

  @Test("EICAR is an attachment of 68 bytes, and a message that is given is scanned as it is")
  func messages() async throws {
    let eicar = SampleMessage.eicar.message(to: "gaudy.test", at: 1)
    let line = try #require(eicar.split(separator: "\r\n").first { $0.hasPrefix("WDVP") })
    #expect(Data(base64Encoded: String(line))?.count == 68)
    #expect(SampleMessage(message: eicar) == .eicar)
    let world = RecordedWorld { _ in
      Self.verdict("no action", id: "undef", symbol: "R_DKIM_NA", score: "-0.1")
    }
    let result = try await world.perform(
      RspamdScan(),
      ["message": .string("Subject: x\r\n\r\nhello\r\n")]
    )
    #expect(world.asked.input == ["Subject: x\r\n\r\nhello\r\n"])
    #expect(result.values["score"] == .string("-0.10"))
    #expect(result.values["reply"] == .string(""))
  }

  @Test(
    "what is cut, empty, strange, refused or about another message is undetermined",
    arguments: [
      Answer.withoutProgram, Self.refused, .inPod(""), .inPod("{}"),
      .inPod("{\"error\": \"Forbidden\"}"),
      .inPod("{\"action\": \"reject\""), .inPod("", exit: 124),
      Self.verdict("explode", id: Self.id, symbol: "GTUBE"),
      Self.verdict("reject", id: "undef", symbol: "GTUBE"),
      .said("{\"action\": \"reject\"}\n"),
    ]
  )
  func strange(answer: Answer) async {
    for work in [RspamdScan(), RspamdStat()] as [any CommandOperation] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await RecordedWorld { _ in answer }.perform(work)
      }
      #expect(failure?.reason == .undetermined)
    }
  }

  @Test("an empty verdict on a given message is none: its input was lost on the way")
  func lostInput() async {
    let empty = Answer.inPod(
      #"{"is_skipped": false, "score": 0.0, "required_score": 15.0, "action": "no action", "#
        + #""symbols": {}, "messages": {}, "time_real": 0.0005}"#
    )
    let failure = await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in empty }.perform(
        RspamdScan(),
        ["message": .string("Subject: x\r\n\r\nhello\r\n")]
      )
    }
    #expect(failure?.reason == .undetermined)
  }

  @Test(
    "in a tabletop each sample gets what it must get, and a scanner that is down puts mail off",
    arguments: [
      ("gtube", true, "reject"), ("eicar", true, "reject"), ("plain", true, "no action"),
      ("eicar", false, "soft reject"), ("plain", false, "soft reject"),
    ]
  )
  func tabletop(sample: String, scans: Bool, action: String) async throws {
    let clamav = Value.record(["running": .boolean(scans)])
    var world = SimulatedWorld(state: ["clamav": clamav], now: 1_796_000_000, seed: 1)
    let result = try await OperationCatalogue.standard().operation("rspamd.scan").simulate(
      Arguments(["sample": .string(sample)]),
      in: &world
    )
    #expect(result.values["action"] == .string(action))
  }

  @Test("in a tabletop the scenario says what was done with messages")
  func tabletopCounts() async throws {
    let actions = Value.record(["reject": .integer(3), "no action": .integer(7)])
    var world = SimulatedWorld(
      state: ["rspamd": .record(["actions": actions])],
      now: 1_796_000_000,
      seed: 1
    )
    let result = try await OperationCatalogue.standard().operation("rspamd.stat")
      .simulate(Arguments([:]), in: &world)
    #expect(result.values["scanned"] == .integer(10))
    #expect(result.values["rejected"] == .integer(3))
  }
}
