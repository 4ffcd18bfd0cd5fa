internal import Foundation

/// Short programs of the benchmark's own, for what Swift has no library for here.
enum Script {
  /// Runs a Python program to its end and gives what it printed.
  static func python(_ text: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", text] + arguments
    process.standardOutput = output
    try process.run()
    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchFailure(
        "a Python program of the benchmark ended with \(process.terminationStatus)"
      )
    }
    return printed
  }
}
