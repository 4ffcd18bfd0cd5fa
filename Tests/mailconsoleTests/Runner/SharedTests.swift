import Glibc
import Runbooks
import TestSupport
import Testing

@testable import mailconsole

/// Who shares a state directory, decided without any process.
@Suite("Shared state directories")
struct SharedTests {
  private func standing(_ mode: Int, in groups: Set<gid_t> = [7]) -> StateDirectory.Standing {
    StateDirectory.Standing(
      of: "/srv/mail state",
      mode: mode_t(0o040000 | mode),
      group: (7, "mail"),
      groups: groups
    )
  }

  @Test(
    "where nobody but the owner writes it is theirs alone, as it always was",
    arguments: [0o700, 0o2700, 0o755, 0o750, 0o2755]
  )
  func own(mode: Int) {
    #expect(standing(mode) == .own)
    #expect(standing(mode, in: []) == .own)
  }

  @Test("2770 is shared by its group, for whoever is in it")
  func shared() {
    #expect(standing(0o2770) == .shared(7))
    guard case .refused(let why) = standing(0o2770, in: [8]) else {
      Issue.record("let in")
      return
    }
    #expect(why.contains("shared by the group mail, and you are not in it"))
    #expect(why.contains("usermod -aG mail"))
  }

  @Test(
    "others who may enter, or a missing set-group-ID bit, are refused with the commands that mend it",
    arguments: [0o777, 0o1777, 0o2777, 0o2775, 0o2771, 0o775, 0o770, 0o720, 0o2720]
  )
  func refused(mode: Int) {
    guard case .refused(let why) = standing(mode) else {
      Issue.record("taken as \(standing(mode))")
      return
    }
    #expect(why.contains("mode \(String(mode, radix: 8))"), "\(why)")
    #expect(why.contains("chmod 0700 '/srv/mail state'"), "\(why)")
    #expect(why.contains("chmod 2770 '/srv/mail state'"), "\(why)")
  }

  @Test("a refused directory is refused by every command, and doctor says so")
  func commands() throws {
    let places = try Places()
    try #require(mkdir(places.state, 0o700) == 0 && chmod(places.state, 0o777) == 0)
    for command in [["runs"], ["verify", "--all"], ["show", "x"], ["run", "queue-triage"]] {
      let result = try places.console.run(command + (command[0] == "run" ? ["--plain"] : []))
      #expect(result.status == 64, "\(command): \(result.output)\(result.errors)")
      #expect(result.errors.contains("chmod 2770"), "\(result.errors)")
    }
    let said = try places.console.run("doctor")
    #expect(said.status == 1)
    #expect(said.output.contains("LACKS  The state directory"), "\(said.output)")
    chmod(places.state, 0o700)
    #expect(try places.console.run("doctor").output.contains("takes a file; it is yours alone"))
  }

  @Test("in a private directory only the same account is let in, in a shared one its group too")
  func peers() {
    let own = PeerRule(account: 1, sharing: .owner)
    #expect(own.admits(1, in: []))
    #expect(!own.admits(2, in: [7]))
    #expect(!own.admits(0, in: [0]))
    #expect(!own.admits(nil, in: [7]))
    let shared = PeerRule(account: 1, sharing: .group(7))
    #expect(shared.admits(1, in: []))
    #expect(shared.admits(2, in: [2, 7]))
    #expect(!shared.admits(2, in: [2, 8]))
    #expect(!shared.admits(0, in: [0]))
    #expect(!shared.admits(nil, in: [7]))
  }

  @Test("the kernel says who and in which groups the other end is")
  func kernel() throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
    let (near, far) = (FrameChannel(ends[0]), FrameChannel(ends[1]))
    #expect(near.peer == geteuid())
    #expect(near.peerGroups.contains(getegid()))
    withExtendedLifetime(far) {}
  }
}
