import Foundation
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Sessions as swaks 20201014 prints them, and what is concluded from them.
@Suite struct SMTPProbeTests {
  private static let open = """
    === Trying 127.0.0.1:2525...
    === Connected to 127.0.0.1.
    === response in 0.000s
    <-  220 localhost Python SMTP proxy version 0.3
     -> EHLO vm
    === response in 0.042s
    <-  250-localhost
    <-  250-8BITMIME
    <-  250 SIZE 10240000
    *** Host did not advertise STARTTLS
     -> MAIL FROM:<>
    === response in 0.000s
    <-  250 OK
     -> RCPT TO:<postmaster@gaudy.test>
    === response in 0.001s
    <-  250 OK
     -> QUIT
    === response in 0.000s
    <-  221 Bye
    === Connection closed with remote host.

    """
  private static let relayDenied = """
    === Trying 203.0.113.10:25...
    === Connected to 203.0.113.10.
    === response in 0.010s
    <-  220 mail.gaudy.test ESMTP
     -> EHLO probe
    === response in 0.001s
    <-  250-mail.gaudy.test
    <-  250 SMTPUTF8
     -> MAIL FROM:<sender@example.net>
    === response in 0.001s
    <-  250 2.1.0 Ok
     -> RCPT TO:<relaytest@example.net>
    === response in 0.002s
    <** 554 5.7.1 <relaytest@example.net>: Relay access denied
     -> QUIT
    === response in 0.000s
    <-  221 2.0.0 Bye
    === Connection closed with remote host.

    """
  private static let refused = """
    === Trying 127.0.0.1:2526...
    *** Error connecting to 127.0.0.1:2526:
    *** \tIO::Socket::INET: connect: Connection refused

    """

