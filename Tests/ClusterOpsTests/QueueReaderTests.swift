import Runbooks
import Testing

@testable import ClusterOps

@Suite struct QueueReaderTests {
  @Test("counts queues, sizes, ages and groups")
  func counts() {
    let report = read(
      queueLine("AAAAAA1", queue: "active", arrival: 1_700_003_500, size: 10)
        + queueLine(
          "AAAAAA2",
          to: [("b@DEAD.test", "connect to mx.dead.test[192.0.2.1]:25: Connection refused")],
          arrival: 1_700_000_000,
          size: 20
        )
        + queueLine("AAAAAA3", queue: "hold", sender: "A@Gaudy.TEST")
        + queueLine("AAAAAA4", queue: "incoming")
        + queueLine("AAAAAA5", queue: "novel")
    )
    #expect(report.total == 5)
    #expect(report.malformed == 0)
    #expect(report.count(in: .active).messages == 1)
    #expect(report.count(in: .deferred).messages == 1)
    #expect(report.count(in: .hold).messages == 1)
    #expect(report.count(in: .incoming).messages == 1)
    #expect(report.count(in: .other).messages == 1)
    #expect(report.bytes == 3030)
    #expect(report.oldest == 3600)
    #expect(report.ages == [1, 0, 0, 0, 4, 0, 0, 0, 0, 0])
    let senders = report.groups(by: .sender).groups
    #expect(senders.map(\.key) == ["a@gaudy.test"])
    #expect(senders[0].held == 1)
    let domains = report.groups(by: .domain).groups
    #expect(domains.map(\.key) == ["far.test", "dead.test"])
    let reasons = report.groups(by: .reason).groups
    #expect(reasons.map(\.key) == ["none", "connection_refused"])
    #expect(reasons[1].sample == "connect to mx.dead.test[192.0.2.1]:25: Connection refused")
  }

  @Test("the order of keys, unknown keys and white space do not matter")
  func order() {
    let line =
      "{ \"recipients\" : [ { \"x\": [1, {\"y\": \"}\"}], \"address\" : \"b@far.test\" } ] ,"
      + "\"sender\":\"a@gaudy.test\",\"later\":{\"a\":[true,null,-1.5e3]},\"arrival_time\":7,"
      + "\"queue_id\":\"ABC123\",\"queue_name\":\"hold\",\"message_size\":3}\r\n"
    let report = read(line)
    #expect(report.total == 1)
    #expect(report.malformed == 0)
    #expect(report.bytes == 3)
  }

  @Test(
    "what is no message is counted as malformed, with its line",
    arguments: [
      "not json", "{", "{}", "[]", "{\"queue_name\": \"hold\"}", "null",
      "{\"queue_name\": \"hold\", \"queue_id\": \"ABC123\", \"sender\": \"x\", \"recipients\": [}",
      "{\"queue_name\": \"hold\", \"queue_id\": \"ABC123\", \"sender\": \"x",
      String(queueLine().dropLast(3)), queueLine().dropLast() + "x",
      queueLine("-rf /"), queueLine("ABC12"), queueLine("ABC\\u0031234"), queueLine("ABC123\\n"),
    ]
  )
  func malformed(line: String) {
    let text = queueLine() + line.trimmingSpaces + "\n\n" + queueLine("BBBBBB2")
    let report = read(text)
    #expect(report.total == 2)
    #expect(report.malformed == 1)
    #expect(report.firstMalformed.map(\.line) == [2])
  }

  @Test("a last line without an end counts, one cut off is malformed")
  func lastLine() {
    #expect(read(String(queueLine().dropLast())).total == 1)
    let cut = read(queueLine() + queueLine().prefix(60))
    #expect(cut.total == 1)
    #expect(cut.malformed == 0)
    #expect(cut.ending == .insideRecord)
    #expect(cut.isLowerBound)
  }

  @Test("hostile texts are data")
  func hostile() {
    let long = String(repeating: "x", count: 10_000)
    let text =
      queueLine("DDDDDD1", sender: "\\u001b]52;c;AAAA\\u0007@gaudy.test")
      + queueLine("DDDDDD2", sender: long + "@gaudy.test")
      + queueLine("DDDDDD3", sender: "\\\"quoted\\\\\\\"@x\\\"@gaudy.test")
      + queueLine("DDDDDD4", sender: "a\\ud83d\\ude00b\\ud800\\uZZZZ@gaudy.test")
      + queueLine("DDDDDD5", to: [("no-at-sign", long)])
      + queueLine("DDDDDD6", to: []) + queueLine("DDDDDD7", to: [("b@", "(")])
    var reader = QueueReader(now: 0, localDomain: "gaudy.test")
    reader.consume(Array(text.utf8))
    // Bytes that are not UTF-8, and a raw control character, inside a string.
    reader.consume(
      Array(queueLine("DDDDDD8", sender: "?!@gaudy.test").utf8).map {
        $0 == UInt8(ascii: "?") ? 0xFF : $0 == UInt8(ascii: "!") ? 0x1B : $0
      }
    )
    let report = reader.finish()
    #expect(report.total == 8)
    #expect(report.malformed == 0)
    let senders = report.groups(by: .sender).groups.map(\.key)
    #expect(senders.contains("\u{1B}]52;c;aaaa\u{7}@gaudy.test"))
    #expect(senders.contains("\"quoted\\\"@x\"@gaudy.test"))
    #expect(senders.contains { $0.hasPrefix("a😀b\u{FFFD}\\u") })
    #expect(senders.contains { $0.hasPrefix("xxx") && $0.hasSuffix("…") && $0.count == 321 })
    #expect(senders.contains { $0.contains("\\xFF") && $0.hasSuffix("@gaudy.test") })
    #expect(report.groups(by: .domain).groups.map(\.key).contains("(local)"))
  }

