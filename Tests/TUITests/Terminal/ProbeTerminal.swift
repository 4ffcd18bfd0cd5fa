import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Starts the probe, which is built next to the tests.
enum ProbeTerminal {
  static func start(
    _ screen: String = "list",
    environment: [String: String] = [:],
    columns: Int = 80,
    rows: Int = 24
  ) throws -> PseudoTerminal {
    try PseudoTerminal(
      path,
      [screen],
      environment: environment,
      columns: columns,
      rows: rows
    )
  }

  /// As `start`, through a shell command in which `$PROBE` is the program.
  static func start(shell command: String) throws -> PseudoTerminal {
    try PseudoTerminal("/bin/sh", ["-c", command], environment: ["PROBE": path])
  }

  /// As `start`, and waits for the first frame to be complete.
  static func shown(
    _ screen: String = "list",
    environment: [String: String] = [:]
  ) throws -> PseudoTerminal {
    let terminal = try start(screen, environment: environment)
    try terminal.waitForText("all keys")
    return terminal
  }

  static var path: String {
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count)
    let bytes = buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
    let own = String(decoding: bytes, as: UTF8.self)
    let folder = own.split(separator: "/").dropLast().joined(separator: "/")
    return "/\(folder)/TUIProbe"
  }
}
