import Testing

@testable import Runbooks

@Suite struct SignOffDocumentTests {
  static let document = SignOffDocument(
    run: RunID("queue-triage-20261122T0310-k7f2"),
    runbook: RunbookID("queue-triage"),
    runbookText: Digest(of: "text"),
    world: .live,
    site: "lab",
    siteRecord: Digest(of: "site"),
    step: StepID("approve-delete"),
    decision: .approve,
    statement: "Delete 12 messages of “eve@example.org”.\nNothing else.",
    evidence: [Digest(of: "a"), Digest(of: "b")],
    excluded: ["ana"],
    approver: "bo",
    roles: [Role("E2"), Role("E4")],
    typed: "eve@example.org",
    comment: "",
    seen: Digest(of: "head"),
    expires: Moment(seconds: 1_795_316_400)
  )

  @Test("its bytes are the same for ever")
  func golden() {
    #expect(
      Self.document.text == """
        mailconsole sign-off 1
        run: "queue-triage-20261122T0310-k7f2"
        runbook: "queue-triage"
        runbook text: 982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1
        world: live
        site: "lab"
        site record: fbae041b02c41ed0fd8a4efb039bc780dd6af4a1f0c420f42561ae705dda43fe
        step: "approve-delete"
        decision: approve
        statement: "Delete 12 messages of “eve@example.org”.\\nNothing else."
        evidence: ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
        evidence: 3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d
        excluded: "ana"
        approver: "bo"
        role: "E2"
        role: "E4"
        typed: "eve@example.org"
        comment: ""
        seen: 9f2e6d33a3717ee826353a404ba4618d1aeeb6879ad7936bce8ed5f46814924d
        expires: 1795316400000 (2026-11-22T03:00:00.000Z)

        """
    )
    #expect(Digest(of: Self.document.bytes).hex == Self.digest)
  }

  static let digest = "4788fc95aaea3f3219e11fa79f526977945acef6b120dc8a931ab34b6f3a3fc7"

  @Test("changing any field, and nothing else, changes the bytes")
  func fields() {
    let changes: [(inout SignOffDocument) -> Void] = [
      { $0.run = RunID("other") }, { $0.runbook = RunbookID("other") },
      { $0.runbookText = Digest(of: "other") }, { $0.world = .tabletop }, { $0.world = .plan },
      { $0.site = "other" }, { $0.siteRecord = Digest(of: "other") },
      { $0.step = StepID("other") }, { $0.decision = .reject }, { $0.statement = "other" },
      { $0.evidence = [] }, { $0.evidence.swapAt(0, 1) }, { $0.evidence.removeLast() },
      { $0.excluded = [] }, { $0.excluded = ["ana", "cy"] }, { $0.excluded = ["ana\", \"cy"] },
      { $0.excluded = ["ana\"\nexcluded: \"cy"] }, { $0.approver = "cy" }, { $0.roles = [] },
      { $0.roles = [Role("E2")] }, { $0.roles = [Role("E2\"\nrole: \"E4")] }, { $0.typed = nil },
      { $0.typed = "none" }, { $0.typed = "" }, { $0.comment = "none" },
      { $0.seen = Digest(of: "other") }, { $0.expires = nil },
      { $0.expires = Moment(milliseconds: 1_795_316_400_001) },
    ]
    var seen: Set<[UInt8]> = [Self.document.bytes]
    for change in changes {
      var document = Self.document
      change(&document)
      #expect(seen.insert(document.bytes).inserted, "\(document.text)")
    }
  }

  @Test("no two texts are written alike, and none of them leaves its line")
  func escaping() {
    let texts = [
      "", " ", "\n", "\\n", "\\\n", "\r", "\r\n", "\t", "\\t", "\"", "\\\"", "\\", "\\\\", "none",
      "\u{0}", "\\u{0}", "\u{1B}[2J", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}abc", "abc",
      "a\u{200B}bc", "\u{FEFF}abc", "é", "e\u{301}", "a\nrun: \"x\"", "a\" b", "\u{E0041}abc",
    ]
    var seen: [[UInt8]: String] = [:]
    for text in texts {
      let quoted = SignOffDocument.quoted(text)
      #expect(seen.updateValue(text, forKey: Array(quoted.utf8)) == nil, "\(quoted)")
      #expect(quoted.utf8.allSatisfy { $0 >= 0x20 }, "\(quoted)")
      var document = Self.document
      document.comment = text
      #expect(document.bytes.count { $0 == 0x0A } == Self.document.bytes.count { $0 == 0x0A })
    }
    #expect(SignOffDocument.quoted("a\u{202E}\u{1B}") == #""a\u{202e}\u{1b}""#)
  }
}
