/// What `result` has where a check judges a command line: the names and types for lint, and the
/// values for the engine.
enum CommandReading {
  private static let exit = "exit"
  /// As `outputs:` of a command says it: `from: stdout`.
  private static let standardOutput = "stdout"

  static let names = [
    exit: TypeScope.Entry(.integer), standardOutput: TypeScope.Entry(.string),
  ]

  /// - Parameters:
  ///   - status: the exit status, or 128 and the signal.
  ///   - text: standard output without its last line end.
  static func values(exit status: Int, standardOutput text: String) -> [String: Value] {
    [exit: .integer(status), standardOutput: .string(text)]
  }
}
