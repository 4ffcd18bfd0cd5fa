import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

@testable import mailconsole

/// The wire between consoles and a runner, with hostile and lame ends.
@Suite("Consoles and runner on the wire")
struct ChannelTests {
  private func pair() throws -> (FrameChannel, FrameChannel) {
    var ends: [Int32] = [0, 0]
    let kind = Int32(SOCK_SEQPACKET.rawValue)
    try #require(socketpair(AF_UNIX, kind, 0, &ends) == 0)
    return (FrameChannel(ends[0]), FrameChannel(ends[1]))
  }

  @Test("a frame arrives whole, and one that is too long ends the connection")
  func oversized() throws {
    let (near, far) = try pair()
    let longest = [UInt8](repeating: 0x20, count: FrameCoding.limit)
    #expect(near.send(longest))
    #expect(try far.receive() == longest)
    #expect(near.send(longest + [0x20]))
    #expect(throws: FrameChannel.End.oversized) { try far.receive() }
    #expect(
      FrameCoding.encode(ConsoleFrame.leave(reason: String(repeating: "x", count: 70_000))) == nil
    )
  }

  @Test("a console that reads nothing holds nobody up, and gets the end of the output all the same")
  func stalled() async throws {
    let (near, far) = try pair()
    let console = ConsoleConnection(near, person: "ana")
    let piece = Data(repeating: 7, count: FrameCoding.pieceLimit)
    let total = 200
    // Far more than a socket holds; every send returns.
    for number in 0..<total {
      console.send(.output(step: "a", attempt: 1, offset: number * piece.count, bytes: piece))
    }
    let most = ConsoleConnection.limits.compactMap(\.self).reduce(FrameCoding.limit, +)
    #expect(console.held <= most)
    console.send(.accepted(1))
    var end = 0
    var gaps = 0
    var isAnswered = false
    while !isAnswered {
      switch FrameCoding.decode(RunnerFrame.self, try far.receive()) {
      case .output(_, _, let offset, let bytes)?:
        if offset > end { gaps += 1 }
        #expect(offset >= end)
        end = offset + bytes.count
      case .accepted?: isAnswered = true
      default: Issue.record("a frame that was not sent")
      }
    }
    #expect(gaps == 1)
    #expect(end == total * piece.count)
  }

  @Test("an event too long for a frame is left to the journal")
  func longEvent() throws {
    let (near, far) = try pair()
    let entry = JournalEntry(
      sequence: 1,
      run: RunID("r"),
      actor: "ana",
      wall: Moment(seconds: 0),
      monotonicNanoseconds: 0,
      boot: "b",
      event: .driverDetached(.init(by: "ana", reason: String(repeating: "x", count: 70_000))),
      previous: Digest(of: "a"),
      hash: Digest(of: "b")
    )
    ConsoleConnection(near, person: "ana").send(.recorded(entry))
    let frame = FrameCoding.decode(RunnerFrame.self, try far.receive())
    guard case .behind? = frame else {
      Issue.record("\(String(describing: frame))")
      return
    }
  }

  @Test("the kernel names the user at the other end")
  func peer() throws {
    let (near, _) = try pair()
    #expect(near.peer == geteuid())
  }

  @Test("the socket's directory is ours alone, whatever lies there and however long the path is")
  func folder() throws {
    let place = try TemporaryFolder()
    let first = place.path + "/first"
    let second = place.path + "/second"
    let candidates = [first, second]
    #expect(try RunnerSocket.folder(roomFor: 20, among: candidates) == first)
    #expect(RunnerSocket.isPrivate(first))
    chmod(first, 0o755)
    #expect(try RunnerSocket.folder(roomFor: 20, among: candidates) == second)
    rmdir(first)
    symlink("/tmp", first)
    #expect(try RunnerSocket.folder(roomFor: 20, among: candidates) == second)
    let deep = place.path + "/" + String(repeating: "d", count: 100)
    #expect(try RunnerSocket.folder(roomFor: 20, among: [deep, second]) == second)
    #expect(throws: CommandFailure.self) {
      try RunnerSocket.folder(roomFor: 20, among: [deep, first])
    }
  }

  @Test("the socket does not lie where the end of a login removes it, if it can be helped")
  func lasting() throws {
    let candidates = RunnerSocket.candidates(environment: ["XDG_RUNTIME_DIR": "/run/user/7"])
    #expect(candidates.last == "/run/user/7/mailconsole")
    #expect(candidates.count == 2)
    #expect(RunnerSocket.candidates(environment: ["XDG_RUNTIME_DIR": "relative"]).count == 1)
  }

  @Test(
    "a console's words come back as they were said",
    arguments: [
      RunCommand.note(nil, text: "a\u{1B}[2J"), .continue, .takeDrive,
      .approve(StepID("s"), comment: "c", typed: nil, seen: Digest(of: "x")),
      .answer(StepID("s"), ["n": .integer(3), "t": .string("é")]),
    ]
  )
  func words(command: RunCommand) throws {
    let bytes = try #require(
      FrameCoding.encode(ConsoleFrame.command(7, command, by: "ana", until: 99))
    )
    guard case .command(7, let read, "ana", 99)? = FrameCoding.decode(ConsoleFrame.self, bytes)
    else {
      Issue.record("another frame")
      return
    }
    #expect(read == command)
  }
}
