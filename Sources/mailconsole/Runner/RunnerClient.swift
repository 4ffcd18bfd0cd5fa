internal import Foundation
internal import Runbooks

/// A console's connection to the runner of a run.
///
/// An actor because answers come back in between events. What it tells is in the order of the
/// journal and without gaps: what a frame left out is read from there.
actor RunnerClient {
  nonisolated let directory: RunDirectory
  /// Where the run stood when the runner let this console in.
  nonisolated let snapshot: RunSnapshot
  private let channel: FrameChannel
  private let packets: AsyncStream<[UInt8]>
  private var lastNumber = 0
  private var answers: [Int: CheckedContinuation<String?, Never>] = [:]
  private var sequence: Int64 = 0
  private var isOver = false
  private var atTheEnd: [CheckedContinuation<Void, Never>] = []

  /// Connects to a living runner and is let in by it; nil when there is none.
  static func connect(
    to directory: RunDirectory,
    as person: String,
    drives: Bool
  ) async throws(CommandFailure) -> RunnerClient? {
    guard let channel = RunnerSocket.connect(to: directory),
      let hello = FrameCoding.encode(
        ConsoleFrame.hello(version: FrameCoding.version, person: person, drives: drives)
      ), channel.send(hello)
    else { return nil }
    let packets = channel.packets()
    var pieces = Data()
    // Events that come in between are read from the journal once the snapshot is there.
    for await packet in packets {
      switch FrameCoding.decode(RunnerFrame.self, packet) {
      case .snapshot(let piece, isLast: false)?: pieces += piece
      case .snapshot(let piece, isLast: true)?:
        guard let snapshot = try? JSONDecoder().decode(RunSnapshot.self, from: pieces + piece)
        else { return nil }
        return RunnerClient(directory, channel, packets, snapshot)
      case .refusal(let why)?: throw CommandFailure(.busy, why)
      case .some: continue
      case nil: channel.hangUp()
      }
    }
    return nil
  }

  private init(
    _ directory: RunDirectory,
    _ channel: FrameChannel,
    _ packets: AsyncStream<[UInt8]>,
    _ snapshot: RunSnapshot
  ) {
    self.snapshot = snapshot
    self.directory = directory
    self.channel = channel
    self.packets = packets
  }

  /// Everything after an event, until the runner ends; called once.
  ///
  /// Whoever takes updates slowly does not hold up the answers.
  func updates(after sequence: Int64) -> AsyncStream<RunUpdate> {
    let (stream, continuation) = AsyncStream.makeStream(of: RunUpdate.self)
    self.sequence = sequence
    Task(executorPreference: WorkExecutor.shared) {
      await self.follow(continuation)
      continuation.finish()
    }
    return stream
  }

  private func follow(_ tell: AsyncStream<RunUpdate>.Continuation) async {
    readOn(tell)
    for await packet in packets {
      guard let frame = FrameCoding.decode(RunnerFrame.self, packet) else { break }
      switch frame {
      case .recorded(let entry):
        guard entry.sequence > self.sequence else { continue }
        if entry.sequence == self.sequence + 1 {
          self.sequence = entry.sequence
          tell.yield(.recorded(entry))
        } else {
          readOn(tell)
        }
      case .output(let step, let bytes): tell.yield(.output(step, Array(bytes)))
      case .behind: readOn(tell)
      case .accepted(let number): answers.removeValue(forKey: number)?.resume(returning: nil)
      case .refused(let number, let why):
        answers.removeValue(forKey: number)?.resume(returning: why)
      case .stopped(let why):
        tell.yield(.stopped(.inputOutput(path: directory.journal, detail: why)))
      case .goodbye: end()
      case .welcome, .snapshot, .refusal: break
      }
    }
    channel.hangUp()
    readOn(tell)
    end()
  }

  /// Tells what the journal has and frames did not say.
  private func readOn(_ tell: AsyncStream<RunUpdate>.Continuation) {
    guard let entries = try? JournalReader(directory).entries(after: sequence) else { return }
    for entry in entries {
      sequence = entry.sequence
      tell.yield(.recorded(entry))
    }
  }

  /// Gives a command and waits for the answer; throws the refusal.
  func send(_ command: RunCommand, by name: String) async throws(CommandFailure) {
    guard !isOver else { throw Self.gone }
    lastNumber += 1
    let number = lastNumber
    guard let bytes = FrameCoding.encode(ConsoleFrame.command(number, command, by: name)) else {
      throw CommandFailure(
        .usage,
        "That is longer than \(FrameCoding.limit / 1024) KiB; write less, and name a file."
      )
    }
    let refusal = await withCheckedContinuation { continuation in
      answers[number] = continuation
      if !channel.send(bytes) {
        answers.removeValue(forKey: number)?.resume(returning: Self.gone.message)
      }
    }
    if let refusal { throw CommandFailure(.usage, refusal) }
  }

  /// Leaves, and returns when the runner knows it, or has ended.
  func leave(reason: String) async {
    guard !isOver, let bytes = FrameCoding.encode(ConsoleFrame.leave(reason: reason)),
      channel.send(bytes)
    else { return }
    await withCheckedContinuation { continuation in
      if isOver { continuation.resume() } else { atTheEnd.append(continuation) }
    }
  }

  private func end() {
    isOver = true
    for answer in answers.values { answer.resume(returning: Self.gone.message) }
    answers = [:]
    for waiter in atTheEnd { waiter.resume() }
    atTheEnd = []
  }

  private static let gone = CommandFailure(
    .busy,
    "The runner has ended; take the run over to go on."
  )
}
