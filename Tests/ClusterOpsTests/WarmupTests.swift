import Runbooks
import Testing

@testable import ClusterOps

/// The warm-up as Postfix 3.7 logs it.
@Suite struct WarmupTests {
  /// 2026-11-30T12:00:00Z, and the day it is.
  private static let now = 1_796_040_000
  private static let today = now / 86_400

  /// Lines of deliveries of one day, from one o'clock on.
  private static func day(
    _ ago: Int,
    _ count: Int,
    relay: String = "gmail-smtp-in.l.google.com",
    to domain: String = "gmail.com",
    end: String = "dsn=2.0.0, status=sent (250 2.0.0 OK)"
  ) -> [String] {
    (0..<count).map { number in
      "Nov \(30 - ago) 01:00:00 mail postfix/smtp[412]: 4Vg\(ago)\(number)Z: "
        + "to=<kim\(number)@\(domain)>, relay=\(relay)[198.51.100.90]:25, delay=1.2, "
        + "delays=0.1/0.02/0.6/0.48, \(end)"
    }
  }

  private static let deferred = "dsn=4.7.28, status=deferred (host x said: 421 4.7.28 slow down)"
  private static let bounced = "dsn=5.1.1, status=bounced (host x said: 550 5.1.1 nobody)"
  private static let start = ["Nov 20 00:00:00 mail postfix/master[1]: daemon started"]

  private func status(
    _ lines: [String],
    _ values: [String: Value] = [:]
  ) async throws -> OperationResult {
    let started: [String: Value] = ["started": .string("2026-11-20")]
    let world = RecordedWorld(now: Self.now) { _ in
      .inPod(lines.map { $0 + "\n" }.joined())
    }
    return try WarmupStatus().declaration.checked(
      try await world.perform(WarmupStatus(), started.merging(values) { $1 })
    )
  }

  @Test("what each provider was sent is counted by day, by the hosts that took it")
  func counts() async throws {
    let lines =
      Self.start + Self.day(3, 80) + Self.day(1, 100) + Self.day(0, 120)
      + Self.day(0, 3, relay: "customer.mail.protection.outlook.com", to: "firm.test")
      + Self.day(0, 2, relay: "mta5.am0.yahoodns.net", to: "yahoo.com")
      + Self.day(0, 1, relay: "evilgoogle.com", to: "odd.test")
      + Self.day(0, 1, relay: "none", to: "hotmail.com", end: Self.deferred)
      + [
        "Nov 30 01:00:00 mail postfix/lmtp[7]: A1: to=<a@gmail.com>, relay=mail[/run/lmtp], dsn=2.0.0, "
          + "status=sent (x)",
        "Nov 30 01:00:00 mail postfix/error[7]: A2: to=<a@gmail.com>, relay=none, dsn=4.7.1, "
          + "status=deferred (x)",
        "Nov 30 01:00:00 mail postfix/qmgr[60]: 4Vg2CC: removed", "\u{1B}[2J status=sent (x)", "",
      ]
    let result = try await status(lines)
    #expect(result.values["day"] == .integer(11))
    #expect(result.values["allowed"] == .integer(500))
    #expect(result.texts("sent") == ["google 120", "microsoft 3", "yahoo 2", "other 1"])
    #expect(result.texts("deferred")[1] == "microsoft 1 of 4")
    #expect(result.texts("allowed_by") == ["google 150", "microsoft 50", "yahoo 50", "other 50"])
    #expect(result.texts("over") == [])
    #expect(result.texts("breached") == [])
    #expect(result.text("advice") == "go on")
    #expect(result.text("log_covers") == "2026-11-20T00:00:00Z")
    #expect(result.texts("uncovered") == [])
    #expect(result.doubt == nil)
  }

  @Test("a message counts once a day, however often it is tried")
  func once() async throws {
    let put = Self.day(0, 40, end: Self.deferred)
    let result = try await status(Self.start + put + put + put + Self.day(0, 40))
    #expect(result.texts("sent")[0] == "google 40")
    #expect(result.texts("deferred")[0] == "google 40 of 40")
  }

