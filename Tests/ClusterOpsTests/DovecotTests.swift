import Runbooks
import Testing

@testable import ClusterOps

/// Dovecot 2.3.19 as doveadm was seen to tell of it.
@Suite struct DovecotTests {
  private static let header = "username\tproto\tpid\tip\n"
  private static let list =
    header + """
      alice@gaudy.test\timap\t28782\t192.0.2.66
      alice@gaudy.test\timap\t28832\t192.0.2.67
      bob@gaudy.test\timap\t28834\t198.51.100.7
      alice@gaudy.test\timap\t28830\t192.0.2.66

      """
  private static let fields =
    "field\tvalue\nuid\t5000\ngid\t5000\nhome\t/var/vmail/gaudy.test/alice\n"
    + "mail\tmaildir:~/Maildir\n"
  private static let quota =
    "Quota name\tType\tValue\tLimit\t%\nUser quota\tSTORAGE\t1310720\t5242880\t25\n"
    + "User quota\tMESSAGE\t4012\t-\t0\n"
  private static let down = Answer.inPod(
    "",
    stderr: "Fatal: net_connect_unix(/run/dovecot/anvil) failed: Connection refused\n",
    exit: 75
  )
  private static let alice: [String: Value] = ["user": .string("alice@gaudy.test")]