  @Test("a huge line is left out, in bounded memory, and the next is read")
  func huge() {
    var limits = QueueLimits.standard
    limits.lineBytes = 1000
    var reader = QueueReader(
      now: 0,
      localDomain: "gaudy.test",
      selection: nil,
      limits: limits
    )
    reader.consume(Array(queueLine().utf8))
    for _ in 0..<100 { reader.consume([UInt8](repeating: 0x61, count: 999)) }
    reader.consume(Array(("\n" + queueLine("BBBBBB2")).utf8))
    reader.consume(Array((String(repeating: "y", count: 2000) + "\n").utf8))
    let report = reader.finish()
    #expect(report.total == 2)
    #expect(report.firstMalformed.map(\.line) == [2, 4])
    #expect(report.firstMalformed.map(\.fault) == [.tooLong, .tooLong])
  }

  @Test("numbers beyond all bounds do not trap")
  func numbers() {
    let report = read(
      queueLine().replacing("1700000000", with: "99999999999999999999999999")
        + queueLine("BBBBBB2").replacing("1700000000", with: "-5")
        + queueLine("CCCCCC3").replacing("1000", with: "99999999999999999999999999")
    )
    #expect(report.total == 3)
    #expect(report.malformed == 0)
  }

  @Test("the same bytes in any pieces give the same report")
  func pieces() async {
    var chance = SplitMix64(state: 11)
    var world = TriageWorld.make()
    _ = try? await OperationCatalogue.standard().operation("postfix.queue").simulate(
      Arguments([:]),
      in: &world
    )
    let queue = SimulatedQueue(
      world.state["postfix"] ?? .record([:]),
      domain: "",
      now: 0,
      seed: 0
    )
    var bytes = Array(queue.printed.prefix(60_000))
    bytes += Array("broken\n\(queueLine(sender: "\\u001b\\\"@gaudy.test"))".utf8)
    var whole = QueueReader(
      now: 9,
      localDomain: "gaudy.test",
      selection: QueueSelection(queue: .deferred)
    )
    whole.consume(bytes)
    let expected = whole.finish()
    #expect(expected.total > 100)
    for _ in 0..<20 {
      var reader = QueueReader(
        now: 9,
        localDomain: "gaudy.test",
        selection: QueueSelection(queue: .deferred)
      )
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = Int(chance.next() % [1, 7, 300, 5000][Int(chance.next() % 4)]) + 1
        reader.consume(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      #expect(reader.finish() == expected)
    }
  }

  @Test("changed bytes never crash, and every line is counted or malformed")
  func mutations() {
    var chance = SplitMix64(state: 5)
    let lines = (0..<8).map {
      queueLine(
        "4F2C1A0\($0)",
        sender: "u\\\"\\u00e9\\\\@gaudy.test",
        to: [("b@far.test", "host a[b] said: 450 4.7.1 x"), ("c@near.test", nil)]
      )
    }.joined()
    for _ in 0..<2000 {
      var bytes = Array(lines.utf8)
      for _ in 0...(chance.next() % 4) {
        let at = Int(chance.next() % UInt64(bytes.count))
        switch chance.next() % 3 {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: chance.next())
        case 1: bytes.remove(at: at)
        default: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: at)
        }
      }
      var reader = QueueReader(now: 0, localDomain: "gaudy.test")
      reader.consume(bytes)
      let report = reader.finish()
      let texts = bytes.split(separator: 0x0A).filter { !$0.allSatisfy { $0 <= 0x20 } }
      let cut = report.ending == .insideRecord ? 1 : 0
      #expect(report.total + report.malformed + report.doubles + cut == texts.count)
    }
  }

  @Test("beyond the limits the rest is counted together and said so; our senders keep their own")
  func limits() {
    var limits = QueueLimits()
    limits.senders = 10
    limits.domains = 5
    limits.cells = 50
    var text = ""
    for number in 0..<200 {
      text += queueLine(
        "A\(100_000 + number)",
        sender: "s\(number)@far.test",
        to: [("x@d\(number).test", nil)]
      )
    }
    for number in 0..<9 { text += queueLine("B\(100_000 + number)", sender: "alice@gaudy.test") }
    let report = read(text, limits: limits)
    #expect(report.total == 209)
    #expect(report.blurred > 0)
    let senders = report.groups(by: .sender, top: 100)
    #expect(senders.groups.first?.key == "(other)")
    #expect(senders.groups.contains { $0.key == "alice@gaudy.test" && $0.messages == 9 })
    #expect(senders.groups.reduce(0) { $0 + $1.messages } == 209)
    #expect(report.groups(by: .domain, top: 3).furtherMessages > 0)
  }

  @Test("a message belongs to its first recipient that waits; all recipients are counted")
  func recipients() {
    let report = read(
      queueLine(to: [
        ("a@done.test", nil), ("b@late.test", "host mx[1] said: 451 4.7.1 slow"),
        ("c@more.test", "host mx[1] said: 451 4.7.1 slow"),
      ])
    )
    let domains = report.groups(by: .domain).groups
    #expect(domains.map(\.key) == ["late.test"])
    #expect(report.groups(by: .sender).groups.map(\.recipients) == [3])
  }
}
