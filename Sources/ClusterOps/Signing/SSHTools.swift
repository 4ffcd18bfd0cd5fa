internal import Foundation
internal import Runbooks

/// Runs OpenSSH's programs for signatures: bounded in time, without a terminal or a shell.
struct SSHTools: Sendable {
  let runner: CommandRunner

  /// Runs one program; `changes` is false, because signing and checking leave nothing behind.
  func run(
    _ argv: [String],
    input: [UInt8] = [],
    timeout: Duration
  ) async throws(OperationFailure) -> CommandOutcome {
    try await runner.run(
      Invocation(argv: argv, input: input, timeout: timeout, keep: 64 * 1024, changes: false),
      stdout: { _ in }
    )
  }

  /// Gives the work a folder of its own (0700), whose files (0600) are gone afterwards.
  static func withFolder<T>(
    _ files: [String: [UInt8]],
    _ work: (String) async throws -> T
  ) async throws -> T {
    let folder = FileManager.default.temporaryDirectory.path + "/mailconsole-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder,
      withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o700]
    )
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, bytes) in files {
      guard
        FileManager.default.createFile(
          atPath: folder + "/" + name,
          contents: Data(bytes),
          attributes: [.posixPermissions: 0o600]
        )
      else { throw CocoaError(.fileWriteUnknown) }
    }
    return try await work(folder)
  }

  /// The last thing a program said, on one line and short enough for a message.
  static func lastWords(_ outcome: CommandOutcome) -> String {
    let lines = outcome.stderrText.split(whereSeparator: \.isNewline)
      .filter { !$0.hasPrefix("Signing data on standard input") }
    return capped(lines.last.map(String.init) ?? "exit status \(outcome.exit)")
  }
}
