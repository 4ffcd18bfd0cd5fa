internal import Glibc
public import Runbooks
internal import Subprocess
internal import SystemPackage

/// Runs programs as argument vectors and ends whatever they start in bounded time and memory.
///
/// Each child leads a session of its own, without a terminal. When it takes too
/// long or the task is cancelled, its process group gets TERM, then KILL; what
/// it leaves behind in the group is killed when it ends. Output that nobody
/// takes makes the child wait, so that memory stays bounded.
public struct CommandRunner: Sendable {
  public var environment: CommandEnvironment
  /// How long a child has between TERM and KILL.
  public var grace: Duration
  /// The program and first arguments that start a ``Supervisor``; nil: commands are never kept on
  /// record and end with us.
  public var supervisor: [String]?

  static let errorLimit = 64 * 1024

  public init(
    environment: CommandEnvironment = .current(),
    grace: Duration = .seconds(5),
    supervisor: [String]? = nil
  ) {
    self.environment = environment
    self.grace = grace
    self.supervisor = supervisor
  }

  /// Runs a program and streams its standard output and standard error as they appear.
  ///
  /// Any exit status is an outcome, not a failure; what it means is the caller's to say.
  public func run(
    argv: [String],
    input: [UInt8] = [],
    timeout: Duration,
    output: @escaping @Sendable ([UInt8]) async -> Void = { _ in }
  ) async throws(OperationFailure) -> CommandOutcome {
    try await run(
      Invocation(argv: argv, input: input, timeout: timeout),
      stdout: output,
      stderr: output
    )
  }

  /// Runs a command; each stream goes to its own receiver.
  ///
  /// - Parameter custody: keeps it on record, so that it outlives us.
  public func run(
    _ command: Invocation,
    in custody: Custody? = nil,
    stdout: @escaping @Sendable ([UInt8]) async -> Void,
    stderr: @escaping @Sendable ([UInt8]) async -> Void = { _ in }
  ) async throws(OperationFailure) -> CommandOutcome {
    Self.ignoreBrokenPipes
    guard let program = command.argv.first, !program.isEmpty else {
      throw OperationFailure(
        .refused,
        "the command line is empty",
        advice: "Name the program to run.",
        effect: .none
      )
    }
    guard !command.argv.contains(where: { $0.utf8.contains(0) }) else {
      throw OperationFailure(
        .refused,
        "an argument of \(program) contains a NUL byte",
        advice: "Correct the value it comes from.",
        effect: .none
      )
    }
    if let inherited = await custody?.inherit(), let outcome = try inherited.outcome(of: command) {
      return outcome
    }
    if let custody, let supervisor {
      return try await supervise(command, custody, supervisor, stdout: stdout, stderr: stderr)
    }
    let race = await withTaskGroup(of: RaceEvent.self) { group -> (RaceEvent?, Bool) in
      group.addTask {
        do {
          return .ended(try await child(command, stdout: stdout, stderr: stderr))
        } catch {
          return .broke(error as? SubprocessError)
        }
      }
      group.addTask {
        await Timetable.shared.sleep(for: command.timeout)
        return .timeIsUp
      }
      var isLate = false
      var ended: RaceEvent?
      while let event = await group.next() {
        if case .timeIsUp = event {
          // Cancelling the child's task ends its process group.
          isLate = ended == nil
        } else {
          ended = event
        }
        group.cancelAll()
      }
      return (ended, isLate)
    }
    return try judge(race.0, isLate: race.1, command, program)
  }

  private enum RaceEvent: Sendable {
    case ended(CommandOutcome)
    case broke(SubprocessError?)
    case timeIsUp
  }

  private func judge(
    _ event: RaceEvent?,
    isLate: Bool,
    _ command: Invocation,
    _ program: String
  ) throws(OperationFailure) -> CommandOutcome {
    let interrupted: OperationFailure.Effect = command.changes ? .unknown : .none
    if case .broke(let error?) = event, error.code == .executableNotFound {
      throw Self.missing(program)
    }
    if case .broke(let error?) = event, error.code == .spawnFailed {
      throw Self.unstartable(program, error.description)
    }
    if Task.isCancelled { throw Self.stopped(command) }
    if isLate { throw Self.late(command) }
    switch event {
    case .ended(let outcome): return outcome
    case .broke(let error):
      throw OperationFailure(
        .failed,
        "\(program) could not be followed: \(capped(error?.description ?? "unknown error"))",
        advice: "Look at the world before doing anything again.",
        effect: interrupted
      )
    case .timeIsUp, nil: preconditionFailure("the child's task always reports an end")
    }
  }

