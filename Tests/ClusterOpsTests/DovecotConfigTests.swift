import Runbooks
import Testing

@testable import ClusterOps

/// doveconf of Dovecot 2.3.19.1, as it was seen to print.
@Suite struct DovecotConfigTests {
  private static let whole = """
    # 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf
    # OS: Linux 6.1.0 x86_64 Debian 12.11
    # Hostname: mail
    auth_mechanisms = plain login
    log_timestamp = "%Y-%m-%d %H:%M:%S "
    mail_plugins = " quota"
    passdb {
      args = scheme=ARGON2ID username_format=%Lu /run/dovecot/users
      driver = passwd-file
    }
    plugin {
      quota = count:User quota
    }
    service imap-login {
      inet_listener imap {
        port = 0
      }
    }
    ssl = required

    """
  private static let asked = """
    ssl = required
    service/imap-login/inet_listener/imap/port = 0
    auth_mechanisms = plain login
    mail_plugins = " quota"
    plugin/quota = count:User quota

    """
  private static let expected: [String: Value] = [
    "expect": .list(
      [
        "ssl=required", "service/imap-login/inet_listener/imap/port=0",
        "auth_mechanisms = plain  login", "mail_plugins=quota", "plugin/quota=count:User quota",
      ].map(Value.string)
    )
  ]

  private func world(_ check: Answer, _ asked: Answer = .inPod(Self.asked)) -> RecordedWorld {
    RecordedWorld { $0.program.contains("-n") ? check : asked }
  }

  @Test("settings at the top, in sections and in quotes are compared as words")
  func healthy() async throws {
    let world = world(.inPod(Self.whole))
    let result = try await world.perform(DovecotConfig(), Self.expected)
    #expect(result.values["ok"] == .boolean(true))
    #expect(result.values["version"] == .string("2.3.19.1"))
    #expect(result.values["matched"] == .integer(5))
    #expect(result.values["mismatched"] == .list([]))
    #expect(world.asked.programs[0] == ["timeout", "10", "doveconf", "-n"])
    #expect(world.asked.programs[1].suffix(2) == ["mail_plugins", "plugin/quota"])
  }

  @Test("what is otherwise, and what Dovecot does not print as it has no such setting")
  func mismatched() async throws {
    let result = try await world(
      .inPod(Self.whole),
      .inPod("ssl = yes\nservice/imap-login/inet_listener/imap/port = 0\n")
    ).perform(
      DovecotConfig(),
      [
        "expect": .list(
          ["ssl=required", "service/imap-login/inet_listener/imap/port=0", "sssl=x"]
            .map(Value.string)
        )
      ]
    )
    #expect(result.values["ok"] == .boolean(true))
    #expect(
      result.values["mismatched"]
        == .list(
          ["ssl: is ‘yes’, expected ‘required’", "sssl: Dovecot does not have it"].map(Value.string)
        )
    )
    #expect(
      result.values["actual"]
        == .list(
          ["ssl=yes", "service/imap-login/inet_listener/imap/port=0"].map(Value.string)
        )
    )
  }

  private static let faults: [(stderr: String, complaint: String)] = [
    (
      "doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 3: "
        + "Unknown setting: ssl_mim_protocol\n",
      "/etc/dovecot/dovecot.conf:3: Unknown setting: ssl_mim_protocol"
    ),
    (
      "doveconf: Fatal: Error in configuration file /etc/dovecot/dovecot.conf line 2: "
        + "Invalid value: maybe\n", "/etc/dovecot/dovecot.conf:2: Invalid value: maybe"
    ),
    (
      "doveconf: Error: default_login_user doesn't exist: dovenull\n"
        + "doveconf: Fatal: Error in configuration file x.conf: mail_plugin_dir: no\n",
      "default_login_user doesn't exist: dovenull"
    ),
  ]

  @Test(
    "an error is a finding with file and line, and nothing expected is taken for fulfilled",
    arguments: Self.faults
  )
  func faulty(stderr: String, complaint: String) async throws {
    let world = world(
      .inPod(
        "# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf\n",
        stderr: stderr,
        exit: 89
      )
    )
    let result = try await world.perform(DovecotConfig(), Self.expected)
    #expect(result.values["ok"] == .boolean(false))
    #expect(result.values["complaints"]?.elements?.first == .string(complaint))
    #expect(result.values["matched"] == .integer(0))
    #expect(result.values["mismatched"]?.elements?.count == 5)
    #expect(
      result.values["mismatched"]?.elements?.first
        == .string("ssl: not told, as there is an error")
    )
    #expect(world.asked.programs.count == 1)
  }

  @Test("a warning is a complaint, and the hint that comes with it is none")
  func warning() async throws {
    let warnings =
      "doveconf: Warning: NOTE: You can get a new clean config file with: doveconf -Pn > "
      + "dovecot-new.conf\n"
      + "doveconf: Warning: Obsolete setting in /etc/dovecot/dovecot.conf:3: ssl_protocols has "
      + "been replaced by ssl_min_protocol\n"
    let result = try await world(.inPod(Self.whole, stderr: warnings)).perform(DovecotConfig())
    #expect(result.values["ok"] == .boolean(false))
    #expect(result.values["complaints"]?.elements?.count == 1)
    #expect(result.summary.contains("/etc/dovecot/dovecot.conf:3: ssl_protocols"))
    #expect(result.values["matched"] == .integer(0))
  }

  private static let silences: [Answer] = [
    Answer.said(Self.whole), .inPod(""), .inPod("doveadm: something else\n"), .withoutProgram,
    .inPod("", exit: 124), .inPod("", stderr: "Killed\n", exit: 137),
    .inPod(Self.whole, exit: 89),
  ]

  @Test(
    "what is cut, empty, strange or not told is undetermined",
    arguments: Self.silences
  )
  func strange(answer: Answer) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await world(answer).perform(DovecotConfig(), Self.expected)
    }
    #expect(failure?.reason == .undetermined)
  }

  @Test("settings that were asked for and not told are undetermined as well")
  func untold() async {
    for answer in [Answer.said(Self.asked), .withoutProgram, .inPod("", exit: 124)] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await world(.inPod(Self.whole), answer).perform(DovecotConfig(), Self.expected)
      }
      #expect(failure?.reason == .undetermined)
    }
  }

  @Test(
    "what is no setting, or an option, is refused",
    arguments: ["ssl", "=yes", "-x=1", "a b=c", "a;b=c", ""]
  )
  func refused(text: String) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await world(.inPod(Self.whole))
        .perform(DovecotConfig(), ["expect": .list([.string(text)])])
    }
    #expect(failure?.reason == .refused)
  }

  @Test("in a tabletop the scenario says what stands in the configuration")
  func tabletop() async throws {
    func perform(_ dovecot: [String: Value]) async throws -> [String: Value] {
      var world = SimulatedWorld(
        state: ["dovecot": .record(dovecot)],
        now: 1_796_000_000,
        seed: 1
      )
      return try await OperationCatalogue.standard().operation("dovecot.config").simulate(
        Arguments(["expect": .list([.string("ssl=required")])]),
        in: &world
      ).values
    }
    #expect(try await perform([:])["matched"] == .integer(1))
    let other = try await perform(["settings": .record(["ssl": .string("yes")])])
    #expect(other["mismatched"] == .list([.string("ssl: is ‘yes’, expected ‘required’")]))
    let broken = try await perform([
      "errors": .list([.string("Error in configuration file /x line 7: Unknown setting: y")])
    ])
    #expect(broken["complaints"] == .list([.string("/x:7: Unknown setting: y")]))
  }
}
