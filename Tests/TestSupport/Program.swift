public import Foundation
internal import Glibc

/// Runs programs, for tests.
///
/// By posix_spawn(3) and waitpid(2), not by Foundation's `Process`: that one
/// takes a program for running as long as a daemon it started lives.
public enum Program {
  /// How a program ended and what it printed.
  public struct Result: Sendable {
    /// The exit status; minus the signal's number when a signal ended it.
    public let status: Int
    public let output: String
    public let errors: String
  }

  /// Runs a program of `PATH` or by path to its end; 127 where there is none, as in sh(1).
  public static func run(
    _ program: String,
    _ arguments: [String] = [],
    environment: [String: String]? = nil,
    input: Data = Data()
  ) throws -> Result {
    // Files rather than pipes: a pipe that nobody drains would stop the program.
    let folder = try TemporaryFolder()
    let standardInput = folder.path + "/in"
    try input.write(to: URL(fileURLWithPath: standardInput))
    let running: RunningProgram
    do {
      running = try RunningProgram(
        program,
        arguments,
        environment: environment,
        input: standardInput,
        output: folder.path + "/out",
        errors: folder.path + "/err"
      )
    } catch let error as POSIXError where error.code == .ENOENT {
      return Result(status: 127, output: "", errors: "\(program): not found")
    }
    let status = running.wait()
    func text(_ name: String) throws -> String {
      String(
        decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name)),
        as: UTF8.self
      )
    }
    return Result(status: status, output: try text("out"), errors: try text("err"))
  }
}

/// A program that was started and has to be waited for once.
///
/// A class because a process has identity.
public final class RunningProgram {
  public let pid: pid_t
  private var status: Int?

  /// Starts a program with its streams in files and nothing else of ours.
  public init(
    _ program: String,
    _ arguments: [String],
    environment: [String: String]? = nil,
    input: String = "/dev/null",
    output: String,
    errors: String
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
      // One that is closed by now is no mistake to glibc.
      if let descriptor = Int32(name), descriptor > 2 {
        posix_spawn_file_actions_addclose(&actions, descriptor)
      }
    }
    // Test threads block most signals, and a program started by one would do so too.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    )
    let variables = environment ?? ProcessInfo.processInfo.environment
    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) }
    var envp: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0.key)=\($0.value)") }
    argv.append(nil)
    envp.append(nil)
    defer { for pointer in argv + envp { free(pointer) } }
    var pid: pid_t = 0
    let error = posix_spawnp(&pid, program, &actions, &attributes, argv, envp)
    guard error == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: error) ?? .EINVAL)
    }
    self.pid = pid
  }

  /// Whether it has not ended yet.
  public var isRunning: Bool {
    if status == nil { reap(WNOHANG) }
    return status == nil
  }

  /// Waits until so many lines stand in its output, or it has ended; a minute at most.
  public func waitForLines(_ count: Int, in path: String) {
    let deadline = Date(timeIntervalSinceNow: 60)
    while isRunning, Date() < deadline {
      let text = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
      if text.count(where: { $0 == 0x0A }) >= count { return }
      usleep(1_000)
    }
  }

  /// Sends a signal, while it runs.
  public func send(_ signal: Int32) {
    if isRunning { kill(pid, signal) }
  }

  /// Waits for its end: the exit status, or minus the signal's number.
  @discardableResult
  public func wait() -> Int {
    while status == nil { reap(0) }
    return status ?? -1
  }

  private func reap(_ options: Int32) {
    var raw: Int32 = 0
    guard waitpid(pid, &raw, options) == pid else { return }
    let signal = Int(raw & 0x7F)
    status = signal == 0 ? Int(raw >> 8 & 0xFF) : -signal
  }
}
