import Runbooks
import Testing

@testable import ClusterOps

@Suite struct QueueDiagnosisTests {
  private let refused = "connect to mx.dead.test[198.51.100.50]:25: Connection refused"

  private func lines(
    _ count: Int,
    from: Int = 0,
    sender: (Int) -> String = { "u\($0 % 30)@gaudy.test" },
    to domain: (Int) -> String,
    reason: (Int) -> String?,
    queue: String = "deferred"
  ) -> String {
    (0..<count).map { number in
      queueLine(
        "Q\(100_000 + from + number)",
        queue: queue,
        sender: sender(number),
        to: [("r\(number)@\(domain(number))", reason(number))]
      )
    }.joined()
  }

  private func storm(_ domain: String) -> String {
    "host mx.\(domain)[198.51.100.20] said: 451 4.7.1 Too many messages, try again later"
  }

  @Test("three causes at once are told apart and counted exactly")
  func three() async throws {
    var world = TriageWorld.make()
    let result = try await OperationCatalogue.standard().operation("postfix.queue").simulate(
      Arguments([:]),
      in: &world
    )
    #expect(result.values["total"] == .integer(5000))
    #expect(result.values["deferred"] == .integer(5000))
    #expect(result.values["dead_destination"] == .string("dead.test"))
    #expect(result.values["dead_count"] == .integer(1200))
    #expect(result.values["storm_count"] == .integer(800))
    #expect(result.values["storm_receiver"] == .string("198.51.100.20"))
    #expect(result.values["storm_domains"]?.elements?.count == 5)
    #expect(result.values["compromised_sender"] == .string("alice@gaudy.test"))
    #expect(result.values["compromised_count"] == .integer(3000))
    #expect(result.values["other_count"] == .integer(0))
    #expect(
      result.values["causes"]
        == .list(["compromised_sender", "dead_destination", "defer_storm"].map(Value.string))
    )
  }

  @Test("mail of a compromised sender to a dead destination is the sender's")
  func order() {
    let report = read(
      lines(
        200,
        sender: { _ in "alice@gaudy.test" },
        to: { "d\($0 % 8).test" },
        reason: { _ in refused }
      )
        + lines(50, from: 200, to: { _ in "d0.test" }, reason: { _ in refused })
        + lines(
          40,
          from: 300,
          sender: { _ in "MAILER-DAEMON" },
          to: { _ in "d0.test" },
          reason: { _ in refused }
        )
    )
    let diagnosis = report.diagnosis()
    #expect(diagnosis.messages(.compromisedSender) == 200)
    #expect(diagnosis.messages(.backscatter) == 40)
    #expect(diagnosis.messages(.deadDestination) == 50)
    #expect(diagnosis.messages(.other) == 0)
    #expect(diagnosis.causes.reduce(0) { $0 + $1.messages } == report.total)
  }

  @Test("one who writes much to one place, or from elsewhere, is not compromised")
  func innocent() {
    let newsletter = read(
      lines(
        500,
        sender: { _ in "news@gaudy.test" },
        to: { _ in "dead.test" },
        reason: { _ in refused }
      )
    )
    #expect(newsletter.diagnosis().causes(.compromisedSender).isEmpty)
    let stranger = read(
      lines(500, sender: { _ in "spam@far.test" }, to: { "d\($0).test" }, reason: { _ in nil })
    )
    #expect(stranger.diagnosis().causes(.compromisedSender).isEmpty)
    let lookalike = read(
      lines(500, sender: { _ in "a@notgaudy.test" }, to: { "d\($0).test" }, reason: { _ in nil })
    )
    #expect(lookalike.diagnosis().causes(.compromisedSender).isEmpty)
  }

  @Test("where our domain is not known, any sender may be compromised")
  func unknownDomain() {
    var reader = QueueReader(now: 0, localDomain: "")
    reader.consume(
      Array(
        lines(200, sender: { _ in "x@far.test" }, to: { "d\($0).test" }, reason: { _ in nil }).utf8
      )
    )
    #expect(reader.finish().diagnosis().causes.map(\.subject) == ["x@far.test"])
  }

  @Test("when nothing can be reached, the cause is ours and no destination is blamed")
  func allDestinations() {
    let report = read(
      lines(
        400,
        to: { "d\($0 % 40).test" },
        reason: { "connect to mx\($0 % 40)[192.0.2.1]:25: Connection timed out" }
      )
    )
    let diagnosis = report.diagnosis()
    #expect(diagnosis.messages(.allDestinations) == 400)
    #expect(diagnosis.causes(.deadDestination).isEmpty)
    let milter = read(
      lines(
        60,
        to: { _ in "gaudy.test" },
        reason: { _ in "connect to mail[private/dovecot-lmtp]: Connection refused" }
      )
    )
    #expect(milter.diagnosis().messages(.allDestinations) == 60)
  }

  @Test("several dead destinations are all named, the largest first")
  func severalDead() {
    let report = read(
      lines(40, to: { _ in "one.test" }, reason: { _ in refused })
        + lines(90, from: 100, to: { _ in "two.test" }, reason: { _ in refused })
        + lines(29, from: 300, to: { _ in "three.test" }, reason: { _ in refused })
        + lines(5, from: 400, to: { _ in "two.test" }, reason: { _ in nil }, queue: "active")
    )
    let diagnosis = report.diagnosis()
    #expect(diagnosis.causes(.deadDestination).map(\.subject) == ["two.test", "one.test"])
    #expect(diagnosis.causes(.deadDestination).map(\.messages) == [95, 40])
    #expect(diagnosis.messages(.other) == 29)
  }

  @Test("a storm is named after its receiver, by name or by address")
  func storms() {
    let byName = read(
      lines(
        60,
        to: { "c\($0 % 6).test" },
        reason: {
          "host mx\($0 % 3).bigmail.com.au[192.0.2.\($0 % 3)] said: 421 4.7.0 slow down"
        }
      )
    )
    #expect(byName.diagnosis().causes(.deferStorm).map(\.subject) == ["bigmail.com.au"])
    let byAddress = read(
      lines(60, to: { "c\($0 % 6).test" }, reason: { storm("c\($0 % 6).test") })
    )
    let cause = byAddress.diagnosis().causes(.deferStorm)
    #expect(cause.map(\.subject) == ["198.51.100.20"])
    #expect(cause.first?.domains.count == 6)
    let scattered = read(
      lines(
        60,
        to: { "c\($0 % 6).test" },
        reason: {
          "host mx.c\($0 % 6).test[192.0.2.\($0 % 6)] said: 450 4.2.0 Greylisted"
        }
      )
    )
    #expect(scattered.diagnosis().causes.map(\.kind) == [.wait])
  }

  @Test("thresholds are the caller's")
  func thresholds() async throws {
    let report = read(lines(20, to: { _ in "dead.test" }, reason: { _ in refused }))
    var thresholds = QueueDiagnosis.Thresholds()
    #expect(report.diagnosis(thresholds: thresholds).causes.map(\.kind) == [.other])
    thresholds.deadMessages = 20
    #expect(report.diagnosis(thresholds: thresholds).causes.map(\.kind) == [.deadDestination])
    var world = TriageWorld.make()
    await #expect(throws: OperationFailure.self) {
      try await OperationCatalogue.standard().operation("postfix.queue").simulate(
        Arguments(["compromise_share": .integer(101)]),
        in: &world
      )
    }
  }

  @Test("an empty queue has no causes")
  func empty() {
    #expect(read("").diagnosis().causes.isEmpty)
  }

  @Test(
    "receivers' names",
    arguments: [
      ("mx.bigmail.test", "bigmail.test"), ("gaudy-com.mail.protection.outlook.com", "outlook.com"),
      ("mx1.mail.gov.au", "mail.gov.au"), ("localhost", "localhost"), ("192.0.2.1", "192.0.2.1"),
    ]
  )
  func receivers(host: String, name: String) {
    #expect(Receiver.name(ofHost: host) == name)
  }
}