  @Test("each step is told with its reply and time; extensions keep their parameters")
  func steps() async throws {
    let world = RecordedWorld { _ in .said(Self.open) }
    let result = try await world.perform(SMTPProbe(sends: false))
    #expect(result.values["accepted"] == .boolean(true))
    #expect(result.values["reached"] == .string("rcpt"))
    #expect(result.values["code"] == .integer(250))
    #expect(result.values["banner"] == .string("localhost Python SMTP proxy version 0.3"))
    #expect(
      result.values["extensions"] == .list([.string("8BITMIME"), .string("SIZE 10240000")])
    )
    #expect(result.values["slowest_ms"] == .integer(42))
    #expect(result.values["tls"] == .string(""))
    #expect(world.asked.programs[0].suffix(2) == ["--quit-after", "RCPT"])
  }

  @Test("a refusal is a result with its step, code and text, not a failure")
  func refusal() async throws {
    let world = RecordedWorld { _ in .said(Self.relayDenied, exit: 24) }
    let result = try await world.perform(SMTPProbe(sends: false))
    #expect(result.values["accepted"] == .boolean(false))
    #expect(result.values["reached"] == .string("mail"))
    #expect(result.values["code"] == .integer(554))
    #expect(result.summary.contains("refuses RCPT TO:<relaytest@example.net>: 554 5.7.1"))
  }

  @Test("a port that refuses has answered; silence, and a swaks that cannot, are undetermined")
  func connections() async throws {
    let closed = RecordedWorld { _ in .said(Self.refused, exit: 2) }
    let result = try await closed.perform(SMTPProbe(sends: false))
    #expect(result.values["reached"] == .string(""))
    #expect(result.values["accepted"] == .boolean(false))
    #expect(result.values["code"] == .integer(0))
    for (text, exit) in [
      (Self.refused.replacing("Connection refused", with: "Connection timed out"), 2),
      (Self.refused.replacing("Connection refused", with: "No route to host"), 2),
      ("*** TLS not available: requires Net::SSLeay.  Exiting\n", 10),
    ] {
      let world = RecordedWorld { _ in .said(text, exit: exit) }
      let failure = try await #require(throws: OperationFailure.self) {
        try await world.perform(SMTPProbe(sends: false))
      }
      #expect(failure.reason == .undetermined, "\(text)")
      #expect(!failure.advice.isEmpty)
    }
  }

  @Test("the password goes by standard input, is hidden in the trace, and stands in no argument")
  func password() async throws {
    let mark = SecretMark(Digest(of: "hunter2"))
    let values: [String: Value] = [
      "user": .string("alice"), "password": .secret(mark), "port": .integer(587),
    ]
    let world = RecordedWorld { _ in .said(Self.open) }
    _ = try await world.perform(SMTPProbe(sends: false), values)
    let argv = world.asked.programs[0]
    #expect(argv.contains("--auth-hide-password"))
    #expect(argv[argv.firstIndex(of: "--auth-password")! + 1] == "-")
    #expect(argv.contains("--tls"))
    #expect(!argv.joined().contains("hunter2"))
    #expect(world.asked.input[0] == mark.description + "\n")
  }

  @Test("what a program reads of a secret is the secret, and what it prints of it is its mark")
  func revealed() async throws {
    let vault = SecretVault()
    let mark = try vault.take(Array("hunter2 hunter2".utf8))
    let context = OperationContext(site: .test, timeout: .seconds(20), secrets: vault) { _ in }
    let text = VeiledText("user = \"a:") + VeiledText(mark) + VeiledText("\"\n")
    let cluster = Cluster(CommandRunner(), context)
    let count = try await cluster.perform(Command(here: ["wc", "-c"]).feeding(text))
    #expect(count.stdoutText.trimmingSpaces == "27")
    let shown = try await cluster.perform(Command(here: ["cat"]).feeding(text))
    #expect(shown.stdoutText == "user = \"a:\(mark.description)\"\n")
  }

  @Test(
    "what swaks would take for a file, an option or several words is refused as an address",
    arguments: [
      "@/etc/passwd", "-", "--server", "a b@c.test", "a@b@c", "a@", "<a@b.test>", "a@b\"c",
    ]
  )
  func addresses(text: String) async throws {
    let failure = #expect(throws: OperationFailure.self) {
      try SMTPProbe(sends: false).commands(
        Call(arguments: Arguments(["recipient": .string(text)]), site: .test)
      )
    }
    #expect(failure?.reason == .refused)
  }

  @Test("a relay is open where a stranger's recipient is taken; what is put off is no verdict")
  func matrix() async throws {
    let denied = RecordedWorld { _ in .said(Self.relayDenied, exit: 24) }
    let closed = try await denied.perform(RelayMatrix())
    #expect(closed.values["relays"] == .list([]))
    #expect(closed.values["refused"] == closed.values["tried"])
    #expect(closed.doubt == nil)

    let hack = RecordedWorld { command in
      command.program.contains("relaytest%example.net@gaudy.test")
        ? .said(Self.open) : .said(Self.relayDenied, exit: 24)
    }
    let open = try await hack.perform(RelayMatrix())
    #expect(open.values["relays"]?.elements?.count == 1)
    #expect(open.summary.contains("percent hack"))

    // Seen on a real host: a greeting that is refused was counted as relaying that is refused.
    let helo = RecordedWorld { _ in
      .said(
        Self.relayDenied.replacing(
          "554 5.7.1 <relaytest@example.net>: Relay access denied",
          with: "504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname"
        ),
        exit: 24
      )
    }
    let unproved = try await helo.perform(RelayMatrix())
    #expect(unproved.values["refused"] == .integer(0))
    #expect(unproved.doubt?.extent == .parts)
    #expect(helo.asked.programs[0].contains("probe.mailconsole.invalid"))

    let grey = RecordedWorld { _ in
      .said(Self.relayDenied.replacing("554 5.7.1", with: "450 4.2.0"), exit: 24)
    }
    let unsure = try await grey.perform(RelayMatrix())
    #expect(unsure.values["refused"] == .integer(0))
    #expect(unsure.doubt?.extent == .parts)
  }

  @Test("the simulated host answers the same sessions: refused, open, greylisted, logged in")
  func tabletop() async throws {
    func world(_ smtp: [String: Value] = [:]) -> SimulatedWorld {
      SimulatedWorld(
        state: [
          "smtp": .record(smtp),
          "kubernetes": .record(["listeners": .list([.string("0.0.0.0:25")])]),
        ],
        now: 0,
        seed: 3
      )
    }
    let catalogue = OperationCatalogue.standard()
    var healthy = world()
    let matrix = try await catalogue.operation("smtp.relay_matrix")
      .simulate(Arguments([:]), in: &healthy)
    #expect(matrix.values["relays"] == .list([]))
    let probe = try await catalogue.operation("smtp.probe")
      .simulate(Arguments([:]), in: &healthy)
    #expect(probe.values["accepted"] == .boolean(true))
    #expect(probe.values["tls"] == .string("TLSv1.3:TLS_AES_256_GCM_SHA384:256"))
    let sent = try await catalogue.operation("smtp.send").simulate(Arguments([:]), in: &healthy)
    #expect(sent.values["queue_id"]?.text?.isEmpty == false)
    let closed = try await catalogue.operation("smtp.probe")
      .simulate(Arguments(["port": .integer(465)]), in: &healthy)
    #expect(closed.values["accepted"] == .boolean(false))
    var hacked = world(["relays": .list([.string("percent hack")])])
    let open = try await catalogue.operation("smtp.relay_matrix")
      .simulate(Arguments([:]), in: &hacked)
    #expect(open.values["relays"]?.elements?.count == 1)
    var grey = world(["greylisting": .boolean(true)])
    let unsure = try await catalogue.operation("smtp.relay_matrix")
      .simulate(Arguments([:]), in: &grey)
    #expect(unsure.doubt != nil)
  }
}
