import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

@testable import mailconsole

/// Ends of a connection that say nothing, or take nothing.
@Suite("Peers that do not answer", .timeLimit(.minutes(1)))
struct SilentPeerTests {
  private let near: FrameChannel
  private let far: FrameChannel
  private let folder: TemporaryFolder
  private var directory: RunDirectory { RunDirectory(path: folder.path + "/silent-1") }
  private let short = RunnerClient.Patience(answer: .milliseconds(40))
  private let long = RunnerClient.Patience(answer: .seconds(50))

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
    near = FrameChannel(ends[0])
    far = FrameChannel(ends[1])
    folder = try TemporaryFolder()
  }

  private func enter(_ patience: RunnerClient.Patience) async -> Result<RunnerClient?, any Error> {
    await Task { [near, directory] in
      try await RunnerClient.enter(near, to: directory, as: "ana", drives: true, patience: patience)
    }.result
  }

  @Test("a runner that does not let in is told of at the deadline, by its process")
  func handshake() async throws {
    do {
      _ = try await enter(short).get()
      Issue.record("let in by nobody")
    } catch let failure as CommandFailure {
      #expect(failure.status == .busy)
      #expect(failure.message.contains("The runner (process \(getpid())) of silent-1"))
      #expect(failure.message.contains("has not answered for 40ms"))
    }
    guard
      case .hello(_, "ana", true, let until)? =
        FrameCoding.decode(ConsoleFrame.self, try far.receive())
    else {
      Issue.record("no hello")
      return
    }
    #expect(until <= SystemRunClock().read().monotonicNanoseconds, "it counts no more")
  }

  @Test("an attempt to get in that is cancelled ends at once")
  func cancelled() async throws {
    let attempt = Task { [near, directory, long] in
      try await RunnerClient.enter(near, to: directory, as: "ana", drives: true, patience: long)
    }
    _ = try far.receive()
    attempt.cancel()
    #expect(try await attempt.value == nil)
  }

  @Test("a runner at whose door too many stand is knocked at again, until the deadline")
  func crowded() async throws {
    try FileManager.default.createDirectory(
      atPath: directory.path,
      withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700]
    )
    let (descriptor, path) = try RunnerSocket.listen(for: directory)
    defer { unlink(path) }
    var knocking: [FrameChannel] = []
    while case .connected(let channel) = RunnerSocket.connect(to: directory) {
      knocking.append(channel)
    }
    #expect(!knocking.isEmpty, "nobody accepts, and the queue was never full")
    func connect(_ patience: RunnerClient.Patience) -> Task<RunnerClient?, any Error> {
      Task { [directory] in
        try await RunnerClient.connect(to: directory, as: "ana", drives: true, patience: patience)
      }
    }
    func message(_ attempt: Task<RunnerClient?, any Error>) async -> String? {
      guard case .failure(let error) = await attempt.result else { return nil }
      return (error as? CommandFailure)?.message
    }
    #expect(await message(connect(short))?.contains("has not answered for 40ms") == true)

    let attempt = connect(long)
    knocking = []
    let refusal = try #require(FrameCoding.encode(RunnerFrame.refusal("There is room now.")))
    let accepts = Threads.start {
      RunnerSocket.acceptAll(descriptor) { channel in
        if (try? channel.receive()) != nil { _ = channel.send(refusal) }
      }
    }
    try #require(accepts)
    #expect(await message(attempt) == "There is room now.")
    // Nothing is accepted any more; the thread ends.
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  @Test("a console that never says hello is hung up, one that did may be silent")
  func hello() async throws {
    var packets = near.packets(firstWithin: .milliseconds(20)).makeAsyncIterator()
    #expect(await packets.next() == nil)
    #expect(throws: FrameChannel.End.closed) { try far.receive() }

    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
    let (one, other) = (FrameChannel(ends[0]), FrameChannel(ends[1]))
    #expect(other.send([1]))
    var more = one.packets(firstWithin: .seconds(50)).makeAsyncIterator()
    #expect(await more.next() == [1])
    #expect(other.send([2]))
    #expect(await more.next() == [2])
  }

  @Test("what was read and not taken is bounded in bytes, and nothing of it is lost")
  func reader() async throws {
    let buffer = PacketBuffer(limit: 1_000)
    let total = 100
    let ended = DispatchSemaphore(value: 0)
    let hasBegun = Threads.start {
      for number in 0..<total { _ = buffer.put([UInt8](repeating: UInt8(number), count: 100)) }
      buffer.finish()
      ended.signal()
    }
    #expect(hasBegun)
    try Waiting.until("a full buffer") { buffer.size >= 1_000 }
    #expect(buffer.size == 1_000)
    for number in 0..<total { #expect(await buffer.next()?.first == UInt8(number)) }
    #expect(await buffer.next() == nil)
    ended.wait()
  }

  @Test("a reader that waits for room goes on when nobody takes any more")
  func noTaker() async throws {
    let buffer = PacketBuffer(limit: 1)
    let ended = DispatchSemaphore(value: 0)
    var taker: PacketTaker? = PacketTaker(buffer)
    let hasBegun = Threads.start {
      while buffer.put([1]) {}
      ended.signal()
    }
    #expect(hasBegun)
    #expect(await taker?.next() == [1])
    taker = nil
    ended.wait()
  }

  @Test("a thread the machine has no room for is no crash, and an alarm without one rings at once")
  func noThread() async {
    #expect(!Threads.start(stack: 1 << 48) {})
    let rung = DispatchSemaphore(value: 0)
    let alarm = Alarm(after: .zero) { rung.signal() }
    rung.wait()
    #expect(alarm.hasRung)
    let off = Alarm(after: .seconds(50)) { Issue.record("it was called off") }
    off.cancel()
    #expect(!off.hasRung)
    #expect(await Threads.run { 7 } == 7)
  }

  @Test(
    "what the kernel says of a process is told with what to do",
    arguments: [(SIGSTOP, SilentRunner.State.stopped, "kill -CONT"), (0, .living, "busy or stuck")]
  )
  func states(signal: Int32, state: SilentRunner.State, word: String) throws {
    let sleeper = try RunningProgram(
      "/bin/sleep",
      ["60"],
      environment: [:],
      output: folder.path + "/out",
      errors: folder.path + "/out"
    )
    defer {
      sleeper.send(SIGKILL)
      sleeper.wait()
    }
    sleeper.send(signal)
    let silent = SilentRunner(run: "r", process: sleeper.pid)
    try Waiting.until("the state") { silent.state == state }
    #expect(silent.advice.contains(word))
    #expect(silent.parting.contains("The runner (process \(sleeper.pid)) of r does not answer"))
    #expect(SilentRunner(run: "r", process: Int32.max).state == .gone)
  }
}