  private func refusal(
    _ work: any CommandOperation,
    _ values: [String: Value] = Self.alice,
    _ answer: @escaping @Sendable (Command) -> Answer
  ) async -> OperationFailure? {
    await #expect(throws: OperationFailure.self) {
      try await RecordedWorld(answer).perform(work, values)
    }
  }

  @Test("sessions are told by login and address, the login from most places first")
  func who() async throws {
    let world = RecordedWorld { _ in .inPod(Self.list) }
    let values = try await world.perform(DovecotWho()).values
    #expect(values["sessions"] == .integer(4))
    #expect(values["users"] == .list([.string("alice@gaudy.test"), .string("bob@gaudy.test")]))
    #expect(values["top_user"] == .string("alice@gaudy.test"))
    #expect(values["most_addresses"] == .integer(2))
    #expect(
      values["addresses"]
        == .list(["192.0.2.66", "192.0.2.67", "198.51.100.7"].map(Value.string))
    )
    #expect(
      world.asked.programs == [["timeout", "10", "doveadm", "-f", "tab", "who", "-1"]]
    )
  }

  @Test("an empty list is nobody, and lines that are not understood are a doubt")
  func nobody() async throws {
    let empty = try await RecordedWorld { _ in .inPod(Self.header) }.perform(DovecotWho())
    #expect(empty.values["sessions"] == .integer(0))
    #expect(empty.doubt == nil)
    let odd = try await RecordedWorld { _ in .inPod(Self.list + "a\tb\n") }.perform(DovecotWho())
    #expect(odd.values["sessions"] == .integer(4))
    #expect(odd.doubt != nil)
  }

  @Test("a mailbox is there with its quota, without a limit, or not at all")
  func user() async throws {
    func perform(_ quota: String) async throws -> [String: Value] {
      try await RecordedWorld { command in
        .inPod(command.program.contains("quota") ? quota : Self.fields)
      }.perform(DovecotUser(), Self.alice).values
    }
    let full = try await perform(Self.quota)
    #expect(full["exists"] == .boolean(true))
    #expect(full["used_kib"] == .integer(1_310_720))
    #expect(full["used_percent"] == .integer(25))
    #expect(full["messages"] == .integer(4012))
    let free = try await perform(Self.quota.replacing("5242880\t25", with: "-\t0"))
    #expect(free["limit_kib"] == .integer(0))
    #expect(free["used_percent"] == .integer(-1))
    let nobody = RecordedWorld { _ in
      .inPod(
        "field\tvalue\n\n",
        stderr: "userdb lookup: user alice@gaudy.test doesn't exist\n",
        exit: 67
      )
    }
    let none = try await nobody.perform(DovecotUser(), Self.alice)
    #expect(none.values["exists"] == .boolean(false))
    #expect(nobody.asked.programs.count == 1)
  }

  @Test("a mailbox whose fields or quota are cut, strange or not told is undetermined")
  func strangeUser() async {
    for answer in [
      Answer.inPod("field\tvalue\n"), .inPod(""), .said(Self.fields), .inPod("", exit: 67),
      Self.down, .withoutProgram,
    ] {
      #expect(await refusal(DovecotUser()) { _ in answer }?.reason == .undetermined)
    }
    for quota in [
      Answer.inPod(""), .inPod("Quota name\tType\tValue\tLimit\t%\n"), .said(Self.quota),
      .inPod(Self.quota.replacing("1310720", with: "lots")), Self.down,
    ] {
      let failure = await refusal(DovecotUser()) { command in
        command.program.contains("quota") ? quota : .inPod(Self.fields)
      }
      #expect(failure?.reason == .undetermined)
    }
  }

  @Test("a list of sessions that is cut, strange or not told is undetermined, and nothing is ended")
  func strangeList() async {
    for answer in [
      Answer.inPod(""), .inPod("username # proto (pids) (ips)\n"), .said(Self.list), Self.down,
      .withoutProgram, .inPod("", exit: 124),
    ] {
      for work in [DovecotWho(), DovecotKick()] as [any CommandOperation] {
        let failure = await refusal(work) { _ in answer }
        #expect(failure?.reason == .undetermined)
        #expect(failure?.effect == OperationFailure.Effect.none)
      }
    }
  }

  /// A Dovecot that lists one thing before sessions are ended and another after.
  private func kick(
    _ before: String,
    _ after: String,
    answer: Answer = .said("alice@gaudy.test kicked connections from the following users:\n\n")
  ) -> RecordedWorld {
    let asked = RecordedWorld.Asked()
    return RecordedWorld { command in
      guard command.program.contains("who") else {
        asked.add(command)
        return answer
      }
      return .inPod(asked.programs.isEmpty ? before : after)
    }
  }

  private static let mine = header + "alice@gaudy.test\timap\t28782\t192.0.2.66\n"

  @Test("what ended is what was there before and is not after; who came back is told")
  func ended() async throws {
    let result = try await kick(Self.mine, Self.header).perform(DovecotKick(), Self.alice)
    #expect(result.values["ended"] == .integer(1))
    #expect(result.values["left"] == .integer(0))
    #expect(result.values["addresses"] == .list([.string("192.0.2.66")]))
    let back = try await kick(Self.mine, Self.mine.replacing("28782", with: "28999"))
      .perform(DovecotKick(), Self.alice)
    #expect(back.values["ended"] == .integer(1))
    #expect(back.values["left"] == .integer(1))
    #expect(back.summary.contains("1 session began since"))
    let stuck = try await kick(Self.mine, Self.mine).perform(DovecotKick(), Self.alice)
    #expect(stuck.values["ended"] == .integer(0))
    #expect(stuck.summary.contains("1 session did not"))
  }

  @Test("nobody logged in is no failure, so it may be repeated")
  func again() async throws {
    let world = kick(
      Self.header,
      Self.header,
      answer: .said(
        "",
        stderr: "no users kicked\ncommand terminated with exit code 68\n",
        exit: 68
      )
    )
    let result = try await world.perform(DovecotKick(), Self.alice)
    #expect(result.values["ended"] == .integer(0))
    #expect(world.asked.programs.count == 3)
  }

  @Test("sessions that could not be ended, or not be read after, leave it open what happened")
  func unknown() async {
    let broken = Answer.said(
      "",
      stderr: "Fatal: net_connect_unix failed\ncommand terminated with exit code 75\n",
      exit: 75
    )
    for world in [
      kick(Self.mine, Self.mine, answer: broken), kick(Self.mine, "something else\n"),
    ] {
      let failure = await #expect(throws: OperationFailure.self) {
        try await world.perform(DovecotKick(), Self.alice)
      }
      #expect(failure?.reason == .undetermined)
      #expect(failure?.effect == .unknown)
    }
  }

  @Test(
    "a login is one person: masks, options and what is no address are refused",
    arguments: ["*", "*@gaudy.test", "alic?@gaudy.test", "-A@gaudy.test", "alice", "<>", "%u@x"]
  )
  func masks(login: String) async {
    for work in [DovecotKick(), DovecotUser(), DovecotWho()] as [any CommandOperation] {
      let failure = await refusal(work, ["user": .string(login)]) { _ in .inPod("") }
      #expect(failure?.reason == .refused)
    }
  }

  @Test("in a tabletop a kick ends the sessions of that login and of no other")
  func tabletop() async throws {
    let sessions = Value.list([
      .record(["user": .string("alice@gaudy.test"), "count": .integer(3)]),
      .record(["user": .string("bob@gaudy.test"), "address": .string("198.51.100.7")]),
    ])
    let mailbox = Value.record(["used": .integer(10), "limit": .integer(100)])
    let dovecot = Value.record([
      "sessions": sessions, "mailboxes": .record(["kim@gaudy.test": mailbox]),
    ])
    var world = SimulatedWorld(state: ["dovecot": dovecot], now: 1_796_000_000, seed: 1)
    func perform(_ name: String, _ user: String?) async throws -> [String: Value] {
      try await OperationCatalogue.standard().operation(name).simulate(
        Arguments(user.map { ["user": .string($0)] } ?? [:]),
        in: &world
      ).values
    }
    #expect(try await perform("dovecot.who", nil)["sessions"] == .integer(4))
    let kicked = try await perform("dovecot.kick", "alice@gaudy.test")
    #expect(kicked["ended"] == .integer(3))
    #expect(kicked["left"] == .integer(0))
    #expect(try await perform("dovecot.kick", "alice@gaudy.test")["ended"] == .integer(0))
    #expect(try await perform("dovecot.who", nil)["sessions"] == .integer(1))
    #expect(try await perform("dovecot.user", "kim@gaudy.test")["used_percent"] == .integer(10))
    #expect(try await perform("dovecot.user", "eve@gaudy.test")["exists"] == .boolean(false))
  }
}
