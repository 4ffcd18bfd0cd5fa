public import Foundation
import Glibc

/// Runs programs to their end, for tests.
public enum Program {
  /// How a program ended and what it printed.
  public struct Result: Sendable {
    /// The exit status; minus the signal's number when a signal ended it.
    public let status: Int
    public let output: String
    public let errors: String
  }

  /// Runs a program of `PATH` or by path, with nothing on standard input.
  public static func run(
    _ program: String,
    _ arguments: [String] = [],
    environment: [String: String]? = nil,
    input: Data = Data()
  ) throws -> Result {
    // Files rather than pipes: a pipe that nobody drains would stop the program.
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mailconsole-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["in", "out", "err"].map { folder.appendingPathComponent($0).path }
    try input.write(to: URL(fileURLWithPath: paths[0]))
    let ended = try wait(for: spawn([program] + arguments, environment, paths))
    return Result(
      status: ended,
      output: String(decoding: try Data(contentsOf: URL(fileURLWithPath: paths[1])), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: paths[2])), as: UTF8.self)
    )
  }

  /// Starts a program with files for its three descriptors.
  ///
  /// Not Foundation's `Process`: it waits until every heir of a descriptor it
  /// hands down has gone, and a tmux server stays.
  private static func spawn(
    _ words: [String],
    _ environment: [String: String]?,
    _ paths: [String]
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, paths[0], O_RDONLY, 0)
    for (descriptor, path) in zip(Int32(1)..., paths.dropFirst()) {
      posix_spawn_file_actions_addopen(&actions, descriptor, path, O_WRONLY | O_CREAT, 0o600)
    }
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
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF)
    )
    let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }
    var argv = words.map { strdup($0) } + [nil]
    var envp = variables.map { strdup($0) } + [nil]
    defer { for text in argv + envp { free(text) } }
    var pid: pid_t = 0
    let failure = posix_spawnp(&pid, words[0], &actions, &attributes, &argv, &envp)
    // As env(1) and the shell say it.
    if failure == ENOENT { return -127 }
    guard failure == 0 else { throw CocoaError(.executableLoad) }
    return pid
  }

  private static func wait(for pid: pid_t) throws -> Int {
    if pid < 0 { return Int(-pid) }
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0 {
      guard errno == EINTR else { throw CocoaError(.executableRuntimeMismatch) }
    }
    let signal = Int(status & 0x7F)
    return signal == 0 ? Int(status >> 8 & 0xFF) : -signal
  }
}
