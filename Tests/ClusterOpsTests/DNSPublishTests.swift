import Runbooks
import Synchronization
import Testing

@testable import ClusterOps

/// Changes of a zone by RFC 2136, as kdig and knsupdate of Knot 3.2.6 tell of them.
@Suite struct DNSPublishTests {
  private static let site = Site.test(values: [
    "dns_primary": "127.0.0.2#5311", "dns_key": "/etc/tsig/site",
  ])
  private static let key = "s3._domainkey.gaudy.test TXT"
  private static let values: [String: Value] = [
    "records": .list([.string(#"s3._domainkey 300 IN TXT "v=DKIM1; k=rsa; p=AAAA""#)])
  ]

  /// The zone before a change; it has no such key.
  private static let before = MailZone(
    records: [
      "gaudy.test SOA": ["ns1.gaudy.test. hostmaster.gaudy.test. 7 3600 900 604800 300"],
      "gaudy.test MX": ["10 mail.gaudy.test."], "mail.gaudy.test A": ["198.51.100.25"],
    ],
    isAuthority: true
  )
  /// And after it.
  private static var after: MailZone {
    var zone = before
    zone.records[key] = ["v=DKIM1; k=rsa; p=AAAA"]
    zone.ttls[key] = 300
    zone.records["gaudy.test SOA"] = [
      "ns1.gaudy.test. hostmaster.gaudy.test. 8 3600 900 604800 300"
    ]
    return zone
  }

  /// What `answer` prints of the server's reply.
  private static func answered(_ status: String) -> String {
    """
    Update query:
    ;; ->>HEADER<<- opcode: UPDATE; status: NOERROR; id: 16744
    ;; Flags: ; ZONE: 1; PREREQ: 1; UPDATE: 1; ADDITIONAL: 0

    ;; ZONE SECTION:
    ;; gaudy.test.         \t\tIN\tSOA

    ;; UPDATE SECTION:
    s3._domainkey.gaudy.test.\t300\tIN\tTXT\t"v=DKIM1; k=rsa; p=AAAA"

    Answer:
    ;; ->>HEADER<<- opcode: UPDATE; status: \(status); id: 35256
    ;; Flags: qr; ZONE: 1; PREREQ: 0; UPDATE: 0; ADDITIONAL: 1

    ;; ZONE SECTION:
    ;; gaudy.test.         \t\tIN\tSOA

    ;; TSIG PSEUDOSECTION:
    site.               \t0\tANY\tTSIG\thmac-sha256. 1796060786 300 0 35256 \(status) 0

    """
  }

  /// A world whose zone is another one after the update was sent.
  private func world(
    _ update: Answer = .said(answered("NOERROR")),
    _ before: MailZone = before,
    then after: MailZone = after
  ) -> RecordedWorld {
    let isSent = Flag()
    return RecordedWorld { command in
      guard command.program.first != "knsupdate" else {
        isSent.set()
        return update
      }
      return (isSent.isSet ? after : before).answer(command)
    }
  }

  private final class Flag: Sendable {
    private let state = Mutex(false)
    var isSet: Bool { state.withLock { $0 } }
    func set() { state.withLock { $0 = true } }
  }

  private func publish(
    _ world: RecordedWorld,
    _ values: [String: Value] = values
  ) async throws(OperationFailure) -> OperationResult {
    let result = try await world.perform(DNSPublish(), values, on: Self.site)
    return try DNSPublish().declaration.checked(result)
  }

  @Test("what is not there is added, demanded not to be there, said before and proved after")
  func added() async throws {
    let world = world()
    let result = try await publish(world)
    #expect(
      result.texts("added") == ["s3._domainkey.gaudy.test TXT: v=DKIM1; k=rsa; p=AAAA (TTL 300)"]
    )
    #expect(result.texts("changed").isEmpty && result.texts("removed").isEmpty)
    #expect(result.values["serial_before"] == .integer(7))
    #expect(result.values["serial_after"] == .integer(8))
    #expect(result.values["kept"] == .duration(.seconds(300)), "the negative time to live")
    #expect(result.texts("restore").isEmpty)
    #expect(result.texts("withdraw") == ["s3._domainkey.gaudy.test. TXT"])
    let update = world.asked.programs[1]
    #expect(update == ["knsupdate", "-v", "-t", "10", "-k", "/etc/tsig/site"])
    #expect(
      world.asked.input[1] == """
        server 127.0.0.2 5311
        zone gaudy.test.
        prereq nxrrset s3._domainkey.gaudy.test. TXT
        update add s3._domainkey.gaudy.test. 300 TXT "v=DKIM1; k=rsa; p=AAAA"
        show
        send
        answer

        """
    )
    #expect(
      world.asked.said == [
        "zone gaudy.test: 1 added\n+ s3._domainkey.gaudy.test TXT: v=DKIM1; k=rsa; p=AAAA (TTL 300)\n"
      ]
    )
    #expect(world.asked.programs.allSatisfy { $0.contains("@127.0.0.2#5311") || $0 == update })
  }

