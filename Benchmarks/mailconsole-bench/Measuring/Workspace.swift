// Dispatch sources may be used from anywhere; their protocol does not say so.
@preconcurrency internal import Dispatch
internal import Foundation

/// A folder of the benchmark's own, on a real disk, that goes at the end.
///
/// A class because it stands for something on disk that must be removed, also
/// when the benchmark is interrupted.
final class Workspace: Sendable {
  let path: String
  private let interruptions: [any DispatchSourceSignal]

  /// Makes the folder; in `/var/tmp`, as `/tmp` may lie in memory, where nothing waits for a disk.
  init() throws {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/var/tmp"
    let path = "\(base)/mailconsole-bench-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    self.path = path
    interruptions = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        try? FileManager.default.removeItem(atPath: path)
        exit(128 + number)
      }
      source.resume()
      return source
    }
  }

  /// Removes the folder; exit(3) waits for no deinitializer.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// A new folder in it.
  func folder(_ name: String) throws -> String {
    let folder = path + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// Writes a file below the folder and returns its path.
  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try text.write(to: file, atomically: false, encoding: .utf8)
    return file.path
  }
}
