import Runbooks
import Testing

@testable import ClusterOps

/// DMARC by RFC 9989, with a recorded kdig.
@Suite struct DMARCTests {
  /// Records, the domain asked for, what applies and whose record it is.
  private static let walks: [([String: [String]], String, String, String)] = [
    (["_dmarc.a.test": ["v=DMARC1; p=reject"]], "a.test", "reject", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1;p=Reject;"]], "a.test", "reject", "a.test"),
    (["_dmarc.a.test": ["V = DMARC1 ; P = quarantine"]], "a.test", "quarantine", "a.test"),
    // Only records that begin with the version count; of two none does.
    (["_dmarc.a.test": ["v=spf1 -all", "v=DMARC1; p=none"]], "a.test", "none", "a.test"),
    (["_dmarc.a.test": ["v=dmarc1; p=reject"]], "a.test", "", ""),
    (["_dmarc.a.test": ["v=DMARC12; p=reject"]], "a.test", "", ""),
    (["_dmarc.a.test": ["p=reject; v=DMARC1"]], "a.test", "", ""),
    (["_dmarc.a.test": ["v=DMARC1 p=reject"]], "a.test", "", ""),
    (["_dmarc.a.test": ["v=DMARC1\u{1F}; p=re\u{1F}ject"]], "a.test", "reject", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]], "a.test", "", ""),
    ([:], "a.test", "", ""),
    // Below the record's domain: sp where the name exists, np where not, p without them.
    (
      ["_dmarc.a.test": ["v=DMARC1; p=none; sp=quarantine; np=reject"], "b.a.test": []], "b.a.test",
      "quarantine", "a.test"
    ),
    (
      ["_dmarc.a.test": ["v=DMARC1; p=none; sp=quarantine; np=reject"]], "b.a.test", "reject",
      "a.test"
    ),
    (["_dmarc.a.test": ["v=DMARC1; p=none; sp=reject"]], "b.a.test", "reject", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1; p=quarantine"]], "b.a.test", "quarantine", "a.test"),
    (
      [
        "_dmarc.b.a.test": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
        "_dmarc.a.test": ["v=DMARC1; p=reject"],
      ], "b.a.test", "reject", "a.test"
    ),
    // Of the record's own domain neither sp nor np is asked.
    (
      ["_dmarc.a.test": ["v=DMARC1; p=none; sp=quarantine; np=reject"]], "a.test", "none", "a.test"
    ),
    // np is of names that do not exist alone, whatever sp says.
    (
      ["_dmarc.a.test": ["v=DMARC1; p=reject; np=none"], "b.a.test": []], "b.a.test", "reject",
      "a.test"
    ),
    (["_dmarc.a.test": ["v=DMARC1; p=reject; np=none"]], "b.a.test", "none", "a.test"),
    // A name that has others below it exists (RFC 8020).
    (
      ["_dmarc.a.test": ["v=DMARC1; p=none; sp=quarantine; np=reject"], "c.b.a.test": []],
      "b.a.test", "quarantine", "a.test"
    ),
    // A policy that is only tried is told all the same.
    (["_dmarc.a.test": ["v=DMARC1; p=quarantine; t=y"]], "a.test", "quarantine", "a.test"),
    // The organisation is the name with the fewest labels that has a record.
    (
      ["_dmarc.b.a.test": ["v=DMARC1; p=none"], "_dmarc.a.test": ["v=DMARC1; p=reject"]],
      "c.b.a.test",
      "reject", "a.test"
    ),
    // An organisation of its own stops the walk.
    (
      ["_dmarc.b.a.test": ["v=DMARC1; p=none; psd=n"], "_dmarc.a.test": ["v=DMARC1; p=reject"]],
      "c.b.a.test", "none", "b.a.test"
    ),
    // A public suffix: the organisation is the name below it; its record counts, else the suffix's.
    (
      ["_dmarc.test": ["v=DMARC1; p=reject; psd=y"], "_dmarc.a.test": ["v=DMARC1; p=none"]],
      "b.a.test", "none", "a.test"
    ),
    (
      ["_dmarc.test": ["v=DMARC1; p=reject; sp=quarantine; psd=y"], "b.a.test": []], "b.a.test",
      "quarantine", "test"
    ),
    (
      ["_dmarc.test": ["v=DMARC1; p=reject; psd=y"], "_dmarc.b.a.test": ["v=DMARC1; p=none"]],
      "c.b.a.test", "reject", "test"
    ),
    (
      ["_dmarc.test": ["v=DMARC1; p=none; np=reject; psd=y"]], "a.test", "reject", "test"
    ),
    // A public suffix that is asked for itself is under its own record.
    (["_dmarc.test": ["v=DMARC1; p=reject; psd=y"]], "test", "reject", "test"),
    // psd=n at the domain itself ends the walk there; psd=u says nothing.
    (
      ["_dmarc.b.a.test": ["v=DMARC1; p=none; psd=u"], "_dmarc.a.test": ["v=DMARC1; p=reject"]],
      "c.b.a.test", "reject", "a.test"
    ),
    // A public suffix above an organisation of its own is not reached.
    (
      [
        "_dmarc.test": ["v=DMARC1; p=none; psd=y"],
        "_dmarc.b.a.test": ["v=DMARC1; p=reject; psd=n"],
      ], "c.b.a.test", "reject", "b.a.test"
    ),
    // Of nine labels the name with eight is left out, and that with seven is not.
    (["_dmarc.2.3.4.5.6.7.8.test": ["v=DMARC1; p=reject"]], "1.2.3.4.5.6.7.8.test", "", ""),
    (
      ["_dmarc.3.4.5.6.7.8.test": ["v=DMARC1; p=reject"]], "1.2.3.4.5.6.7.8.test", "reject",
      "3.4.5.6.7.8.test"
    ),
    // A broken record above is no policy, and an unbroken one above that is.
    (
      [
        "_dmarc.b.a.test": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
        "_dmarc.test": ["v=DMARC1; p=reject; psd=y"],
      ],
      "b.a.test", "reject", "test"
    ),
    // Without a sound policy: none where somebody is to get reports, else nothing.
    (["_dmarc.a.test": ["v=DMARC1; rua=mailto:d@a.test"]], "a.test", "none", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1; p=; rua=mailto:d@a.test"]], "a.test", "none", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1"]], "a.test", "", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1; rua=d@a.test"]], "a.test", "", "a.test"),
    (["_dmarc.a.test": ["v=DMARC1; p=rejct; rua=mailto:d@a.test"]], "a.test", "none", "a.test"),
    (
      ["_dmarc.a.test": ["v=DMARC1; p=reject; sp=no; rua=mailto:d@a.test"]], "a.test", "none",
      "a.test"
    ),
  ]

  private func zone(_ records: [String: [String]]) -> MailZone {
    MailZone(
      records: Dictionary(
        uniqueKeysWithValues: records.map {
          ($0.contains("_dmarc") ? $0 + " TXT" : $0 + " A", $1)
        }
      )
    )
  }

  @Test("the record that applies, and what it says for the domain", arguments: walks)
  func walk(records: [String: [String]], domain: String, effective: String, at: String) async throws
  {
    let result = try await zone(records).world()
      .perform(DMARCCheck(), ["domain": .string(domain)])
    #expect(result.text("effective") == effective, "\(result.summary)")
    #expect(result.text("at") == at)
    #expect(result.values["found"] == .boolean(!at.isEmpty))
    #expect(result.doubt == nil)
    _ = try DMARCCheck().declaration.checked(result)
  }

  @Test("a long name is asked for at eight names, as the example of RFC 9989 §4.10 has it")
  func names() {
    #expect(
      DMARCWalk("a.b.c.d.e.f.g.h.i.j.mail.example.com").domains == [
        "a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com", "i.j.mail.example.com", "j.mail.example.com",
        "mail.example.com", "example.com", "com",
      ]
    )
    #expect(DMARCWalk("a.b.c.d.e.f.example.com").domains.count == 8)
    #expect(DMARCWalk("com").domains == ["com"])
  }

  @Test(
    "what is wrong with a record is told, each once",
    arguments: [
      ("v=DMARC1; p=reject; rua=mailto:d@a.test", []),
      ("v=DMARC1; p=reject; adkim=x; aspf=s", ["`adkim=x` is unknown, so r applies"]),
      ("v=DMARC1; p=reject; t=yes", ["`t=yes` is unknown, so n applies"]),
      ("v=DMARC1; p=reject; psd=x", ["`psd=x` is unknown, so u applies"]),
      ("v=DMARC1; p=reject; pct=50", ["`pct` is obsolete (RFC 9989)"]),
      ("v=DMARC1; p=reject; ri=86400; rf=afrf", ["`ri` is obsolete", "`rf` is obsolete"]),
      ("v=DMARC1; p=reject; fo=1:d:s", []),
      ("v=DMARC1; p=reject; fo=2", ["`fo=2` is unknown"]),
      ("v=DMARC1; p=reject; foo=1", ["`foo` is no tag of DMARC"]),
      ("v=DMARC1; p=reject; p=none", ["`p` is there more than once"]),
      ("v=DMARC1; p=reject; rubbish", ["‘rubbish’ is no tag=value"]),
      ("v=DMARC1; rua=mailto:d@a.test", ["`p` is missing, so p=none applies"]),
      ("v=DMARC1", ["`p` is missing, so receivers do not look at the record"]),
      (
        "v=DMARC1; p=none; rua=https://a.test/x",
        ["`rua` names ‘https://a.test/x’, which is no mailto:"]
      ),
      ("v=DMARC1; p=none; rua=d@a.test", ["which is no mailto:"]),
      ("v=DMARC1; p=none; rua=mailto:a.test", ["which is no whole address"]),
      ("v=DMARC1; p=none; ruf=mailto:@a.test", ["`ruf` names ‘mailto:@a.test’, which is no whole"]),
      ("v=DMARC1; p=none; rua=mailto:d@a.test!10m", ["with a size limit, which is obsolete"]),
    ]
  )
  func problems(record: String, expected: [String]) async throws {
    let result = try await zone(["_dmarc.a.test": [record]]).world()
      .perform(DMARCCheck(), ["domain": .string("a.test")])
    let problems = result.texts("problems")
    #expect(problems.count == expected.count, "\(problems)")
    for words in expected { #expect(problems.contains { $0.contains(words) }, "\(problems)") }
  }

  @Test("the tags are given as written, with their defaults")
  func tags() async throws {
    let record = "v=DMARC1; p=reject; sp=none; t=y; adkim=s; rua=mailto:d@a.test,mailto:e@b.a.test"
    let result = try await zone(["_dmarc.a.test": [record, "other"]]).world()
      .perform(DMARCCheck(), ["domain": .string("A.test.")])
    #expect(result.text("record") == record)
    #expect(result.text("p") == "reject")
    #expect(result.text("sp") == "none")
    #expect(result.text("np") == "")
    #expect(result.text("t") == "y")
    #expect(result.text("adkim") == "s")
    #expect(result.text("aspf") == "r")
    #expect(result.text("psd") == "u")
    #expect(result.texts("rua") == ["mailto:d@a.test", "mailto:e@b.a.test"])
    #expect(result.texts("problems").first?.contains("does not begin with v=DMARC1") == true)
    #expect(result.summary.contains("once it is no longer tried (t=y)"))
  }

  @Test("reports to others need their consent; who does not answer leaves a doubt of parts")
  func consent() async throws {
    var zone = zone(["_dmarc.a.test": ["v=DMARC1; p=reject; rua=mailto:d@b.test,mailto:e@a.test"]])
    let world = zone.world()
    let refused = try await world.perform(DMARCCheck(), ["domain": .string("a.test")])
    #expect(refused.texts("problems").count == 1)
    #expect(refused.texts("problems").first?.contains("a.test._report._dmarc.b.test") == true)
    #expect(world.asked.input[1] == "-q\na.test._report._dmarc.b.test.\n-t\nTXT\n")
    zone.records["a.test._report._dmarc.b.test TXT"] = ["v=DMARC1;"]
    let given = try await zone.world().perform(DMARCCheck(), ["domain": .string("a.test")])
    #expect(given.texts("problems").isEmpty, "\(given.texts("problems"))")
    zone.silent = ["a.test._report._dmarc.b.test TXT"]
    let silent = try await zone.world().perform(DMARCCheck(), ["domain": .string("a.test")])
    #expect(silent.text("effective") == "reject")
    #expect(silent.texts("problems").isEmpty)
    #expect(silent.doubt?.extent == .parts)
  }

  @Test("who gets reports may be of the same organisation, above the record's domain or beside it")
  func organisation() async throws {
    var zone = zone([
      "_dmarc.b.a.test": ["v=DMARC1; p=reject; rua=mailto:d@a.test,mailto:d@c.a.test"],
      "_dmarc.a.test": ["v=DMARC1; p=none"],
    ])
    let world = zone.world()
    let inside = try await world.perform(DMARCCheck(), ["domain": .string("b.a.test")])
    #expect(inside.texts("problems").isEmpty)
    #expect(world.asked.programs.count == 1)
    // Whether it is the same organisation is not known when the parent is silent.
    zone.silent = ["_dmarc.a.test TXT"]
    let unknown = try await zone.world().perform(DMARCCheck(), ["domain": .string("b.a.test")])
    #expect(unknown.text("effective") == "reject")
    #expect(unknown.texts("problems").isEmpty)
    #expect(unknown.doubt?.extent == .parts)
  }

  @Test("a name that does not answer and could have the record leaves nothing to say")
  func silence() async throws {
    var zone = zone(["_dmarc.a.test": ["v=DMARC1; p=reject"]])
    zone.silent = ["_dmarc.b.a.test TXT"]
    let own = await #expect(throws: OperationFailure.self) {
      try await zone.world().perform(DMARCCheck(), ["domain": .string("b.a.test")])
    }
    #expect(own?.reason == .undetermined)
    #expect(own?.message.contains("_dmarc.b.a.test TXT") == true)
    zone.silent = []
    zone.codes = ["_dmarc.test TXT": 2]
    let parent = await #expect(throws: OperationFailure.self) {
      try await zone.world().perform(DMARCCheck(), ["domain": .string("b.a.test")])
    }
    #expect(parent?.message.contains("SERVFAIL") == true)
    // Of a domain with its own record the parents do not matter.
    let found = try await zone.world().perform(DMARCCheck(), ["domain": .string("a.test")])
    #expect(found.text("effective") == "reject")
    #expect(found.doubt == nil)
  }

  @Test("no answer of kdig is no evidence", arguments: MailZone.failures)
  func unanswered(answer: Answer) async {
    await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in answer }.perform(DMARCCheck())
    }
  }

  @Test(
    "what is no mail domain is refused",
    arguments: [".", "*.a.test", "a/b", "-x", "a b", "@c"]
  )
  func refused(domain: String) {
    #expect(throws: OperationFailure.self) {
      try DMARCCheck().commands(
        Call(arguments: Arguments(["domain": .string(domain)]), site: .test)
      )
    }
  }

  @Test("in a tabletop the site asks to reject, and a scenario may publish something else")
  func tabletop() async throws {
    var world = SimulatedWorld(state: [:], now: 0, seed: 1)
    let work = try OperationCatalogue.standard().operation("dmarc.check")
    let healthy = try await work.simulate(Arguments([:]), in: &world)
    #expect(healthy.text("effective") == "reject")
    #expect(healthy.texts("problems").isEmpty)
    let records: Value = .record(["_dmarc.gaudy.test TXT": .string("v=DMARC1; p=none; pct=5")])
    world = SimulatedWorld(state: ["dns": .record(["records": records])], now: 0, seed: 1)
    let none = try await work.simulate(
      Arguments(["domain": .string("x.gaudy.test")]),
      in: &world
    )
    #expect(none.text("effective") == "none")
    #expect(none.text("at") == "gaudy.test")
    #expect(none.texts("problems").count == 1)
  }
}
