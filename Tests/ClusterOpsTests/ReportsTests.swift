import Runbooks
import Testing

@testable import ClusterOps

/// The mailbox of reports, as doveadm tells of it.
@Suite struct ReportsTests {
  private typealias Fixtures = ReportFixtures

  private let site = Site.test(addresses: ["203.0.113.10"])

  private func perform(
    _ work: any CommandOperation,
    _ mails: [String],
    _ values: [String: Value] = [:]
  ) async throws -> OperationResult {
    try await RecordedWorld { _ in .inPod(Fixtures.list(mails)) }.perform(work, values, on: site)
  }

  private func mail(_ text: String, _ name: String = "r.xml") -> String {
    Fixtures.mail(Array(text.utf8), name: name, type: "application/octet-stream")
  }

  @Test("reports are added up, one that came twice counts once, others' are left aside")
  func dmarc() async throws {
    let packed = try Fixtures.packed(Fixtures.dmarc(), "gzip")
    let mails = [
      Fixtures.mail(packed), mail(Fixtures.dmarc()), mail(Fixtures.dmarc(id: "2")),
      mail(Fixtures.dmarc(id: "3", domain: "other.test")),
      mail(Fixtures.tls(), "r.json"), "Subject: Report domain? A letter\n\nHello\n",
    ]
    let world = RecordedWorld { _ in .inPod(Fixtures.list(mails)) }
    let result = try await world.perform(DMARCReports(), on: site)
    let values = result.values
    #expect(values["reports"] == .integer(2))
    #expect(values["duplicates"] == .integer(1))
    #expect(values["damaged"] == .list([]))
    #expect(values["messages"] == .integer(22))
    #expect(values["aligned"] == .integer(14))
    #expect(values["aligned_percent"] == .integer(63))
    #expect(values["ours_failing"] == .integer(2))
    #expect(
      values["sources_failing"] == .list([.string("2001:db8::1 6"), .string("203.0.113.10 2")])
    )
    #expect(values["days"] == .integer(1))
    #expect(values["first"] == .string("2026-11-28T00:00:00Z"))
    #expect(values["last"] == .string("2026-11-29T00:00:00Z"))
    #expect(values["policy"] == .string("p=none sp=none"))
    #expect(
      world.asked.programs == [
        [
          "timeout", "120", "doveadm", "-f", "json", "fetch", "-u", "postmaster@gaudy.test",
          "uid text", "mailbox", "INBOX", "since", "14days", "subject", "report domain",
        ]
      ]
    )
  }

  @Test("what cannot be read is told of, counts for nothing and is no doubt")
  func damaged() async throws {
    let mails =
      [mail(Fixtures.dmarc()), mail("no report", "evil\u{1B}[2J\u{202E}.xml")]
      + (0..<60).map { _ in Fixtures.mail([0x1F, 0x8B, 8]) }
    let result = try await perform(DMARCReports(), mails)
    #expect(result.values["messages"] == .integer(11))
    #expect(result.doubt == nil)
    let damaged = result.values["damaged"]?.elements?.compactMap(\.text) ?? []
    #expect(damaged.count == 51)
    #expect(damaged.last == "11 more")
    #expect(damaged[0].hasPrefix("message 2, evil\\u{1B}[2j\\u{202E}.xml: it is no XML"))
    #expect(result.summary.contains("61 reports cannot be read"))
  }

  @Test("no report is none, with nothing said of messages")
  func none() async throws {
    let values = try await perform(DMARCReports(), []).values
    #expect(values["reports"] == .integer(0))
    #expect(values["aligned_percent"] == .integer(0))
    #expect(values["first"] == .string(""))
  }

  @Test("sessions are added up, failures by type, whose names are text from outside")
  func tls() async throws {
    let mails = [
      mail(Fixtures.tls(failed: 2), "r.json"), mail(Fixtures.tls(failed: 2), "again.json"),
      mail(Fixtures.tls(id: "2", failed: 3, type: "\\u001b[2J"), "r.json"),
      mail(Fixtures.tls(id: "3", domain: "other.test", failed: 9), "r.json"),
      mail("{}", "r.json"), mail(Fixtures.dmarc()),
    ]
    let values = try await perform(TLSReports(), mails).values
    #expect(values["reports"] == .integer(2))
    #expect(values["duplicates"] == .integer(1))
    #expect(values["sessions"] == .integer(80))
    #expect(values["failed"] == .integer(5))
    #expect(
      values["failures"]
        == .list([.string("\\u{1B}[2J 3"), .string("certificate-expired 2")])
    )
    #expect(values["damaged"]?.elements?.count == 1)
    #expect(values["days"] == .integer(1))
  }

  @Test("a mailbox that is cut, strange, missing or not told is undetermined")
  func undetermined() async {
    let whole = Fixtures.list([mail(Fixtures.dmarc())])
    for answer in [
      Answer.said(whole), .inPod(String(whole.dropLast())), .inPod(""), .inPod("uid\ttext\n"),
      .inPod("", stderr: "Error: User doesn't exist\n", exit: 67), .withoutProgram,
      .inPod(whole, exit: 75), .inPod("", exit: 124),
    ] {
      for work in [DMARCReports(), TLSReports()] as [any CommandOperation] {
        let failure = await #expect(throws: OperationFailure.self) {
          try await RecordedWorld { _ in answer }.perform(work, on: site)
        }
        #expect(failure?.reason == .undetermined)
      }
    }
  }

  @Test("arguments that cannot be meant are refused")
  func refused() async {
    for values in [
      ["since": Value.duration(.seconds(60))], ["since": .duration(.seconds(100 * 86_400))],
      ["user": .string("-A")], ["user": .string("*@gaudy.test")], ["domain": .string("a b")],
    ] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await perform(DMARCReports(), [], values)
      }
      #expect(failure?.reason == .refused)
    }
  }

  @Test("a tabletop has the reports that its scenario says, of the days that are asked for")
  func tabletop() async throws {
    let rows = Value.list([
      .record(["count": .integer(98)]),
      .record([
        "source": .string("192.0.2.99"), "count": .integer(2), "dkim": .string("fail"),
        "spf": .string("fail"),
      ]),
    ])
    let reports = Value.record(["dmarc": rows, "tls": .record(["failed": .integer(1)])])
    var world = SimulatedWorld(state: ["reports": reports], now: 1_796_000_000, seed: 1)
    let catalogue = OperationCatalogue.standard()
    let dmarc = try await catalogue.operation("reports.dmarc").simulate(
      Arguments(["addresses": .list([.string("203.0.113.10")])]),
      in: &world
    )
    #expect(dmarc.values["reports"] == .integer(14))
    #expect(dmarc.values["days"] == .integer(14))
    #expect(dmarc.values["aligned_percent"] == .integer(98))
    #expect(dmarc.values["sources_failing"] == .list([.string("192.0.2.99 28")]))
    let tls = try await catalogue.operation("reports.tlsrpt").simulate(Arguments([:]), in: &world)
    #expect(tls.values["reports"] == .integer(7))
    #expect(tls.values["failures"] == .list([.string("certificate-expired 7")]))
  }
}
