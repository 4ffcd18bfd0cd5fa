internal import Glibc
internal import Runbooks
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// Commands that outlive us: each by way of a ``Supervisor`` of its own.
extension CommandRunner {
  func supervise(
    _ command: Invocation,
    _ custody: Custody,
    _ supervisor: [String],
    stdout: @escaping @Sendable ([UInt8]) async -> Void,
    stderr: @escaping @Sendable ([UInt8]) async -> Void
  ) async throws(OperationFailure) -> CommandOutcome {
    let secrets = command.secrets?.handover ?? []
    let order = SupervisorOrder(
      files: await custody.next(),
      timeout: command.timeout,
      grace: grace,
      keep: command.keep,
      recording: !custody.keepsOutput ? .nothing : command.recordsOutput ? .everything : .errors,
      secretsLength: secrets.count,
      inputLength: command.input.count,
      argv: command.argv
    )
    let began = ContinuousClock.now
    let session = SupervisedSession(limit: command.keep)
    let broke = await withTaskGroup(of: (any Error)?.self) { group -> (any Error)? in
      group.addTask {
        do {
          try await follow(
            order,
            secrets,
            command,
            custody,
            supervisor,
            session,
            stdout,
            stderr
          )
          return nil
        } catch {
          return error
        }
      }
      group.addTask {
        // The supervisor keeps the time; this is for one that does not answer.
        await Timetable.shared.sleep(for: command.timeout + teardownLimit)
        return nil
      }
      // Whichever is first ends the other; the first task's error is what counts.
      var error: (any Error)?
      while let result = await group.next() {
        error = error ?? result
        group.cancelAll()
      }
      return error
    }
    if let failure = broke as? OperationFailure { throw failure }
    guard let (process, supervising) = session.processes, session.isLetGo else {
      throw Self.unstartable(
        command.argv[0],
        broke.map { "\($0)" } ?? "its supervisor ended before it could begin"
      )
    }
    let child = AbandonedChild(
      files: order.files,
      process: process,
      supervisor: supervising,
      boot: process.boot
    )
    let left = command.timeout - (ContinuousClock.now - began)
    switch await child.waitForEnd(within: max(.zero, left), grace: grace) {
    case .ended(let status):
      return try status.outcome(of: command, session.stdout, stderr: session.stderr)
    case .lost(let why):
      let reason = session.couldNotWrite ? AbandonedChild.unwritten : why
      throw OperationFailure(
        .failed,
        "\(command.argv[0]) could not be followed: \(capped(reason))",
        advice: "Look at the world before doing anything again.",
        effect: command.changes ? .unknown : .none
      )
    }
  }

  /// What a supervisor needs to end its command, write that down and end itself.
  private var teardownLimit: Duration { grace * 2 + .seconds(5) }