  @Test("more than the schedule, or half again of the week before, is over")
  func over() async throws {
    let plan: [String: Value] = ["schedule": .list([20, 100].map(Value.integer))]
    let planned = try await status(Self.start + Self.day(1, 90) + Self.day(0, 101), plan)
    #expect(
      planned.texts("over") == [
        "google 2026-11-29: 90 sent, 20 allowed", "google 2026-11-30: 101 sent, 100 allowed",
      ]
    )
    #expect(planned.text("advice") == "hold 48 h")
    let grown = try await status(Self.start + Self.day(2, 40) + Self.day(0, 61), plan)
    #expect(grown.texts("over") == ["google 2026-11-30: 61 sent, 60 allowed"])
    let steady = try await status(Self.start + Self.day(2, 40) + Self.day(0, 60), plan)
    #expect(steady.texts("over") == [])
    // The first day's number is always allowed.
    let few = try await status(Self.start + Self.day(2, 2) + Self.day(0, 20), plan)
    #expect(few.texts("over") == [])
    // Where the week before is not told, only the schedule says.
    let untold = try await status(
      ["Nov 29 00:00:00 mail postfix/master[1]: daemon started"] + Self.day(0, 90),
      plan
    )
    #expect(untold.texts("over") == [])
  }

  @Test(
    "shares above their limit are breaches; two days running, or twice the limit, is a step back",
    arguments: [
      (0, 4, 0, "go on", 0), (0, 5, 0, "hold 48 h", 1), (0, 9, 0, "hold 48 h", 1),
      (0, 10, 0, "step back", 1), (5, 5, 0, "step back", 2), (0, 0, 1, "go on", 0),
      (0, 0, 2, "hold 48 h", 1), (0, 0, 4, "step back", 1), (6, 0, 0, "hold 48 h", 1),
    ]
  )
  func gates(
    yesterday: Int,
    deferred: Int,
    bounced: Int,
    advice: String,
    breaches: Int
  ) async throws {
    func lines(_ ago: Int, _ deferred: Int, _ bounced: Int) -> [String] {
      let all = Self.day(ago, 100)
      return zip(all, 0...).map { line, place in
        guard place < deferred + bounced, let at = line.firstRange(of: "dsn=") else { return line }
        return String(line[..<at.lowerBound]) + (place < deferred ? Self.deferred : Self.bounced)
      }
    }
    let result = try await status(
      Self.start + lines(1, yesterday, 0) + lines(0, deferred, bounced),
      ["schedule": .list([.integer(1_000)])]
    )
    #expect(result.text("advice") == advice)
    #expect(result.texts("breached").count == breaches, "\(result.texts("breached"))")
  }

  @Test("one message alone is no breach, and a deferral for another reason none either")
  func few() async throws {
    let one = try await status(Self.start + Self.day(0, 1, end: Self.deferred))
    #expect(one.texts("breached") == [])
    let full = try await status(
      Self.start + Self.day(0, 30, end: "dsn=4.2.2, status=deferred (over quota)")
    )
    #expect(full.texts("breached") == [])
    #expect(full.texts("deferred")[0] == "google 0 of 30")
  }

  @Test("a day that the log does not tell whole is in doubt, and never taken for little")
  func uncovered() async throws {
    let late = ["Nov 29 00:00:01 mail postfix/master[1]: daemon started"]
    let result = try await status(late + Self.day(1, 10) + Self.day(0, 10))
    #expect(result.doubt?.extent == .parts)
    #expect(result.texts("uncovered") == ["2026-11-29"])
    #expect(result.text("advice") == "not known")
    // What is known is told all the same.
    let many = try await status(late + Self.day(1, 900))
    #expect(many.text("advice") == "hold 48 h")
    #expect(many.texts("over").count == 1)
    let today = try await status(late + Self.day(0, 10), ["days": .integer(1)])
    #expect(today.doubt == nil)
    #expect(today.text("advice") == "go on")
    for lines in [[], ["no time here"]] {
      let empty = try await status(lines)
      #expect(empty.text("log_covers") == "")
      #expect(empty.doubt != nil)
    }
  }

  @Test("a warm-up that has not begun, or none, judges nothing")
  func notBegun() async throws {
    for started in ["2026-12-01", "2030-01-01"] {
      let result = try await status(
        Self.start + Self.day(0, 900),
        ["started": .string(started)]
      )
      #expect(result.values["day"] == .integer(0))
      #expect(result.text("advice") == "not begun")
      #expect(result.texts("over") == [])
      #expect(result.doubt == nil)
    }
    let first = try await status(
      Self.start + Self.day(1, 900) + Self.day(0, 50),
      ["started": .string("2026-11-30")]
    )
    #expect(first.values["day"] == .integer(1))
    #expect(first.texts("over") == [])
    let world = RecordedWorld(now: Self.now) { _ in .inPod("x\n") }
    let none = try await world.perform(WarmupStatus())
    #expect(none.text("advice") == "not begun")
  }

  @Test("a log that is cut, missing or not told is undetermined or a failure, never empty")
  func undetermined() async {
    let lines = (Self.start + Self.day(0, 3)).joined(separator: "\n") + "\n"
    for answer in [
      Answer.said(lines), .said(""), .said(lines + "\n[end of out"),
      .inPod(
        "",
        stderr: "tail: cannot open '/x' for reading: No such file or directory\n",
        exit: 1
      ),
      .said("", stderr: "The connection to the server x:6443 was refused\n", exit: 1),
    ] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await RecordedWorld(now: Self.now) { _ in answer }.perform(
          WarmupStatus(),
          ["started": .string("2026-11-20")]
        )
      }
      #expect(failure?.effect == OperationFailure.Effect.none)
    }
  }

  @Test(
    "times of a log: without a year the newest that is past, else as they are",
    arguments: [
      ("Nov 30 01:02:03 mail x", 1_796_000_523), ("Nov  1 00:00:00 mail x", 1_793_491_200),
      ("Dec 31 23:59:59 mail x", 1_767_225_599), ("Dec  1 06:00:00 mail x", 1_796_104_800),
      ("2026-11-30T01:02:03.123456+00:00 mail x", 1_796_000_523),
      ("2026-11-30T01:02:03Z mail postfix", 1_796_000_523),
    ]
  )
  func times(line: String, seconds: Int) {
    #expect(LogClock(now: Self.now).seconds(line) == seconds)
  }

  @Test(
    "what begins with no time has none",
    arguments: ["", "x", "Nov 31 01:02:03 m x", "Nov 30 1 m x"]
  )
  func timeless(line: String) {
    #expect(LogClock(now: Self.now).seconds(line) == nil)
  }

  @Test("a receiver's words cannot make another delivery of a line")
  func forged() throws {
    let head = "Nov 24 03:13:00 mail postfix/submission/smtp[413]: 4Vg1Yz: "
    let line = try #require(
      DeliveryLine(
        head + "to=<A@X.test>, orig_to=<b@y.test>, relay=mx.x.test[198.51.100.13]:25, delay=1, "
          + "delays=1/0/0/0, dsn=5.7.1, status=bounced (said: 550 to=<b>, relay=google.com, dsn=2.0.0, "
          + "status=sent (250 ok))"
      )
    )
    #expect(line.recipient == "a@x.test")
    #expect(line.relay == "mx.x.test")
    #expect(line.code == "5.7.1")
    #expect(line.status == .bounced)
    #expect(line.queueID == "4Vg1Yz")
    for text in [
      head + "to=<a>, relay=x, status=sent (x)",
      head + "to=<a>, relay=x, dsn=2.0.0, status=odd (x)",
      "Nov 24 03:13:00 mail other/smtp[1]: A: to=<a>, relay=x, dsn=2.0.0, status=sent (x)",
      "Nov 24 03:13:00 mail postfix/smtpd[1]: A: to=<a>, relay=x, dsn=2.0.0, status=sent (x)",
      head + "to=<a", "",
    ] {
      #expect(DeliveryLine(text) == nil, "\(text)")
    }
  }

  @Test(
    "arguments that cannot be meant are refused",
    arguments: [
      ("started", Value.string("30.11.2026")), ("started", .string("2026-13-01")),
      ("started", .string("2026-02-30")), ("schedule", .list([])),
      ("schedule", .list([.integer(0)])), ("providers", .list([.string("google")])),
      ("providers", .list([.string("other: a.test")])),
      ("providers", .list([.string("a: x.test"), .string("a: y.test")])),
      ("file", .string("postfix.log")), ("days", .integer(0)), ("tail", .integer(0)),
    ]
  )
  func refused(name: String, value: Value) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await status([], [name: value])
    }
    #expect(failure?.reason == .refused)
  }

  @Test("in a tabletop the log has what its scenario says that receivers did")
  func tabletop() async throws {
    func delivery(_ fields: [String: Value]) -> Value {
      .record(
        fields.merging(["relay": .string("mx.google.com"), "domain": .string("gmail.com")]) { $1 }
      )
    }
    func simulate(_ fields: [String: Value]) async throws -> OperationResult {
      var world = SimulatedWorld(
        state: ["postfix": .record(["deliveries": .list([delivery(fields)])])],
        now: Self.now,
        seed: 1
      )
      return try await OperationCatalogue.standard().operation("warmup.status")
        .simulate(Arguments(["started": .string("2026-11-20"), "days": .integer(11)]), in: &world)
    }
    let good = try await simulate(["count": .integer(40)])
    #expect(good.texts("sent")[0] == "google 40")
    #expect(good.text("advice") == "go on")
    #expect(good.doubt == nil)
    let bad = try await simulate(["count": .integer(40), "deferred": .integer(8)])
    #expect(bad.text("advice") == "step back")
    #expect(bad.texts("breached").count == 11)
    let short = try await simulate(["count": .integer(40), "days": .integer(5)])
    #expect(short.texts("uncovered").count == 6)
  }
}
