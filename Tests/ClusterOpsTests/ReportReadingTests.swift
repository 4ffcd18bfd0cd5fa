import Foundation
import Testing

@testable import ClusterOps

/// Single reports: what providers send, and what a stranger may send instead.
@Suite struct ReportReadingTests {
  private typealias Fixtures = ReportFixtures

  private func damage(_ packed: [UInt8]) -> String? {
    do throws(ReportDamage) {
      _ = try DMARCReport.read(packed)
      return nil
    } catch {
      return error.why
    }
  }

  private func damage(_ text: String) -> String? { damage(Array(text.utf8)) }

  @Test(
    "an aggregate report is read in every wrapping",
    arguments: ["", "gzip", "zip", "stored"]
  )
  func wrappings(way: String) throws {
    let text = Fixtures.dmarc(space: " xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"")
    let packed = way.isEmpty ? Array(text.utf8) : try Fixtures.packed(text, way)
    let report = try DMARCReport.read(packed)
    #expect(report.organisation == "north")
    #expect(report.identifier == "1")
    #expect(report.domain == "gaudy.test")
    #expect(report.policy == "p=none sp=none")
    #expect(report.begin == 1_795_824_000)
    #expect(report.end == 1_795_910_400)
    #expect(report.messages == 11)
    #expect(report.aligned == 7)
    #expect(report.failing == ["203.0.113.10": 1, "2001:db8::1": 3])
  }

  @Test("gzip files one after the other are one, and elements may have a prefix")
  func oddities() throws {
    let text = Fixtures.dmarc(space: " xmlns:d=\"urn:x\"").replacing("<row>", with: "<d:row>")
      .replacing("</row>", with: "</d:row>")
    let half = text.utf8.count / 2
    let bytes = Array(text.utf8)
    let packed =
      try Fixtures.packed(Array(bytes[..<half]), "gzip")
      + Fixtures.packed(Array(bytes[half...]), "gzip")
    #expect(try DMARCReport.read(packed).messages == 11)
  }

  @Test("a document type ends the reading, so that no entity is ever declared")
  func entities() {
    let bomb = """
      <?xml version="1.0"?><!DOCTYPE feedback [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
      """
    let read = "<!DOCTYPE feedback [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
    for head in [bomb, read, "<!DOCTYPE feedback SYSTEM \"http://127.0.0.1/x.dtd\">"] {
      #expect(damage(Fixtures.dmarc(id: "&x;", head: head))?.contains("document type") == true)
    }
    #expect(damage(Fixtures.dmarc(id: "&x;"))?.contains("no XML") == true)
  }

  @Test("what unpacks to more than a report can be is refused, on the way")
  func bombs() throws {
    let bomb = try Fixtures.packed("<feedback>", "bomb")
    #expect(bomb.count < 1 << 20)
    #expect(damage(bomb) == "it unpacks to more than 32 MiB")
    let deep = String(repeating: "<a>", count: 100)
    #expect(damage(deep)?.contains("nested too deep") == true)
  }

  @Test("what is cut, changed or of another kind is damaged")
  func damaged() throws {
    let text = Fixtures.dmarc()
    let (gzip, zip) = (try Fixtures.packed(text, "gzip"), try Fixtures.packed(text, "zip"))
    #expect(damage(Array(gzip.dropLast(20))) == "it cannot be unpacked")
    #expect(damage(Array(zip.dropLast(20))) == "the zip has no end")
    let (two, none) = (
      try Fixtures.packed(text, "zip", files: 2), try Fixtures.packed(text, "zip", files: 0)
    )
    #expect(damage(two)?.contains("2 files") == true)
    #expect(damage(none)?.contains("0 files") == true)
    var stored = try Fixtures.packed(text, "stored")
    let at = try #require(stored.firstRange(of: Array("<count>7".utf8))).upperBound - 1
    stored[at] = UInt8(ascii: "9")
    #expect(damage(stored) == "the sum of the file in the zip is wrong")
    #expect(damage("PK")?.contains("no end") == true)
    #expect(damage("")?.contains("no XML") == true)
    #expect(damage(String(text.dropLast(20)))?.contains("no XML") == true)
    #expect(damage("<html><body>503</body></html>")?.contains("no aggregate report") == true)
  }

  @Test(
    "a report with a row that is not understood counts not at all",
    arguments: [
      ReportFixtures.Row(count: "-1"), .init(count: "many"), .init(count: "99999999999999999999"),
      .init(source: ""), .init(source: "\u{1B}[2J"), .init(source: "example.org"),
    ]
  )
  func rows(row: ReportFixtures.Row) {
    #expect(damage(Fixtures.dmarc(rows: [.init(), row])) != nil)
  }

  @Test("a zip that points outside itself is damaged", arguments: [16, 42])
  func pointers(field: Int) throws {
    var zip = try Fixtures.packed(Fixtures.dmarc(), "zip")
    let directory = try #require(zip.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
    let end = try #require(zip.firstRange(of: [0x50, 0x4B, 5, 6])).lowerBound
    let at = field == 16 ? end + 16 : directory + 42
    zip.replaceSubrange(at..<at + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(damage(zip) != nil)
  }

  @Test("a report on TLS is read, and what is none is damaged")
  func tls() throws {
    let text = Fixtures.tls(good: 40, failed: 2)
    let report = try TLSReport.read(try Fixtures.packed(text, "gzip"))
    #expect(report.organisation == "north")
    #expect(report.policies.map(\.successful) == [40])
    #expect(report.policies.map(\.failed) == [2])
    #expect(report.policies[0].failures.map(\.type) == ["certificate-expired"])
    for bad in [
      "", "[]", "{}", String(text.dropLast(4)), Fixtures.tls(good: -1),
      text.replacing("2026-11-27T00", with: "soon"), text.replacing("40", with: "1e40"),
    ] {
      #expect(throws: ReportDamage.self) { try TLSReport.read(Array(bad.utf8)) }
    }
  }

  @Test("attachments are found in messages within messages' parts, by type or by name")
  func parts() {
    let plain = Array(Fixtures.dmarc().utf8)
    let found = MailPart.parts(of: Array(Fixtures.mail(plain).utf8))
    #expect(found.map(\.name) == ["north!gaudy.test!1!2.xml.gz"])
    #expect(found.first?.content == plain)
    let crlf = Fixtures.mail(plain, name: "R.XML", type: "application/octet-stream")
      .replacing("\n", with: "\r\n")
    #expect(MailPart.parts(of: Array(crlf.utf8)).map(\.content) == [plain])
    #expect(MailPart.parts(of: Array("Subject: hello\n\n<feedback/>\n".utf8)).isEmpty)
    let quoted =
      "Content-Type: text/xml\nContent-Transfer-Encoding: quoted-printable\n\n<a b=3D\"1\"=\n/>"
    #expect(MailPart.parts(of: Array(quoted.utf8)).map(\.content) == [Array("<a b=\"1\"/>".utf8)])
  }

  @Test("a list of messages is the same in whatever pieces it comes", arguments: [1, 7, 4096])
  func pieces(size: Int) {
    let mails = ["one \"1\" \\ \u{E9}\n", "[{\"uid\":\"9\"}]", ""]
    let bytes = Array((Fixtures.list(mails) + "\n[end of output]\n").utf8)
    var reader = FetchReader()
    var texts: [String] = []
    for start in stride(from: 0, to: bytes.count, by: size) {
      reader.take(Array(bytes[start..<min(start + size, bytes.count)])) {
        texts.append(String(decoding: $0.text, as: UTF8.self))
      }
    }
    #expect(texts == mails)
    #expect(reader.isWhole)
  }
}