  private func follow(
    _ order: SupervisorOrder,
    _ secrets: [UInt8],
    _ command: Invocation,
    _ custody: Custody,
    _ supervisor: [String],
    _ session: SupervisedSession,
    _ stdout: @escaping @Sendable ([UInt8]) async -> Void,
    _ stderr: @escaping @Sendable ([UInt8]) async -> Void
  ) async throws {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, allowedDurationToNextStep: teardownLimit)
    ]
    let result = try await Subprocess.run(
      .path(FilePath(supervisor[0])),
      arguments: Subprocess.Arguments(Array(supervisor.dropFirst()) + order.words),
      environment: subprocessEnvironment,
      platformOptions: options,
      input: .inputWriter,
      output: .sequence,
      error: .sequence
    ) { execution in
      async let errors = collect(execution.standardError, command.secrets, to: stderr)
      let input = execution.standardInputWriter
      let before = secrets + command.input
      if !before.isEmpty { _ = try await input.write(before) }
      let veil = command.secrets.map(RedactedStream.init)
      var feeding: Task<Void, Never>?
      defer { feeding?.cancel() }
      var first: [UInt8] = []
      for try await buffer in execution.standardOutput {
        var bytes = buffer.withUnsafeBytes { Array($0) }
        if !session.isLetGo {
          first += bytes
          guard let end = first.firstIndex(of: 0x0A) else { continue }
          let (process, supervising) = try session.meet(
            String(decoding: first[..<end], as: UTF8.self),
            of: execution.processIdentifier.value
          )
          try await custody.spawned(command.argv[0], process, supervising)
          session.letGo()
          _ = try await input.write([SupervisorOrder.go])
          feeding = feed(command.secrets, beside: secrets, to: input)
          bytes = Array(first[(end + 1)...])
        }
        if Task.isCancelled { break }
        guard !bytes.isEmpty else { continue }
        let shown = veil?.take(bytes) ?? bytes
        session.take(command.keepsSecrets ? bytes : shown)
        if !shown.isEmpty { await stdout(shown) }
      }
      if let rest = veil?.finish(), !rest.isEmpty {
        if !command.keepsSecrets { session.take(rest) }
        await stdout(rest)
      }
      feeding?.cancel()
      await feeding?.value
      session.take(errors: try await errors)
    }
    session.take(result.terminationStatus)
  }

  /// Tells a supervisor each secret that becomes known while its command is under way, until the
  /// task is cancelled; what was handed over at the beginning is not told again.
  private func feed(
    _ vault: SecretVault?,
    beside known: [UInt8],
    to input: StandardInputWriter
  ) -> Task<Void, Never> {
    Task {
      if let vault {
        let all = vault.handovers()
        if vault.handover != known {
          _ = try? await input.write(SecretFeed.message(vault.handover))
        }
        for await handover in all {
          // A supervisor that has ended takes no more.
          guard (try? await input.write(SecretFeed.message(handover))) != nil else { break }
        }
      }
      try? await input.finish()
    }
  }
}

/// What we learn of a supervised command while it runs.
///
/// A class because it is filled in inside the closure that follows the supervisor and read after
/// it, however that ends.
private final class SupervisedSession: Sendable {
  private struct State {
    var processes: (ProcessIdentity, ProcessIdentity)?
    var isLetGo = false
    var couldNotWrite = false
    var stdout: HeadBytes
    var stderr: [UInt8] = []
  }

  private let state: Mutex<State>

  init(limit: Int) { state = Mutex(State(stdout: HeadBytes(limit: limit))) }

  var processes: (ProcessIdentity, ProcessIdentity)? { state.withLock { $0.processes } }
  var isLetGo: Bool { state.withLock { $0.isLetGo } }
  /// Whether the supervisor saw the end and could not write it down.
  var couldNotWrite: Bool { state.withLock { $0.couldNotWrite } }
  var stdout: HeadBytes { state.withLock { $0.stdout } }
  var stderr: [UInt8] { state.withLock { $0.stderr } }

  /// Reads the line by which a supervisor announces its command.
  func meet(_ line: String, of supervisor: pid_t) throws -> (ProcessIdentity, ProcessIdentity) {
    let words = line.split(separator: " ")
    guard words.count == 2, let pid = Int32(words[0]), let started = UInt64(words[1]),
      let own = ProcessIdentity.start(of: supervisor)
    else { throw Misunderstood(line: capped(line)) }
    let boot = SystemRunClock.currentBoot
    let processes = (
      ProcessIdentity(pid: pid, started: started, boot: boot),
      ProcessIdentity(pid: supervisor, started: own, boot: boot)
    )
    state.withLock { $0.processes = processes }
    return processes
  }

  /// From here on the command may have happened.
  func letGo() { state.withLock { $0.isLetGo = true } }

  func take(_ bytes: [UInt8]) { state.withLock { $0.stdout.append(bytes) } }

  func take(errors bytes: [UInt8]) { state.withLock { $0.stderr = bytes } }

  func take(_ end: TerminationStatus) {
    state.withLock { $0.couldNotWrite = end == .exited(Supervisor.Exit.io) }
  }

  private struct Misunderstood: Error, CustomStringConvertible {
    let line: String
    var description: String { "its supervisor said ‘\(line)’" }
  }
}