@Suite struct QueueSelectionTests {
  private let queue =
    queueLine(
      "AAAAAA1",
      sender: "alice@gaudy.test",
      to: [("x@dead.test", "connect to a[b]:25: Connection refused")],
      arrival: 1_700_000_000
    )
    + queueLine(
      "AAAAAA2",
      sender: "Alice@Gaudy.test",
      to: [("x@big.test", "host a[b] said: 450 4.7.1 too many")],
      arrival: 1_700_003_000
    )
    + queueLine("AAAAAA3", queue: "hold", sender: "bob@gaudy.test", to: [("x@Dead.test.", nil)])
    + queueLine("AAAAAA4", queue: "active", sender: "MAILER-DAEMON", to: [("x@big.test", nil)])

  @Test(
    "selects what the groups count",
    arguments: [
      (QueueSelection(), ["AAAAAA1", "AAAAAA2", "AAAAAA3", "AAAAAA4"]),
      (QueueSelection(senders: ["alice@gaudy.test"]), ["AAAAAA1", "AAAAAA2"]),
      (QueueSelection(senders: ["<>"]), ["AAAAAA4"]),
      (QueueSelection(senders: ["MAILER-DAEMON"]), ["AAAAAA4"]),
      (QueueSelection(exceptSenders: ["alice@gaudy.test"]), ["AAAAAA3", "AAAAAA4"]),
      (QueueSelection(domains: ["DEAD.test"]), ["AAAAAA1", "AAAAAA3"]),
      (QueueSelection(domains: ["dead.test"], reason: .connectionRefused), ["AAAAAA1"]),
      (QueueSelection(reason: .throttled), ["AAAAAA2"]),
      (QueueSelection(queue: .hold), ["AAAAAA3"]),
      (QueueSelection(senders: ["alice@gaudy.test"], olderThan: 3600), ["AAAAAA1"]),
      (QueueSelection(ids: ["AAAAAA4", "ZZZZZZ9"]), ["AAAAAA4"]),
      (QueueSelection(senders: ["nobody@gaudy.test"]), []),
    ]
  )
  func selects(selection: QueueSelection, ids: [String]) {
    // What only passes a queue is counted at the end, and listed first.
    #expect(read(queue, selection: selection).selected.map(\.id).sorted() == ids)
  }

  @Test(
    "arguments that would select more than meant, or nothing sensible, are refused",
    arguments: [
      ["sender": Value.string("")], ["domain": .string("")], ["senders": .list([])],
      ["domains": .list([.string("a.test"), .string("")])], ["ids": .list([])],
      ["reason": .string("weather")], ["queue": .string("other")], ["queue": .string("spool")],
      ["ids": .list([.string("ALL")])], ["ids": .list([.string("ABC123\n-d")])],
      ["ids": .list([.string("../etc")])],
    ]
  )
  func refused(values: [String: Value]) {
    #expect(throws: OperationFailure.self) {
      try QueueSelection(Call(arguments: Arguments(values), site: .test))
    }
  }
}
