import Runbooks
import Testing

@testable import ClusterOps

/// What smtp.canary is shown and given from outside, and its simulated world.
extension SMTPCanaryTests {
  @Test("hostile headers are bounded and have no control characters")
  func hostile() async throws {
    let hops = (0..<300).map { "Received: from \u{1B}[2J\($0) by x\u{202E}y with z; nonsense\n" }
    let text = hops.joined() + "X: " + String(repeating: "y", count: 100_000)
    let result = try await perform(
      Self.world([.inPod(Self.list([text], folder: "a\\u001b[2J"))])
    )
    #expect(result.texts("hops").count == 50)
    #expect(result.summary.utf8.count < 1_000)
    for text in result.texts("hops") + result.texts("clocks") + [
      result.summary, result.text("mailbox"),
    ] {
      #expect(!text.unicodeScalars.contains { $0 == "\u{1B}" || $0 == "\u{202E}" })
    }
  }

  @Test("what is sent is shown before, and a login's password goes by standard input")
  func plan() async throws {
    let call = Call(arguments: Arguments(["remove": .boolean(true)]), site: .test)
    let commands = try SMTPCanary().commands(call)
    #expect(commands.map(\.changes) == [false, true, false, false, true])
    let argv = commands[1].argv
    #expect(argv.contains { $0.contains("Message-ID: <%MESSAGEID%>") })
    #expect(!argv.contains("--suppress-data"))
    let refused = #expect(throws: OperationFailure.self) {
      try SMTPCanary().commands(Call(arguments: Arguments(["user": .string("a")]), site: .test))
    }
    #expect(refused?.reason == .refused)
    for (name, value) in [
      ("recipient", Value.string("*@gaudy.test")), ("login", .string("-A")),
      ("patience", .duration(.seconds(3_600))), ("authority", .string("a b")),
    ] {
      #expect(throws: OperationFailure.self, "\(name)") {
        let call = Call(arguments: Arguments([name: value]), site: .test)
        _ = try SMTPCanary().begin(call, try SMTPCanary().commands(call), now: 0)
      }
    }
  }

  // MARK: In a simulated world

  private func simulate(
    _ smtp: [String: Value],
    _ values: [String: Value] = [:],
    in state: [String: Value] = [:]
  ) async throws -> (OperationResult, SimulatedWorld) {
    let ports = Value.record(["listeners": .list([.string("0.0.0.0:25")])])
    var world = SimulatedWorld(
      state: state.merging(["kubernetes": ports, "smtp": .record(smtp)]) { $1 },
      now: 1_796_000_000,
      seed: 1
    )
    let result = try await OperationCatalogue.standard().operation("smtp.canary")
      .simulate(Arguments(values), in: &world)
    return (result, world)
  }

  @Test(
    "a host that greylists takes it when it comes again, and a persistence that is too short does not"
  )
  func comesAgain() async throws {
    let grey: [String: Value] = ["greylisting": .boolean(true)]
    let (taken, world) = try await simulate(grey, ["persistence": .duration(.seconds(600))])
    #expect(taken.text("mailbox") == "INBOX")
    #expect(taken.values["copies"] == .integer(1))
    #expect(world.now >= 1_796_000_000 + 300)
    #expect(world.state["canaries"]?.elements?.count == 1)
    let failure = try await #require(throws: OperationFailure.self) {
      try await simulate(grey, ["persistence": .duration(.seconds(240))])
    }
    #expect(failure.message.contains("450 4.2.0"), "\(failure.message)")
    #expect(failure.effect == .none)
  }

  @Test("in a tabletop it arrives when its time has come, in Junk, late, or never")
  func tabletop() async throws {
    let (good, world) = try await simulate(["delay": .integer(12)])
    #expect(good.text("mailbox") == "INBOX")
    #expect(good.values["total_seconds"] == .integer(12))
    #expect(good.text("dmarc") == "none")
    #expect(world.now == 1_796_000_015)
    #expect(world.state["canaries"]?.elements?.count == 1)
    let (spam, emptied) = try await simulate(
      ["junk": .boolean(true), "ahead": .integer(100)],
      ["remove": .boolean(true)]
    )
    #expect(spam.text("mailbox") == "Junk")
    #expect(spam.texts("clocks").count == 1)
    #expect(spam.values["delays_seconds"]?.elements?.first == .integer(-1))
    #expect(emptied.state["canaries"]?.elements == [])
    for (smtp, state, words) in [
      (["loses": Value.boolean(true)], [:], "is not in the mailbox"),
      (["greylisting": .boolean(true)], [:], "Greylisted"),
      ([:], ["rspamd": Value.record(["running": .boolean(false)])], "451 4.7.1"),
    ] {
      let failure = try await #require(throws: OperationFailure.self) {
        try await simulate(smtp, in: state)
      }
      #expect(failure.reason == .failed)
      #expect(failure.message.contains(words), "\(failure.message)")
    }
  }
}
