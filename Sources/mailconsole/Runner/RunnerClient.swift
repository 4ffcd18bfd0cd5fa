internal import Foundation
internal import Glibc
internal import Runbooks

/// A console's connection to the runner of a run.
///
/// An actor because answers come back in between events. What it tells is in the order of the
/// journal and without gaps: what a frame left out is read from there. It waits for nothing without
/// a deadline.
actor RunnerClient {
  /// How long the runner may take for each answer.
  struct Patience: Sendable {
    let answer: Duration

    static let standard = Patience(answer: .seconds(5))

    /// `5s`
    var words: String { DurationText.format(answer) }
  }

  nonisolated let directory: RunDirectory
  /// Where the run stood when the runner let this console in.
  nonisolated let snapshot: RunSnapshot
  /// The runner, for what is said when it is silent.
  nonisolated let runner: SilentRunner
  private let patience: Patience
  private let clock: any RunClock
  private let channel: FrameChannel
  private let packets: AsyncStream<[UInt8]>
  private var lastNumber = 0
  private var answers: [Int: CheckedContinuation<Answer, Never>] = [:]
  private var sequence: Int64 = 0
  private var isOver = false
  private var partings: [Int: CheckedContinuation<Bool, Never>] = [:]

  private enum Answer {
    case accepted
    case refused(String)
    case ended
    case none
    case cancelled
  }

  /// Microseconds between two attempts at a runner that has no room for one more.
  private static let knocking: UInt32 = 20_000

  /// Connects to a living runner and is let in by it; nil when there is none.
  ///
  /// - Throws: what it refuses with, or what is known of it when it does not answer in time.
  static func connect(
    to directory: RunDirectory,
    as person: String,
    drives: Bool,
    patience: Patience = .standard
  ) async throws(CommandFailure) -> RunnerClient? {
    let deadline = ContinuousClock.now + patience.answer
    while true {
      switch RunnerSocket.connect(to: directory) {
      case .nobody: return nil
      case .connected(let channel):
        return try await enter(
          channel,
          to: directory,
          as: person,
          drives: drives,
          patience: patience
        )
      case .crowded:
        // So many may knock at once that one is turned away; a runner that lives lets them in soon.
        guard ContinuousClock.now < deadline, !Task.isCancelled else {
          throw SilentRunner(of: directory).failure(after: patience.answer)
        }
        _ = await Threads.run { usleep(knocking) }
      }
    }
  }

  /// Says hello over an open connection and waits for where the run stands.
  static func enter(
    _ channel: FrameChannel,
    to directory: RunDirectory,
    as person: String,
    drives: Bool,
    patience: Patience = .standard,
    clock: any RunClock = SystemRunClock()
  ) async throws(CommandFailure) -> RunnerClient? {
    let hello = ConsoleFrame.hello(
      version: FrameCoding.version,
      person: person,
      drives: drives,
      until: Self.expiry(patience, clock)
    )
    guard let bytes = FrameCoding.encode(hello), channel.offer(bytes) == true else { return nil }
    let alarm = Alarm(after: patience.answer) { channel.hangUp() }
    defer { alarm.cancel() }
    let result = await withTaskCancellationHandler {
      await welcome(channel, directory, patience, clock)
    } onCancel: {
      channel.hangUp()
    }
    if let client = try result.get() { return client }
    guard alarm.hasRung else { return nil }
    throw SilentRunner(of: directory, process: channel.peerProcess).failure(after: patience.answer)
  }

  private static func welcome(
    _ channel: FrameChannel,
    _ directory: RunDirectory,
    _ patience: Patience,
    _ clock: any RunClock
  ) async -> Result<RunnerClient?, CommandFailure> {
    let packets = channel.packets()
    var pieces = Data()
    // Events that come in between are read from the journal once the snapshot is there.
    for await packet in packets {
      switch FrameCoding.decode(RunnerFrame.self, packet) {
      case .snapshot(let piece, isLast: false)?: pieces += piece
      case .snapshot(let piece, isLast: true)?:
        guard let snapshot = try? JSONDecoder().decode(RunSnapshot.self, from: pieces + piece)
        else { return .success(nil) }
        return .success(RunnerClient(directory, channel, packets, snapshot, patience, clock))
      case .refusal(let why)?: return .failure(CommandFailure(.busy, why))
      case .some: continue
      case nil: channel.hangUp()
      }
    }
    return .success(nil)
  }

  private init(
    _ directory: RunDirectory,
    _ channel: FrameChannel,
    _ packets: AsyncStream<[UInt8]>,
    _ snapshot: RunSnapshot,
    _ patience: Patience,
    _ clock: any RunClock
  ) {
    self.snapshot = snapshot
    self.directory = directory
    self.channel = channel
    self.packets = packets
    self.patience = patience
    self.clock = clock
    runner = SilentRunner(of: directory, process: channel.peerProcess)
  }

  /// The last moment at which the runner may take up what is said now.
  private static func expiry(_ patience: Patience, _ clock: any RunClock) -> Int64 {
    clock.read().monotonicNanoseconds + patience.answer.wholeMilliseconds * 1_000_000
  }

  // MARK: What the runner tells

  /// Everything after an event, until the runner ends; called once.
  ///
  /// Whoever takes updates slowly does not hold up the answers, and loses output, not events.
  func updates(after sequence: Int64) -> AsyncStream<RunUpdate> {
    let buffer = UpdateBuffer(events: .max)
    self.sequence = sequence
    Task(executorPreference: WorkExecutor.shared) {
      await self.follow(buffer)
      buffer.finish()
    }
    return buffer.updates()
  }

  private func follow(_ tell: UpdateBuffer) async {
    readOn(tell)
    for await packet in packets {
      guard let frame = FrameCoding.decode(RunnerFrame.self, packet) else { break }
      switch frame {
      case .recorded(let entry):
        guard entry.sequence > self.sequence else { continue }
        if entry.sequence == self.sequence + 1 {
          self.sequence = entry.sequence
          tell.add(.recorded(entry))
        } else {
          readOn(tell)
        }
      case .output(let step, let attempt, let offset, let bytes):
        let piece = OutputPiece(step: step, attempt: attempt, offset: offset, bytes: Array(bytes))
        tell.add(.output(piece))
      case .behind: readOn(tell)
      case .accepted(let number): answer(number, .accepted)
      case .refused(let number, let why): answer(number, .refused(why))
      case .signing(let notice): tell.add(.signing(notice))
      case .stopped(let why):
        tell.add(.stopped(.inputOutput(path: directory.journal, detail: why)))
      case .goodbye: end()
      case .welcome, .snapshot, .refusal: break
      }
    }
    channel.hangUp()
    readOn(tell)
    end()
  }

  /// Tells what the journal has and frames did not say.
  private func readOn(_ tell: UpdateBuffer) {
    guard let entries = try? JournalReader(directory).entries(after: sequence) else { return }
    for entry in entries {
      sequence = entry.sequence
      tell.add(.recorded(entry))
    }
  }

  // MARK: What a person says

  /// Gives a command and waits for the answer; throws the refusal, or that there was no answer.
  func send(_ command: RunCommand, by name: String) async throws(CommandFailure) {
    guard !isOver else { throw Self.gone }
    lastNumber += 1
    let number = lastNumber
    let until = Self.expiry(patience, clock)
    let frame = ConsoleFrame.command(number, command, by: name, until: until)
    guard let bytes = FrameCoding.encode(frame) else {
      throw CommandFailure(
        .usage,
        "That is longer than \(FrameCoding.limit / 1024) KiB; write less, and name a file."
      )
    }
    let channel = channel
    let alarm = Alarm(after: patience.answer) {
      Task(executorPreference: WorkExecutor.shared) { await self.answer(number, .none) }
    }
    defer { alarm.cancel() }
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        answers[number] = continuation
        switch channel.offer(bytes) {
        case true?: break
        case false?: self.answer(number, .none)
        case nil: self.answer(number, .ended)
        }
      }
    } onCancel: {
      Task(executorPreference: WorkExecutor.shared) { await self.answer(number, .cancelled) }
    }
    switch answer {
    case .accepted: return
    case .refused(let why): throw CommandFailure(.usage, why)
    case .ended: throw Self.gone
    case .none: throw runner.failure(of: command, after: patience.answer)
    case .cancelled:
      throw CommandFailure(.busy, "No longer waited for; the record shows whether it was taken up.")
    }
  }

  /// Lets the other consoles know that a key is asked to sign here, or is no longer; nothing waits
  /// for it.
  func tell(_ notice: SigningNotice) {
    guard !isOver, let bytes = FrameCoding.encode(ConsoleFrame.signing(notice)) else { return }
    _ = channel.offer(bytes)
  }

  private func answer(_ number: Int, _ answer: Answer) {
    answers.removeValue(forKey: number)?.resume(returning: answer)
  }

  /// Leaves, and returns when the runner knows it, or has ended.
  ///
  /// - Returns: false when the runner does not answer; one that is stopped is not waited for.
  @discardableResult
  func leave(reason: String) async -> Bool {
    guard !isOver else { return true }
    guard let bytes = FrameCoding.encode(ConsoleFrame.leave(reason: reason)) else { return false }
    switch channel.offer(bytes) {
    case nil: return true
    case false?: return false
    case true?: break
    }
    guard runner.state != .stopped else { return false }
    lastNumber += 1
    let number = lastNumber
    let alarm = Alarm(after: patience.answer) {
      Task(executorPreference: WorkExecutor.shared) { await self.part(number, false) }
    }
    defer { alarm.cancel() }
    return await withCheckedContinuation { continuation in
      if isOver { continuation.resume(returning: true) } else { partings[number] = continuation }
    }
  }

  private func part(_ number: Int, _ isKnown: Bool) {
    partings.removeValue(forKey: number)?.resume(returning: isKnown)
  }

  private func end() {
    isOver = true
    for number in answers.keys { answer(number, .ended) }
    for number in partings.keys { part(number, true) }
  }

  private static let gone = CommandFailure(
    .busy,
    "The runner has ended; take the run over to go on."
  )
}
