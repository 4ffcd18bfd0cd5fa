import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// Listings as they are in the field: cut, doubled, mixed with remarks, with forged ids.
@Suite struct QueueTruthTests {
  private let fake = FakeKubectl()

  private func marked(_ text: String, selection: QueueSelection? = nil) -> QueueReport {
    var reader = QueueReader(
      now: 1_700_003_600,
      localDomain: "gaudy.test",
      selection: selection,
      isMarked: true
    )
    reader.consume(Array(text.utf8))
    return reader.finish()
  }

  @Test("only the end mark makes a listing whole; one without it is a lower bound")
  func mark() {
    let two = queueLine() + queueLine("BBBBBB2")
    let whole = marked(two + "\n[end of output]\n")
    #expect(whole.ending == .whole)
    #expect(whole.messages == "2 messages")
    #expect(whole.doubt == nil)
    let cut = marked(two)
    #expect(cut.ending == .unseen)
    #expect(cut.messages == "at least 2 messages")
    #expect(cut.doubt?.extent == .end)
    #expect(marked(two + "{\"queue_na").ending == .insideRecord)
    #expect(marked(two + "\n[end of out").ending == .insideRecord)
    // A mark that something follows is none.
    #expect(marked("[end of output]\n" + two).ending == .unseen)
    #expect(marked("").isLowerBound)
  }

  @Test("the shapes of the field: null, nothing, remarks, a double, a cut end")
  func shapes() {
    let moved = "connect to x[192.0.2.1]:25: timed out"
    var lines: [String] = [
      "\n", queueLine("A07AAA1", queue: "active", to: [("a@example.test", nil)]),
    ]
    lines.append(
      queueLine("A07AAA2", to: [("bob@remote.test", moved)])
        .replacing("{\"address\"", with: "{\"orig_address\": \"s@example.test\", \"address\"")
    )
    lines.append("postqueue: warning: Mail system is down -- accessing queue directly\n")
    lines.append(queueLine("A07AAA4", queue: "hold", to: []))
    lines.append(
      queueLine("A07AAA5", to: [("c@remote.test", "?")]).replacing("\"?\"", with: "null")
    )
    lines.append("   " + queueLine("A07AAA6"))
    lines.append(queueLine("A07AAA1", to: [("a@example.test", moved)]))
    lines.append("Defaulted container \"postfix\" out of: postfix, rspamd\n")
    lines.append(String(queueLine("A07AAA7").dropLast()) + "\r\n")
    lines.append(String(queueLine("A07AAA8").prefix(150)))
    let text = lines.joined()
    let report = read(text, selection: QueueSelection())
    let ids = ["A07AAA1", "A07AAA2", "A07AAA4", "A07AAA5", "A07AAA6", "A07AAA7"]
    #expect(report.selected.map(\.id).sorted() == ids)
    #expect(report.count(in: .active).messages == 0)
    #expect(report.selected.first { $0.id == "A07AAA1" }?.queue == .deferred)
    #expect(report.doubles == 1)
    #expect(report.groups(by: .domain).groups.contains { $0.key == "remote.test" })
    #expect(report.firstMalformed.map(\.fault) == [.foreign, .foreign])
    #expect(report.firstMalformed[0].sample.hasPrefix("postqueue: warning"))
    #expect(report.ending == .insideRecord)
    #expect(report.messages == "at least 6 messages")
  }

  @Test("a message that comes once, in a queue it only passes, counts")
  func passing() {
    let report = read(
      queueLine("AAAAAA1", queue: "active") + queueLine("AAAAAA1", queue: "active")
        + queueLine("AAAAAA2", queue: "incoming") + queueLine("AAAAAA3"),
      selection: QueueSelection()
    )
    #expect(report.total == 3)
    #expect(report.doubles == 1)
    #expect(report.selected.map(\.id) == ["AAAAAA1", "AAAAAA2", "AAAAAA3"])
  }

