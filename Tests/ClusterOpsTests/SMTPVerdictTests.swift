import Foundation
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Test messages that are sent for real, and what has to become of them.
@Suite struct SMTPVerdictTests {
  /// Its end as swaks 20201014 prints it.
  private static func session(_ reply: String) -> String {
    """
    === Trying 203.0.113.10:25...
    === Connected to 203.0.113.10.
    === response in 0.010s
    <-  220 mail.gaudy.test ESMTP
     -> DATA
    === response in 0.001s
    <-  354 End data with <CR><LF>.<CR><LF>
     -> 16 lines sent
    === response in 0.210s
    \(reply)
     -> QUIT
    === response in 0.000s
    <-  221 2.0.0 Bye
    === Connection closed with remote host.

    """
  }

  @Test("a sample goes with its own header and content; swaks fills in date, sender and id")
  func sample() async throws {
    let world = RecordedWorld { _ in .said(Self.session("<-  250 2.0.0 Ok: queued as 4X")) }
    _ = try await world.perform(
      SMTPProbe(sends: true),
      ["sample": .string("eicar"), "subject": .string("is it refused")]
    )
    let argv = world.asked.programs[0]
    let data = argv[try #require(argv.firstIndex(of: "--data")) + 1]
    #expect(SampleMessage(message: data) == .eicar)
    #expect(data.contains(#"\nSubject: is it refused\nDate: %DATE%\n"#))
    #expect(!data.contains("\n") && !argv.contains("--header"))
  }

  @Test(
    "what has to become of a message did, or the step fails and says what was done instead",
    arguments: [
      ("<** 554 5.7.1 Gtube pattern", 26, "refused", ""),
      ("<-  250 2.0.0 Ok: queued as 4X", 0, "accepted", ""),
      ("<-  250 2.0.0 Ok: queued as 4X", 0, "refused", "was to be refused, and is in"),
      ("<** 451 4.7.1 try again later", 26, "refused", "refused for good"),
      ("<** 554 5.7.1 Gtube pattern", 26, "accepted", "was to be accepted"),
      ("<** 451 4.7.1 try again later", 26, "accepted", "was to be accepted"),
      ("<** 504 5.5.2 <vm>: Helo command rejected", 24, "refused", "the session ended before it"),
    ]
  )
  func verdicts(reply: String, exit: Int, expected: String, words: String) async throws {
    let world = RecordedWorld { _ in .said(Self.session(reply), exit: exit) }
    let values: [String: Value] = ["sample": .string("gtube"), "expect": .string(expected)]
    do {
      let result = try await world.perform(SMTPProbe(sends: true), values)
      #expect(words.isEmpty)
      #expect(result.values["accepted"] == .boolean(expected == "accepted"))
    } catch {
      #expect(!words.isEmpty && error.message.contains(words), "\(error)")
      #expect(error.message.contains("mail.gaudy.test:25"))
      #expect(error.reason == .failed)
      #expect((error.effect == .partial) == (exit == 0), "what is in is in")
    }
  }

  @Test(
    "in a tabletop port 25 asks the filter, and the filter the scanner",
    arguments: [
      ("gtube", ["clamav": true, "rspamd": true], 554), ("eicar", [:], 554), ("plain", [:], 250),
      ("eicar", ["clamav": false], 451), ("plain", ["rspamd": false], 451),
    ]
  )
  func tabletop(sample: String, running: [String: Bool], code: Int) async throws {
    var state = running.mapValues { Value.record(["running": .boolean($0)]) }
    state["kubernetes"] = .record(["listeners": .list([.string("0.0.0.0:25")])])
    var world = SimulatedWorld(state: state, now: 1_796_000_000, seed: 1)
    let result = try await OperationCatalogue.standard().operation("smtp.send").simulate(
      Arguments(["sample": .string(sample)]),
      in: &world
    )
    #expect(result.values["code"] == .integer(code))
    #expect(result.values["accepted"] == .boolean(code == 250))
  }

  @Test("in a tabletop nobody writes from outside in our name, and who logs in does")
  func forged() async throws {
    let listeners = Value.list([.string("0.0.0.0:25")])
    let state: [String: Value] = [
      "kubernetes": .record(["listeners": listeners]),
      "smtp": .record(["users": .list([.string("alice")])]),
    ]
    let send = try OperationCatalogue.standard().operation("smtp.send")
    for (sender, code) in [("anna@gaudy.test", 554), ("anna@partner.test", 250)] {
      var world = SimulatedWorld(state: state, now: 1_796_000_000, seed: 1)
      let result = try await send.simulate(
        Arguments(["sample": .string("plain"), "sender": .string(sender)]),
        in: &world
      )
      #expect(result.values["code"] == .integer(code), "\(sender)")
    }
  }

  @Test(
    "in a tabletop logins are offered for submission and after TLS, never on port 25",
    arguments: [(25, "tls", false), (587, "ehlo", false), (587, "tls", true), (465, "tls", true)]
  )
  func logins(port: Int, until: String, offered: Bool) async throws {
    let listeners = Value.list([.string("0.0.0.0:\(port)")])
    var world = SimulatedWorld(
      state: ["kubernetes": .record(["listeners": listeners])],
      now: 1_796_000_000,
      seed: 1
    )
    let result = try await OperationCatalogue.standard().operation("smtp.probe").simulate(
      Arguments(["port": .integer(port), "until": .string(until)]),
      in: &world
    )
    let extensions = result.values["extensions"]?.elements?.compactMap(\.text) ?? []
    #expect(extensions.contains { $0.hasPrefix("AUTH") } == offered, "\(extensions)")
    #expect(extensions.contains("PIPELINING"))
  }
}
