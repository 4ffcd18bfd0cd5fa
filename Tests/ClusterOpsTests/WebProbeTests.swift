import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// HTTP and IMAP as curl 7.88 tells of them, and ports as nmap 7.93 does.
@Suite struct WebProbeTests {
  private static func facts(_ status: Int, _ more: String = "") -> String {
    #"{"certs":"","content_type":"text/plain","errormsg":null,"exitcode":0,"http_code":\#(status),"#
      + #""redirect_url":null,"remote_ip":"203.0.113.10","response_code":\#(status),"#
      + #""time_total":0.005695\#(more)}"# + "\n"
  }

  @Test("status, body, pattern, address and time of an answer, whatever its status")
  func answer() async throws {
    let policy = "version: STSv1\nmode: enforce\n"
    let world = RecordedWorld { _ in .said(policy, stderr: Self.facts(200)) }
    let url = Value.string("https://mta-sts.gaudy.test/.well-known/mta-sts.txt")
    let result = try await world.perform(
      HTTPGet(),
      ["url": url, "pattern": .string("mode: enforce"), "address": .string("2001:db8::10")]
    )
    #expect(result.values["status"] == .integer(200))
    #expect(result.values["matched"] == .boolean(true))
    #expect(result.values["body"] == .string(policy))
    #expect(result.values["milliseconds"] == .integer(5))
    let argv = world.asked.programs[0]
    #expect(argv[1] == "--disable")
    #expect(argv.contains("mta-sts.gaudy.test:443:[2001:db8::10]:"))
    let gone = RecordedWorld { _ in .said("", stderr: Self.facts(404)) }
    let missing = try await gone.perform(HTTPGet(), ["url": url, "pattern": .string("mode")])
    #expect(missing.values["status"] == .integer(404))
    #expect(missing.values["matched"] == .boolean(false))
  }