  @Test(
    "ids of both alphabets, from 6 to 23 characters",
    arguments: [
      "9A070A4", "4F2C1A0B", "D73FB4201F", "9A2DB20832BB", "3sK7N61234zB", "3sK7N64rr3zJX5",
      "3sK7N64rr3zJX5T", "3sK7N64rr3zJX5TbQ", "F1A2BC000000000000010", "4BcDfGh4Jkz2BCDFGHJKLMN",
    ]
  )
  func ids(id: String) {
    #expect(read(queueLine(id), selection: QueueSelection()).selected.map(\.id) == [id])
  }

  @Test(
    "ids of any other form are lines not understood, and reach no program",
    arguments: [
      "ALL", "ABC12", "-", "A08/../hold/X1", "3sK7N64rr3zJX5T.A6FFB", "deferred", "ABC123 DEF456",
      "ABC123\\nALL", "F1A2BC0000000000000100", "4BcDfGh4Jkz2BCDFGHJKLMNP", "abcdef", "ABC12É",
    ]
  )
  func forged(id: String) async throws {
    let report = read(queueLine(id), selection: QueueSelection())
    #expect(report.total == 0)
    #expect(report.selected.isEmpty)
    #expect(report.firstMalformed.map(\.fault) == [.oddID])
    #expect(report.firstMalformed.map(\.sample) == [id])
    let listing = QueueListing(Array(queueLine(id).utf8), now: 0, localDomain: "gaudy.test")
    #expect(listing.messages(of: "deferred", by: .queue).isEmpty)
    await #expect(throws: OperationFailure.self) {
      _ = try await QueueSource(.test, world: TriageWorld.make()).message(id)
    }
  }

  @Test("the list and the count are one reading, null reasons and all")
  func listing() {
    let text =
      queueLine("AAAAAA1", to: [("c@remote.test", "?")]).replacing("\"?\"", with: "null")
      + queueLine("AAAAAA2", arrival: 1_700_003_500) + "remark\n"
    let listing = QueueListing(Array(text.utf8), now: 1_700_003_600, localDomain: "gaudy.test")
    let all = listing.messages(of: "deferred", by: .queue)
    #expect(all.map(\.id) == ["AAAAAA1", "AAAAAA2"])
    #expect(all.map(\.reason) == ["", ""])
    #expect(listing.messages(of: "5m", by: .age).map(\.id) == ["AAAAAA2"])
    #expect(listing.groups(by: .age).first { $0.key == "5m" }?.messages == 1)
  }

  @Test("a record that is too long to be kept is listed by its head")
  func overlong() {
    var limits = QueueLimits.standard
    limits.lineBytes = 400
    let many = (0..<50).map {
      ("user\($0)@far.test", "connect to x[192.0.2.1]:25: refused" as String?)
    }
    for pieces in [1, 100_000] {
      var reader = QueueReader(
        now: 0,
        localDomain: "gaudy.test",
        selection: QueueSelection(),
        limits: limits
      )
      let bytes = Array((queueLine("AAAAAA1", to: many) + queueLine("AAAAAA2")).utf8)
      var at = 0
      while at < bytes.count {
        reader.consume(Array(bytes[at..<min(bytes.count, at + pieces)]))
        at += pieces
      }
      let report = reader.finish()
      #expect(report.selected.map(\.id) == ["AAAAAA1", "AAAAAA2"])
      #expect(report.malformed == 0)
      #expect(report.heads == 1)
      #expect(report.groups(by: .domain).groups.map(\.key) == ["far.test"])
    }
  }

  // MARK: Selecting by bytes

  @Test("the name of a group selects exactly its messages, whatever bytes it has")
  func bytes() {
    let raw: [(id: String, sender: [UInt8])] = [
      ("AAAAAA1", [0x63, 0x61, 0xE9, 0x40, 0x78]),
      ("AAAAAA2", [0x63, 0x61, 0xE8, 0x40, 0x78]),
      ("AAAAAA3", Array("caf\\\\xE9@gaudy.test".utf8)),
      ("AAAAAA4", Array("<>".utf8)),
      ("AAAAAA5", []),
      ("AAAAAA6", Array("\\\"a@b> c\\\"@gaudy.test".utf8)),
      // The same letters for a person, and for Swift's String, in other bytes.
      ("AAAAAA7", Array("caf\u{E9}@gaudy.test".utf8)),
      ("AAAAAA8", Array("cafe\u{301}@gaudy.test".utf8)),
      ("AAAAAA9", Array(String(repeating: "\u{437}", count: 400).utf8)),
      ("AAAAAB0", Array("o'brien+tag=1|`x`$(id)@gaudy.test".utf8)),
      ("AAAAAB1", Array("(other)".utf8)),
    ]
    var listing: [UInt8] = []
    for (id, sender) in raw {
      let line = Array(queueLine(id, sender: "!!").utf8)
      let hole = line.indices.first { line[$0] == 0x21 } ?? 0
      listing += line[..<hole] + sender + line[(hole + 2)...]
    }
    func report(_ selection: QueueSelection?) -> QueueReport {
      var reader = QueueReader(now: 0, localDomain: "gaudy.test", selection: selection)
      reader.consume(listing)
      return reader.finish()
    }
    let names = report(nil).groups(by: .sender, top: 100).groups.map(\.key)
    #expect(names.count == raw.count)
    var found: [String] = []
    for name in names {
      let selected = report(QueueSelection(senders: [name])).selected
      #expect(selected.count == 1, "\(name)")
      found += selected.map(\.id)
    }
    #expect(found.sorted() == raw.map(\.id).sorted())
    #expect(report(QueueSelection(senders: names)).selected.count == raw.count)
    #expect(names.contains("ca\\xE9@x"))
    #expect(report(QueueSelection(exceptSenders: ["<>"])).selected.count == raw.count - 1)
  }

  @Test("150 messages of a sender with a byte that is no UTF-8: named, and put on hold")
  func latin() async throws {
    var listing: [UInt8] = []
    for number in 0..<150 {
      let line = queueLine(
        "A06E\(1000 + number)",
        sender: "caf?@gaudy.test",
        to: [("u@d\(number % 9).test", nil)]
      )
      listing += line.utf8.map { $0 == UInt8(ascii: "?") ? 0xE9 : $0 }
    }
    fake.directory.write("queue", listing)
    let queue = try await fake.catalogue.operation("postfix.queue").perform([:])
    #expect(queue.values["compromised_count"] == .integer(150))
    let senders = try #require(queue.values["compromised_senders"])
    let held = try await fake.catalogue.operation("postfix.hold").perform(["senders": senders])
    #expect(held.values["count"] == .integer(150))
  }

  // MARK: Changes

  private func fill(_ count: Int = 20) {
    var text = ""
    for number in 0..<count {
      let sender = number < count / 2 ? "news@gaudy.test" : "boss@gaudy.test"
      text += queueLine("B01\(1000 + number)", sender: sender)
    }
    fake.directory.write("queue", text)
  }

  private func failure(
    _ name: String,
    _ values: [String: Value]
  ) async throws -> OperationFailure? {
    do throws(OperationFailure) {
      let operation = try? fake.catalogue.operation(name)
      _ = try await operation?.perform(values)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "a change of a named cause that matches nothing fails and says that nothing was done",
    arguments: ["postfix.hold", "postfix.release", "postfix.requeue", "postfix.flush"]
  )
  func nothing(name: String) async throws {
    fill()
    let failure = try await failure(name, ["sender": .string("nobody@gaudy.test")])
    #expect(failure?.reason == .refused)
    #expect(failure?.effect == OperationFailure.Effect.none)
    #expect(failure?.message.contains("nobody@gaudy.test") == true)
  }

  @Test("a deletion that was done before passes; one that names nobody's mail does not")
  func deletedBefore() async throws {
    fill()
    let boss: [String: Value] = ["sender": .string("boss@gaudy.test")]
    let ids = try #require(
      try await fake.catalogue.operation("postfix.export").perform(boss).values["ids"]
    )
    let with = boss.merging(["exported": ids]) { $1 }
    #expect(
      try await fake.catalogue.operation("postfix.delete").perform(with).values["count"]
        == .integer(10)
    )
    #expect(
      try await fake.catalogue.operation("postfix.delete").perform(with).values["count"]
        == .integer(0)
    )
    fill()
    let other = try await failure(
      "postfix.delete",
      ["sender": .string("bos@gaudy.test"), "exported": ids]
    )
    #expect(other?.reason == .refused)
  }

  @Test(
    "nothing is changed by a listing that was cut, after a record or inside one",
    arguments: ["postfix.hold", "postfix.flush", "postfix.export"],
    [0, 7]
  )
  func cutBefore(name: String, more: Int) async throws {
    fill()
    let line = queueLine("B011000", sender: "news@gaudy.test").utf8.count
    fake.directory.write("cut", "1 \(line * 5 + more)\n")
    let failure = try await failure(name, ["sender": .string("boss@gaudy.test")])
    #expect(failure?.reason == .undetermined)
    #expect(failure?.effect == OperationFailure.Effect.none)
    #expect(!fake.calls.contains { $0.contains("postsuper") || $0.contains("postcat") })
  }

  @Test("a second listing that was cut never makes messages have left the queue")
  func cutAfter() async throws {
    fill()
    fake.directory.write("stuck", (0..<20).map { "B01\(1000 + $0)\n" }.joined())
    fake.directory.write("cut", "2 0\n")
    let failure = try await failure("postfix.hold", ["sender": .string("boss@gaudy.test")])
    #expect(failure?.reason == .undetermined)
    #expect(failure?.effect == .unknown)
    #expect(failure?.message.contains("had left") == false)
  }

  @Test("messages that stay as they were are counted in words")
  func stuck() async throws {
    fill()
    fake.directory.write("stuck", (10..<19).map { "B01\(1000 + $0)\n" }.joined())
    let failure = try await failure("postfix.hold", ["sender": .string("boss@gaudy.test")])
    #expect(failure?.message.contains("9 of them are still as before") == true)
    fake.directory.write("stuck", "B011018\n")
    let one = try await self.failure("postfix.release", ["sender": .string("boss@gaudy.test")])
    #expect(one == nil || one?.message.contains("1 of them is still") == true)
  }

  @Test("a reading that was cut is undetermined; its numbers are a lower bound")
  func cutReading() async throws {
    fill()
    fake.directory.write("cut", "1 0\n")
    let result = try await fake.catalogue.operation("postfix.queue").perform([:])
    #expect(result.doubt?.extent == .end)
    #expect(result.summary.hasPrefix("At least 0 messages"))
    #expect(result.values["complete"] == .boolean(false))
    #expect(result.values["messages"] == .string("at least 0 messages"))
  }

  @Test("5,000 lines with ids of an unknown form are not an empty queue")
  func unknownIDs() async throws {
    fake.directory.write("queue", (0..<5000).map { queueLine("id_\($0)") }.joined())
    let result = try await fake.catalogue.operation("postfix.queue").perform([:])
    #expect(result.values["messages"] == .string("at least 0 messages"))
    #expect(result.summary.contains("5000 lines were not understood"))
    #expect(result.doubt?.extent == .parts)
  }

  @Test("every reading in a container asks for the end mark, and is nothing without it")
  func readings() async throws {
    for declaration in OperationCatalogue.standard().declarations {
      let values = CatalogueTests.arguments[declaration.name.name] ?? [:]
      let operation = try OperationCatalogue.standard().operation(declaration.name.name)
      for action in try operation.plan(Arguments(values), for: .test)
      where action.argv.contains("exec") {
        let program = Array(action.argv[((action.argv.firstIndex(of: "--") ?? 0) + 1)...])
        let isReading = program.starts(with: EndMark.argv([]))
        let changes = ["postsuper", "xargs", "reload", "-f", "-e", "true", "kick"]
        #expect(
          isReading
            || changes.contains { program.contains($0) },
          "\(declaration.name): \(program)"
        )
      }
    }
  }
}
