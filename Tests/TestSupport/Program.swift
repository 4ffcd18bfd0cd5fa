public import Foundation

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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let environment { process.environment = environment }
    // Files rather than pipes: a pipe that nobody drains would stop the program.
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("mailconsole-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func file(_ name: String, _ data: Data = Data()) throws -> (URL, FileHandle) {
      let url = folder.appendingPathComponent(name)
      try data.write(to: url)
      return (url, try FileHandle(forUpdating: url))
    }
    let (_, standardInput) = try file("in", input)
    let (outputURL, standardOutput) = try file("out")
    let (errorsURL, standardError) = try file("err")
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    try process.run()
    process.waitUntilExit()
    let ended = Int(process.terminationStatus)
    return Result(
      status: process.terminationReason == .exit ? ended : -ended,
      output: String(decoding: try Data(contentsOf: outputURL), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorsURL), as: UTF8.self)
    )
  }
}