  @Test(
    "no answer is no evidence, and says why in one sentence",
    arguments: [
      (6, "its name does not resolve there"), (7, "nothing accepts the connection"),
      (28, "no answer within 15 s"), (60, "its certificate is not trusted there"),
      (35, "curl: (35) handshake"),
    ]
  )
  func unanswered(exit: Int, words: String) async throws {
    let world = RecordedWorld { _ in
      .said("", stderr: "curl: (\(exit)) handshake\n" + Self.facts(0), exit: exit)
    }
    let failure = try await #require(throws: OperationFailure.self) {
      try await world.perform(HTTPGet(), ["url": .string("https://gaudy.test/")])
    }
    #expect(failure.reason == .undetermined)
    #expect(failure.message.contains(words), "\(failure.message)")
  }

  @Test(
    "what is no plain address is refused",
    arguments: [
      "file:///etc/passwd", "https://a:b@c.test/", "https://c.test/ x", "-o/etc/x", "gopher://c",
    ]
  )
  func addresses(url: String) throws {
    #expect(throws: OperationFailure.self) {
      try HTTPGet().commands(Call(arguments: Arguments(["url": .string(url)]), site: .test))
    }
  }

  @Test(
    "an IMAP server's offer is read; a login goes by standard input, and a refusal is an answer"
  )
  func imap() async throws {
    let offer = "* CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN AUTH=XOAUTH2\r\n"
    let mark = SecretMark(Digest(of: "hunter2"))
    let login: [String: Value] = ["user": .string("alice@gaudy.test"), "password": .secret(mark)]
    let world = RecordedWorld { command in
      command.program.contains("--config")
        ? .said("* STATUS INBOX (MESSAGES 3)\r\n", stderr: Self.facts(0))
        : .said(offer, stderr: Self.facts(0))
    }
    let result = try await world.perform(IMAPProbe(), login)
    #expect(result.values["mechanisms"] == .list([.string("PLAIN"), .string("XOAUTH2")]))
    #expect(result.values["logged_in"] == .boolean(true))
    #expect(result.values["messages"] == .integer(3))
    #expect(world.asked.input[1] == "user = \"alice@gaudy.test:\(mark.description)\"\n")
    #expect(!world.asked.programs.joined().joined().contains("hunter2"))
    let refusing = RecordedWorld { command in
      command.program.contains("--config")
        ? .said("", stderr: "curl: (67) Login denied\n", exit: 67)
        : .said(offer, stderr: Self.facts(0))
    }
    let denied = try await refusing.perform(IMAPProbe(), login)
    #expect(denied.values["logged_in"] == .boolean(false))
    #expect(denied.summary.contains("refuses the login"))
  }

  private static func scan(_ ports: String, _ status: String = "Up") -> String {
    """
    # Nmap 7.93 scan initiated Mon Nov 30 07:32:34 2026 as: nmap -n -Pn
    Host: 203.0.113.10 ()\tStatus: \(status)
    Host: 203.0.113.10 ()\tPorts: \(ports)\tIgnored State: filtered (990)
    # Nmap done at Mon Nov 30 07:32:34 2026 -- 1 IP address (1 host up) scanned in 0.07 seconds

    """
  }

  private static var addresses: Value { .list([.string("203.0.113.10")]) }

  @Test("what is expected is open and nothing else; a scan that was not done is no evidence")
  func listeners() async throws {
    let all =
      "25/open/tcp//smtp///, 80/closed/tcp//http///, 465/open/tcp/////, "
      + "587/open/tcp/////, 993/open/tcp/////"
    let good = try await RecordedWorld { _ in .said(Self.scan(all)) }
      .perform(ListenersCheck(), ["addresses": Self.addresses])
    #expect(good.values["missing"] == .list([]))
    #expect(good.values["unexpected"] == .list([]))
    let bad = try await RecordedWorld { _ in
      .said(Self.scan("25/open/tcp//, 6379/open/tcp//redis//"))
    }
    .perform(ListenersCheck(), ["addresses": Self.addresses])
    #expect(bad.values["unexpected"] == .list([.string("203.0.113.10:6379")]))
    #expect(bad.values["missing"]?.elements?.count == 3)
    for text in [Self.scan(all, "Timeout"), "", String(Self.scan(all).prefix(120))] {
      let failure = try await #require(throws: OperationFailure.self) {
        try await RecordedWorld { _ in .said(text) }
          .perform(ListenersCheck(), ["addresses": Self.addresses])
      }
      #expect(failure.reason == .undetermined)
    }
  }

  @Test("the simulated site answers a page that the scenario has, a login it knows, its open ports")
  func tabletop() async throws {
    let url = "https://mta-sts.gaudy.test/.well-known/mta-sts.txt"
    var world = SimulatedWorld(
      state: [
        "http": .record([url: .record(["body": .string("mode: enforce")])]),
        "imap": .record(["users": .record(["alice": .integer(4)])]),
        "kubernetes": .record([
          "listeners": .list(["0.0.0.0:25", "0.0.0.0:993", "127.0.0.1:6379"].map(Value.string))
        ]),
      ],
      now: 0,
      seed: 1
    )
    let catalogue = OperationCatalogue.standard()
    let page = try await catalogue.operation("http.get")
      .simulate(Arguments(["url": .string(url)]), in: &world)
    #expect(page.values["status"] == .integer(200))
    await #expect(throws: OperationFailure.self) {
      try await catalogue.operation("http.get")
        .simulate(Arguments(["url": .string("https://gaudy.test/")]), in: &world)
    }
    let mark = SecretMark(Digest(of: "hunter2"))
    let mail = try await catalogue.operation("imap.probe").simulate(
      Arguments(["user": .string("alice"), "password": .secret(mark)]),
      in: &world
    )
    #expect(mail.values["messages"] == .integer(4))
    let ports = try await catalogue.operation("listeners.check")
      .simulate(Arguments(["addresses": Self.addresses]), in: &world)
    #expect(ports.values["open"]?.elements?.count == 2)
    #expect(ports.values["missing"]?.elements?.count == 2)
  }
}
