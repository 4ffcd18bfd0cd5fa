import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// The real operations, through an executable that plays kubectl, against their twins.
@Suite struct TwinTests {
  private let fake = FakeKubectl()
  private var world: SimulatedWorld

  init() async {
    var world = TriageWorld.make(now: QueueReport.currentTime())
    // Small enough to be quick, and with the same three causes.
    func generator(_ cause: String, _ count: Int) -> Value {
      .record(["cause": .string(cause), "count": .integer(count)])
    }
    var postfix = world.state["postfix"]?.fields ?? [:]
    postfix["generators"] = .list([
      generator("dead", 60), generator("storm", 50), generator("compromised", 150),
      generator("ordinary", 3),
    ])
    world.state["postfix"] = .record(postfix)
    self.world = world
    _ = try? await OperationCatalogue.standard().operation("postfix.queue").simulate(
      Arguments([:]),
      in: &self.world
    )
    fake.directory.write("queue", printed)
  }

  private var printed: [UInt8] {
    SimulatedQueue(world.state["postfix"] ?? .record([:]), domain: "", now: 0, seed: 0).printed
  }

  /// Performs and simulates; both must say the same, or refuse the same.
  private mutating func both(
    _ name: String,
    _ values: [String: Value]
  ) async throws -> OperationResult {
    let arguments = Arguments(values)
    let twin: Result<OperationResult, OperationFailure>
    do throws(OperationFailure) {
      let operation = try OperationCatalogue.standard().operationOrRefuse(name)
      twin = .success(try await operation.simulate(arguments, in: &world))
    } catch {
      twin = .failure(error)
    }
    let real: Result<OperationResult, OperationFailure>
    do throws(OperationFailure) {
      real = .success(try await fake.catalogue.operationOrRefuse(name).perform(values))
    } catch {
      real = .failure(error)
    }
    switch (real, twin) {
    case (.success(let real), .success(let twin)):
      var (a, b) = (real.values, twin.values)
      // Seconds pass between the two.
      for name in ["oldest_seconds", "digest", "bytes"]
      where name != "digest" || values["exported"] == nil {
        a[name] = nil
        b[name] = nil
      }
      #expect(a == b)
      #expect(real.summary == twin.summary)
      #expect(real.evidence.map(\.name) == twin.evidence.map(\.name))
    case (.failure(let real), .failure(let twin)):
      #expect(real == twin)
    default:
      Issue.record("real: \(real), twin: \(twin)")
    }
    return try twin.get()
  }

  @Test("triage, hold, export, delete, release, requeue: the same results, the same queue left")
  mutating func triage() async throws {
    let alice: [String: Value] = ["sender": .string("alice@gaudy.test")]
    let queue = try await both("postfix.queue", [:])
    #expect(queue.values["compromised_count"] == .integer(150))
    #expect(queue.values["dead_count"] == .integer(60))
    #expect(queue.values["storm_count"] == .integer(50))
    #expect(queue.values["other_count"] == .integer(3))

    let held = try await both("postfix.hold", alice)
    #expect(held.values["count"] == .integer(150))
    let again = try await both("postfix.hold", alice)
    #expect(again.values["count"] == .integer(0))
    #expect(again.values["skipped"] == .integer(150))
    let after = try await both("postfix.queue", [:])
    #expect(after.values["hold"] == .integer(150))
    #expect(after.values["compromised_held"] == .integer(150))

    let part = try await both(
      "postfix.export",
      alice.merging(["older_than": .duration(.seconds(7200))]) { $1 }
    )
    let partial = try #require(part.values["ids"])
    #expect((partial.elements?.count ?? 0) < 150)
    await #expect(throws: OperationFailure.self) {
      _ = try await both("postfix.delete", alice.merging(["exported": partial]) { $1 })
    }
    let export = try await both("postfix.export", alice)
    #expect(export.values["count"] == .integer(150))
    #expect(export.values["missing"] == .integer(0))
    let ids = try #require(export.values["ids"])
    let deleted = try await both("postfix.delete", alice.merging(["exported": ids]) { $1 })
    #expect(deleted.values["count"] == .integer(150))