  private func child(
    _ command: Invocation,
    stdout: @escaping @Sendable ([UInt8]) async -> Void,
    stderr: @escaping @Sendable ([UInt8]) async -> Void
  ) async throws -> CommandOutcome {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)
    ]
    let processGroup = ProcessGroup()
    // Whatever happens, nothing that the child left in its group stays.
    defer { processGroup.kill() }
    let program = command.argv[0]
    let result = try await Subprocess.run(
      program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: Subprocess.Arguments(Array(command.argv.dropFirst())),
      environment: subprocessEnvironment,
      platformOptions: options,
      input: .inputWriter,
      output: .sequence,
      error: .sequence
    ) { execution in
      processGroup.identifier = execution.processIdentifier.value
      async let input: Void = write(command.input, to: execution.standardInputWriter)
      async let errors = collect(execution.standardError, command.secrets, to: stderr)
      var head = HeadBytes(limit: command.keep)
      let veil = command.secrets.map(RedactedStream.init)
      for try await buffer in execution.standardOutput {
        if Task.isCancelled { break }
        let bytes = buffer.withUnsafeBytes { Array($0) }
        let shown = veil?.take(bytes) ?? bytes
        head.append(command.keepsSecrets ? bytes : shown)
        if !shown.isEmpty { await stdout(shown) }
      }
      if let rest = veil?.finish(), !rest.isEmpty {
        if !command.keepsSecrets { head.append(rest) }
        await stdout(rest)
      }
      let last = try await errors
      await input
      return (head, last)
    }
    let (head, last) = result.closureResult
    let ending: CommandOutcome.Ending =
      switch result.terminationStatus {
      case .exited(let status): .exited(Int(status))
      case .signaled(let signal): .signalled(Int(signal))
      }
    return CommandOutcome(
      ending: ending,
      stdout: head.bytes,
      isTruncated: head.isTruncated,
      stderr: last
    )
  }

  var subprocessEnvironment: Subprocess.Environment {
    .custom(
      Dictionary(
        uniqueKeysWithValues: environment.variables.map {
          (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value)
        }
      )
    )
  }

  /// Writes the input; a child that does not want it all has decided so itself.
  private func write(_ bytes: [UInt8], to writer: StandardInputWriter) async {
    if !bytes.isEmpty { _ = try? await writer.write(bytes) }
    try? await writer.finish()
  }

  func collect(
    _ stream: SubprocessOutputSequence,
    _ secrets: SecretVault?,
    to receiver: @Sendable ([UInt8]) async -> Void
  ) async throws -> [UInt8] {
    var tail = TailBytes(limit: Self.errorLimit)
    let veil = secrets.map(RedactedStream.init)
    for try await buffer in stream {
      if Task.isCancelled { break }
      let bytes = buffer.withUnsafeBytes { Array($0) }
      let shown = veil?.take(bytes) ?? bytes
      tail.append(shown)
      if !shown.isEmpty { await receiver(shown) }
    }
    if let rest = veil?.finish(), !rest.isEmpty {
      tail.append(rest)
      await receiver(rest)
    }
    return tail.bytes
  }

  /// Ignores SIGPIPE (signal(7)): a child that closes its standard input must not end us.
  ///
  /// Children get the default action back.
  private static let ignoreBrokenPipes: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

  static func unstartable(_ program: String, _ why: String) -> OperationFailure {
    OperationFailure(
      .failed,
      "\(program) could not be started: \(capped(why))",
      advice: "Check that it may be executed on this machine.",
      effect: .none
    )
  }

  static func stopped(_ command: Invocation) -> OperationFailure {
    OperationFailure(
      .cancelled,
      "\(command.argv[0]) was stopped before it ended",
      advice: command.changes
        ? "Look at the world before doing anything again." : "Run the step again when ready.",
      effect: command.changes ? .unknown : .none
    )
  }

  static func late(_ command: Invocation) -> OperationFailure {
    OperationFailure(
      .timedOut,
      "\(command.argv[0]) did not end within \(DurationText.format(command.timeout)) and was stopped",
      advice: "See whether what it talks to answers; allow more time if the work is large.",
      effect: command.changes ? .unknown : .none
    )
  }

  static func missing(_ program: String) -> OperationFailure {
    let name = program.split(separator: "/").last.map(String.init) ?? program
    let advice =
      name == "kubectl"
      ? "Install kubectl 1.27 or later (Debian 13: apt install kubectl; k3s brings its own) "
        + "and see that it is on PATH."
      : "Install \(capped(name, 60))\(ProgramPackage.hint(of: name)) and see that it is on PATH."
    return OperationFailure(
      .unreachable,
      "the program \(capped(program, 100)) is not on this machine",
      advice: advice,
      effect: .none
    )
  }
}

/// The process group of a child.
///
/// A class because the identifier becomes known inside the child's closure and
/// is needed after it, however that ends.
private final class ProcessGroup {
  var identifier: pid_t = 0

  /// Kills what is left of the group; an empty one is no error.
  ///
  /// The number stays taken while any member lives (setsid(2)), so this cannot
  /// hit a stranger as long as there is something to hit.
  func kill() {
    if identifier > 1 { _ = Glibc.kill(-identifier, SIGKILL) }
  }
}

/// Text from outside, short enough for a message.
func capped(_ text: String, _ limit: Int = 200) -> String {
  text.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
}