  @Test("what is as it is to be is not touched, and nothing is sent")
  func unchanged() async throws {
    let world = world(.said(""), Self.after)
    var values = Self.values
    values["records"] = .list([
      .string(#"s3._domainkey 300 IN TXT "v=DKIM1; " "k=rsa; p=AAAA""#)
    ])
    values["remove"] = .list([.string("old._domainkey TXT")])
    let result = try await publish(world, values)
    #expect(
      result.texts("unchanged") == [Self.key, "old._domainkey.gaudy.test TXT"]
    )
    #expect(result.values["kept"] == .duration(.zero))
    #expect(world.asked.programs.count == 1)
    #expect(result.summary == "zone gaudy.test: 2 as they were.")
  }

  @Test("a change demands every record as it was read, and a rollback is given what was there")
  func changed() async throws {
    var before = Self.before
    before.records["gaudy.test MX"] = ["10 mail.gaudy.test.", "20 mx2.gaudy.test."]
    before.records["x.gaudy.test TXT"] = ["it's \"old\""]
    var after = Self.before
    after.records["gaudy.test MX"] = ["10 mail.gaudy.test."]
    let world = world(.said(Self.answered("NOERROR")), before, then: after)
    let result = try await publish(
      world,
      [
        "records": .list([.string("@ 3600 IN MX 10 mail")]), "remove": .list([.string("x TXT")]),
      ]
    )
    #expect(result.texts("changed") == ["gaudy.test MX: no more 20 mx2.gaudy.test"])
    #expect(result.texts("removed") == [#"x.gaudy.test TXT: it's "old""#])
    #expect(
      world.asked.input[1].split(separator: "\n").dropFirst(2).dropLast(3).map(String.init) == [
        "prereq yxrrset gaudy.test. MX 10 mail.gaudy.test.",
        "prereq yxrrset gaudy.test. MX 20 mx2.gaudy.test.",
        #"prereq yxrrset x.gaudy.test. TXT "it's \"old\"""#, "update delete gaudy.test. MX",
        "update add gaudy.test. 3600 MX 10 mail.gaudy.test.", "update delete x.gaudy.test. TXT",
      ]
    )
    #expect(
      result.texts("restore") == [
        "gaudy.test. 3600 IN MX 10 mail.gaudy.test.", "gaudy.test. 3600 IN MX 20 mx2.gaudy.test.",
        #"x.gaudy.test. 3600 IN TXT "it's \"old\"""#,
      ]
    )
    #expect(result.values["kept"] == .duration(.seconds(3_600)))
  }

  @Test(
    "a server that does not take it says why in words, and nothing was changed",
    arguments: [
      ("NOTAUTH", "not the zone's primary"), ("REFUSED", "does not let this key"),
      ("BADKEY", "does not know the key"), ("BADSIG", "the signature is wrong"),
      ("BADTIME", "clocks differ"), ("NOTZONE", "outside the zone"), ("NOTIMP", "takes no updates"),
      ("YXRRSET", "not as it was read just before"), ("NXRRSET", "not as it was read just before"),
    ]
  )
  func refused(status: String, words: String) async throws {
    let error = ";; ERROR: update failed with error '\(status)'\n"
    let world = world(.said(Self.answered(status), stderr: error, exit: 1), then: Self.before)
    let failure = try await #require(throws: OperationFailure.self) { try await publish(world) }
    #expect(failure.reason == .refused)
    #expect(failure.effect == .none)
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(failure.message.contains(status))
  }

  @Test(
    "a change that was never sent changed nothing",
    arguments: [
      (";; ERROR: failed to parse keyfile '/etc/tsig/site'\n", 1, "TSIG key cannot be read"),
      (";; WARNING: can't connect to 127.0.0.2@5311(TCP)\n", 1, "was not given the update"),
      (";; ERROR: Name or service not known for ns1@53\n", 1, "was not given the update"),
      ("sh: 1: knsupdate: not found\n", 127, "is not on this machine"),
    ]
  )
  func unsent(stderr: String, exit: Int, words: String) async throws {
    let world = world(.said("", stderr: stderr, exit: exit), then: Self.before)
    let failure = try await #require(throws: OperationFailure.self) { try await publish(world) }
    #expect(failure.effect == .none)
    #expect(failure.message.contains(words), "\(failure.message)")
  }

  @Test("an answer that was lost is made up for by reading; without it nothing is concluded")
  func lost() async throws {
    let silence = Answer.said(
      Self.answered("NOERROR").components(upTo: "Answer:"),
      stderr: ";; WARNING: can't receive reply from 127.0.0.2@5311(TCP)\n",
      exit: 1
    )
    let result = try await publish(world(silence))
    #expect(result.texts("added").count == 1, "it was taken all the same")
    for after in [Self.before, MailZone(isAuthority: true)] {
      let failure = try await #require(throws: OperationFailure.self) {
        try await publish(world(silence, then: after))
      }
      #expect(failure.effect == .unknown)
      #expect(failure.reason != .failed)
    }
    // Somebody's answer without a signature that holds is nobody's.
    let forged = Answer.said(
      Self.answered("NOERROR"),
      stderr: ";; ERROR: reply verification (failed to verify TSIG)\n",
      exit: 1
    )
    let failure = try await #require(throws: OperationFailure.self) {
      try await publish(world(forged, then: Self.before))
    }
    #expect(failure.reason == .undetermined)
  }

  @Test("an update that was taken and is not there is a failure, not a success")
  func ignored() async throws {
    let failure = try await #require(throws: OperationFailure.self) {
      try await publish(world(then: Self.before))
    }
    #expect(failure.reason == .failed)
    #expect(failure.effect == .unknown)
    #expect(failure.advice.contains("CNAME"))
  }

  @Test("where the zone cannot be read nothing is decided and nothing is sent")
  func unread() async throws {
    var refusing = Self.before
    refusing.codes[Self.key] = 5
    var lame = Self.before
    lame.isAuthority = false
    var silent = Self.before
    silent.silent = [Self.key]
    for zone in [refusing, lame, silent, MailZone(isAuthority: true)] {
      let world = world(.said(""), zone)
      let failure = try await #require(throws: OperationFailure.self) { try await publish(world) }
      #expect(failure.effect == .none)
      #expect(world.asked.programs.count == 1)
    }
    for answer in MailZone.failures {
      let world = RecordedWorld { _ in answer }
      await #expect(throws: OperationFailure.self) { try await publish(world) }
      #expect(world.asked.programs.count == 1)
    }
  }

  @Test("what cannot be meant is refused before anything is asked")
  func refusals() async throws {
    let lines: Value = .list([.string("a 300 A 192.0.2.1")])
    for (values, words) in [
      ([:], "nothing is to be published"),
      (["records": lines, "file": .string("zone.db")], "`file` cannot be"),
      (["records": lines, "remove": .list([.string("a A")])], "`remove` cannot be"),
      (["records": lines, "zone": .string("other test")], "`zone` cannot be"),
      (["records": lines, "key": .string("site.key")], "`key` cannot be"),
      (["records": lines, "server": .string("system")], "`server` cannot be"),
      (["records": lines, "server": .string("-x")], "`server` cannot be"),
      (["records": lines, "provider": .string("cloudflare")], "no token"),
    ] as [([String: Value], String)] {
      let world = world()
      let failure = try await #require(throws: OperationFailure.self) {
        try await publish(world, values)
      }
      #expect(failure.reason == .refused)
      #expect(failure.message.contains(words), "\(failure.message)")
      #expect(world.asked.programs.isEmpty)
    }
    for (values, words) in [
      (["dns_key": "/k"], "no server"), (["dns_primary": "192.0.2.1"], "no TSIG key"),
      (["dns_provider": "route53"], "‘route53’"),
    ] {
      let failure = #expect(throws: OperationFailure.self) {
        try DNSPublish().commands(
          Call(arguments: Arguments(Self.values), site: .test(values: values))
        )
      }
      #expect(failure?.message.contains(words) == true)
    }
    // What a change that did nothing gives its rollback.
    let nothing = try await publish(world(), ["records": .list([]), "remove": .list([])])
    #expect(nothing.summary == "zone gaudy.test: nothing to do.")
  }

  @Test("a zone file is published without what the provider keeps itself")
  func file() async throws {
    let zone = Self.before
    let world = RecordedWorld { command in
      command.program.first == "ldns-read-zone"
        ? .said(
          "gaudy.test.\t3600\tIN\tSOA\tns1.gaudy.test. hostmaster.gaudy.test. 1 2 3 4 5\n"
            + "gaudy.test.\t3600\tIN\tNS\tns1.gaudy.test.\n"
            + "gaudy.test.\t3600\tIN\tMX\t10 mail.gaudy.test.\n"
            + "mail.gaudy.test.\t3600\tIN\tA\t198.51.100.25\n"
        ) : zone.answer(command)
    }
    let result = try await publish(world, ["file": .string("dns/zone.db")])
    #expect(result.texts("unchanged") == ["gaudy.test MX", "mail.gaudy.test A"])
    #expect(world.asked.programs[0] == ["ldns-read-zone", "-s", "/srv/dns/zone.db"])
    let broken = RecordedWorld { _ in .said("", stderr: "Syntax error at line 3\n", exit: 1) }
    let failure = try await #require(throws: OperationFailure.self) {
      try await publish(broken, ["file": .string("dns/zone.db")])
    }
    #expect(failure.message.contains("line 3"))
  }
}

extension String {
  /// What stands before a mark.
  fileprivate func components(upTo mark: String) -> String {
    firstRange(of: mark).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