    _ = try await both("postfix.hold", ["domain": .string("dead.test")])
    let released = try await both(
      "postfix.release",
      ["queue": .string("hold"), "domains": .list([.string("dead.test")])]
    )
    #expect(released.values["count"] == .integer(60))
    _ = try await both("postfix.requeue", ["reason": .string("throttled")])

    #expect(read(fake.directory.read("queue")).total == 113)
    var ours = QueueReader(now: 0, localDomain: "gaudy.test", selection: QueueSelection())
    ours.consume(printed)
    var theirs = QueueReader(now: 0, localDomain: "gaudy.test", selection: QueueSelection())
    theirs.consume(Array(fake.directory.read("queue").utf8))
    #expect(ours.finish().selected == theirs.finish().selected)
  }

  @Test("a flush of selected messages names their ids; without a selection it is for all")
  mutating func flush() async throws {
    let some = try await both("postfix.flush", ["domain": .string("dead.test")])
    #expect(some.values["count"] == .integer(60))
    #expect(fake.directory.read("flushed").split(separator: "\n").count == 60)
    let all = try await both("postfix.flush", [:])
    #expect(all.values["count"] == .integer(260))
    #expect(fake.calls.last?.suffix(2) == ["postqueue", "-f"])
  }

  @Test("the twin delivers what is accepted by then")
  mutating func delivery() async throws {
    world.state["internet"] = .record([
      "dead.test": .string("accept"), "defer.test": .string("hang"),
    ])
    _ = try await OperationCatalogue.standard().operation("postfix.flush").simulate(
      Arguments([:]),
      in: &world
    )
    let queue = try await OperationCatalogue.standard().operation("postfix.queue").simulate(
      Arguments([:]),
      in: &world
    )
    #expect(queue.values["dead_count"] == .integer(0))
    #expect(queue.values["total"] == .integer(203))
  }

  @Test(
    "refusals are the same",
    arguments: [
      ("postfix.hold", [String: Value]()), ("postfix.hold", ["sender": .string("")]),
      ("postfix.hold", ["ids": .list([.string("-d ALL")])]), ("postfix.export", [:]),
      ("postfix.delete", ["exported": .list([.string("ABC123")])]),
      ("postfix.delete", ["exported": .list([.string("x")]), "sender": .string("a@b.test")]),
      ("postfix.delete", ["exported": .list([]), "sender": .string("alice@gaudy.test")]),
      ("k8s.label_node", ["label": .string("nonsense")]),
      ("k8s.pods", ["selector": .string("--all")]),
      ("k8s.exec", ["argv": .list([])]), ("k8s.logs", ["tail": .integer(0)]),
      ("k8s.logs", ["pattern": .string("(")]),
      ("postfix.settings", ["expect": .list([.string("-e x=y")])]),
      ("postfix.log_senders", ["file": .string("mail.log")]),
    ]
  )
  mutating func refusals(name: String, values: [String: Value]) async {
    await #expect {
      _ = try await both(name, values)
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .refused && failure?.effect == OperationFailure.Effect.none
        && failure?.advice.isEmpty == false
    }
  }

  @Test("Postfix down, the container missing, the API server refusing: the same failure")
  mutating func failures() async throws {
    var kubernetes = world.state["kubernetes"]?.fields ?? [:]
    kubernetes["api"] = .string("refused")
    world.state["kubernetes"] = .record(kubernetes)
    fake.answer(
      "exec",
      stderr: "The connection to the server mail-node:6443 was refused - did you specify the "
        + "right host or port?\n",
      exit: 1
    )
    await #expect {
      _ = try await both("postfix.hold", ["sender": .string("alice@gaudy.test")])
    } throws: { ($0 as? OperationFailure)?.reason == .unreachable }
    kubernetes["api"] = .string("ok")
    kubernetes["workload"] = .record(["broken": .list([.string("postfix")])])
    world.state["kubernetes"] = .record(kubernetes)
    fake.answer(
      "exec",
      stderr: "error: unable to upgrade connection: container not found (\"postfix\")\n",
      exit: 1
    )
    await #expect {
      _ = try await both("postfix.queue", [:])
    } throws: { ($0 as? OperationFailure)?.message.contains("not running") == true }
  }

  @Test("settings, services, ports, logins and checks agree")
  mutating func configuration() async throws {
    fake.answer(
      "postconf",
      "myhostname = mail.gaudy.test\nsmtpd_tls_protocols = >=TLSv1.2\n"
    )
    let settings = try await both(
      "postfix.settings",
      [
        "expect": .list([
          .string("myhostname=mail.gaudy.test"), .string("smtpd_tls_protocols = >=TLSv1"),
        ])
      ]
    )
    #expect(settings.values["matched"] == .integer(1))
    #expect(
      settings.values["mismatched"]
        == .list([.string("smtpd_tls_protocols: is ‘>=TLSv1.2’, expected ‘>=TLSv1’")])
    )
    fake.answer("postfix")
    let check = try await both("postfix.check", [:])
    #expect(check.values["ok"] == .boolean(true))
    fake.answer(
      "postconf",
      "smtp       inet n - n - - smtp\nsubmission       inet n - n - - submission\n"
    )
    let services = try await both(
      "postfix.services",
      ["expect": .list([.string("smtps/inet")]), "forbid": .list([.string("smtp/inet")])]
    )
    #expect(services.values["missing"] == .list([.string("smtps/inet")]))
    #expect(services.values["forbidden"] == .list([.string("smtp/inet")]))
    fake.answer(
      "cat",
      "  sl  local_address rem_address   st\n"
        + "0: 00000000:0019 00000000:0000 0A\n1: 0100007F:2C44 00000000:0000 0A\n"
        + "2: 00000000:238C 00000000:0000 0A\n3: 0A00000A:0019 0B00000A:8000 01\n"
        + "0: 00000000000000000000000000000000:0019 00000000000000000000000000000000:0000 0A\n"
        + "1: 00000000000000000000000001000000:18EB 00000000000000000000000000000000:0000 0A\n"
    )
    let ports = try await both(
      "k8s.ports",
      ["expect": .list([.integer(25), .integer(465)]), "allow": .list([.integer(443)])]
    )
    #expect(ports.values["public"] == .list([.integer(25), .integer(9100)]))
    #expect(ports.values["missing"] == .list([.integer(465)]))
    #expect(ports.values["unexpected"] == .list([.integer(9100)]))
    let log = try await OperationCatalogue.standard().operation("postfix.log_senders").simulate(
      Arguments([:]),
      in: &world
    )
    #expect(log.values["top_user"] == .string("alice"))
    #expect(log.values["top_count"] == .integer(3000))
    #expect(log.values["clients"] == .list([.string("192.0.2.66")]))
  }

  @Test("postsuper's count is checked against the queue that is left")
  func counts() async throws {
    let ids = read(
      String(decoding: printed, as: UTF8.self),
      selection: QueueSelection(domains: ["dead.test"])
    ).selected.map(\.id)
    fake.directory.write("gone", ids.prefix(5).joined(separator: "\n"))
    let result = try await fake.catalogue.operation("postfix.hold").perform(
      ["domain": .string("dead.test")])
    #expect(result.values["count"] == .integer(55))
    #expect(result.values["skipped"] == .integer(5))
    fake.directory.write("stuck", ids.suffix(3).joined(separator: "\n"))
    await #expect {
      _ = try await fake.catalogue.operation("postfix.delete").perform(
        ["domain": .string("dead.test"), "exported": .list(ids.map(Value.string))])
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.effect == .unknown && failure?.message.contains("3 of them") == true
    }
  }

  @Test("a message that left before it could be copied is counted as missing")
  func missing() async throws {
    let result = try await fake.catalogue.operation("postfix.export").perform(
      ["domain": .string("dead.test")])
    #expect(result.values["count"] == .integer(60))
    let copied = ExportOperation.copiedIDs(
      in: Array(
        "*** ENVELOPE RECORDS deferred/A/ABC123 ***\n*** ENVELOPE RECORDS x/Y/NOTASKED ***\n".utf8
      ),
      among: ["ABC123", "DEF456"]
    )
    #expect(copied == ["ABC123"])
  }
}

extension OperationCatalogue {
  func operationOrRefuse(
    _ name: String
  ) throws(OperationFailure) -> any Runbooks.Operation {
    guard let operation = self[OperationName(name)] else {
      throw OperationFailure(.refused, "no \(name)", advice: "", effect: .none)
    }
    return operation
  }
}
