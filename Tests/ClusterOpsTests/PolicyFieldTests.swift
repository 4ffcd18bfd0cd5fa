import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Records from the field that validators judged in opposite ways, with other names and keys.
@Suite("Mail policy records from the field") struct PolicyFieldTests {
  /// What stands at `_dmarc.a.test`, the policy that applies, and words of each remark.
  private static let dmarc: [([String], String, [String])] = [
    (
      ["v=DMARC1; p=reject; rua=; ruf=;"], "reject",
      ["`rua` is empty: no report comes (at octet 20)", "`ruf` is empty"]
    ),
    (["v=DMARC1; p=quarantine ;"], "quarantine", []),
    (
      [#"v=dmarc1\; p=none\; rua= mailto:dmarc@a.test &amp\;"#], "",
      ["written DMARC1, in capitals", "backslashes are in the record itself", "`&amp`"]
    ),
    (
      ["v=DMARC1; p=none; fo:0; adkim:r; rf:afrf; rua=mailto:dmarc@a.test"], "none",
      [
        "‘fo:0’ is no tag=value and is ignored: between name and value stands `=` (at octet 18)",
        "‘adkim:r’", "‘rf:afrf’",
      ]
    ),
    (
      ["v=DMARC1; p=jerect; rua=mailto:dmarc@a.test"], "none",
      ["`p=jerect` is no policy, so p=none applies: reject is meant? (at octet 10)"]
    ),
    (
      ["v=DMARC1; p=reject; sp=quarantaine; pct=100"], "",
      ["so receivers do not look at the record: quarantine is meant?", "`pct` is obsolete"]
    ),
    (
      ["v=DMARC1; rua=mailto:dmarc@a.test; p=reject; adkim=s"], "reject",
      ["`p` does not come second"]
    ),
    (
      ["v=DMARC1; p=none; rua=mailto:one@a.test; rua=mailto:two@a.test"], "none",
      ["`rua` is there more than once, so the record may be ignored: put all in one, with commas"]
    ),
    (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "", ["there are 2 records"]),
    (["v=spf1 -all", "v=DMARC1; p=reject"], "reject", ["does not begin with v=DMARC1"]),
    (["v=DMARC1; p=quaran\u{1F}tine; rua=mailto:\u{1F}dmarc@a.test"], "quarantine", []),
    (["v=DMARC1; p=reject; np=reject; t=y; psd=n"], "reject", []),
    (
      ["\u{201C}v=DMARC1; p=reject\u{201D}"], "",
      [#"as \226\128\156 stands before it"#]
    ),
    (
      [" v=DMARC1;p=reject;pct=0;ri=0;rua=MAILTO:dmarc@a.test;"], "reject",
      ["a blank stands before `v`", "who still knows it does not apply the policy", "`ri`"]
    ),
  ]

  private func words(_ records: [String]) -> [String] {
    // As kdig prints octets that are no ASCII.
    records.map { record in
      record.utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : DNSText.decimal($0) }.joined()
    }
  }

  @Test("a DMARC record is judged as receivers do, and each remark says where", arguments: dmarc)
  func dmarcRecords(records: [String], effective: String, remarks: [String]) async throws {
    let zone = MailZone(records: ["_dmarc.a.test TXT": records])
    let result = try await zone.world().perform(DMARCCheck(), ["domain": .string("a.test")])
    #expect(result.text("effective") == effective, "\(result.summary)")
    let problems = result.texts("problems")
    #expect(problems.count == remarks.count, "\(problems)")
    for words in remarks { #expect(problems.contains { $0.contains(words) }, "\(problems)") }
    // Of two records there is no one place.
    let placed = problems.filter { !$0.contains("there are 2 records") }
    #expect(placed.allSatisfy { $0.contains("(at octet ") }, "\(placed)")
  }

  @Test(
    "an outside receiver consents with a semicolon at the end and without",
    arguments: ["", ";"]
  )
  func consents(end: String) async throws {
    let zone = MailZone(records: [
      "_dmarc.j.test TXT": ["v=DMARC1; p=reject; rua=mailto:dmarc@reports.test"],
      "j.test._report._dmarc.reports.test TXT": ["v=DMARC1\(end)"],
    ])
    let result = try await zone.world().perform(DMARCCheck(), ["domain": .string("j.test")])
    #expect(result.text("effective") == "reject")
    #expect(result.texts("problems").isEmpty, "\(result.texts("problems"))")
    #expect(result.doubt == nil)
  }

  @Test(
    "of three addresses two are outside and one answer covers both; sizes and %2C are understood"
  )
  func reportAddresses() async throws {
    let zone = MailZone(records: [
      "_dmarc.i.test TXT": [
        "v=DMARC1; p=reject; rua=mailto:dmarc@reports.test!10m,mailto:a%2Cb@reports.test, mailto:c@i.test"
      ],
      "i.test._report._dmarc.reports.test TXT": ["v=DMARC1;"],
    ])
    let result = try await zone.world().perform(DMARCCheck(), ["domain": .string("i.test")])
    #expect(result.texts("rua").count == 3)
    #expect(result.texts("problems").count == 1, "\(result.texts("problems"))")
    #expect(result.texts("problems").first?.contains("size limit") == true)
    #expect(result.texts("problems").first?.hasSuffix("(at octet 24)") == true)
  }

  @Test("two rua fields are right in a TLS-RPT record")
  func tlsReports() async throws {
    let zone = MailZone(records: [
      "_smtp._tls.q.test TXT": [
        "v=TLSRPTv1; rua=mailto:one@q.test; rua=https://two.test/v1"
      ]
    ])
    let result = try await zone.world().perform(TLSRPTCheck(), ["domain": .string("q.test")])
    #expect(result.texts("rua") == ["mailto:one@q.test", "https://two.test/v1"])
    #expect(result.texts("problems").isEmpty, "\(result.texts("problems"))")
  }

  private static let key = DKIMRecorded.good

  @Test(
    "a DKIM record says why it is no key",
    arguments: [
      (#"v=DKIM1\; k=rsa\; p="# + key, "backslashes are in the record itself"),
      ("k=rsa; v=DKIM1; p=" + key, "`v=DKIM1` does not stand at its beginning"),
      ("v=DKIM1; p=" + key + "; p=", "it has two keys, and verifiers take none"),
      (String(key.dropFirst(40)), "it is no list of tags"),
      ("v=DKIM1; k=rsa; p=" + String(key.prefix(200)), "is cut: it has 150 of 294 octets"),
      (
        "v=DKIM1; k=ed25519; p=" + DKIMRecorded.edwardsInfo,
        "has the head of a PEM key in front of the 32 octets"
      ),
      ("\"v=DKIM1; p=" + key + "\"", "quotation marks are in the record itself"),
      ("v=DKIM1; p=-----BEGIN PUBLIC KEY-----" + key, "lines around a PEM key"),
    ]
  )
  func dkimRecords(record: String, words: String) {
    let problems = DKIMRecord(record).problems
    #expect(problems.contains { $0.contains(words) }, "\(problems)")
  }

  @Test("a revoked key is no fault unless it signs; a record at the doubled name is found")
  func places() {
    func finding(_ records: [String], signs: Bool, misplaced: String = "") -> DKIMFinding {
      DKIMFinding(
        selector: "s1",
        signs: signs,
        records: records,
        misplaced: misplaced,
        published: nil,
        mounted: nil
      )
    }
    #expect(finding(["v=DKIM1; p="], signs: false).problems.isEmpty)
    #expect(
      finding(["v=DKIM1; p="], signs: true).problems.contains { $0.contains("it is revoked") }
    )
    #expect(
      finding([], signs: true, misplaced: "s1._domainkey.a.test.a.test").problems
        .contains { $0.contains("the zone's name is in it twice") }
    )
  }
}
