internal import Foundation

/// The built `mailconsole` and the checkout it belongs to, as an operator uses them.
public struct ConsoleBinary: Sendable {
  /// The root of the checkout.
  public let root: String
  /// The binary under test.
  public let path: String
  /// Where it and what is built beside it lie.
  public let directory: String
  /// The directory of all runs.
  public let runs: String
  let environment: [String: String]

  /// - Parameters:
  ///   - state: where runs are kept.
  ///   - variables: further environment.
  public init(state: String, variables: [String: String] = [:]) {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent()
    self.root = root.path
    runs = state + "/runs"
    // Beside the tests themselves, whatever --scratch-path they were built with.
    directory =
      URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().path
    path = directory + "/mailconsole"
    let inherited = ProcessInfo.processInfo.environment
    var environment = ["MAILCONSOLE_STATE": state, "LANG": "C.UTF-8", "TERM": "dumb"]
    for name in ["PATH", "HOME"] { environment[name] = inherited[name] }
    environment["SWIFT_BACKTRACE"] = "enable=yes,interactive=no,color=no"
    self.environment = environment.merging(variables) { $1 }
  }

  /// Runs a command of the console to its end.
  public func run(_ arguments: String...) throws -> Program.Result { try run(arguments) }

  /// Runs a command of the console to its end.
  public func run(_ arguments: [String]) throws -> Program.Result {
    try Program.run(path, arguments, environment: environment)
  }

  /// The same in a process that may have only so many descriptors open (setrlimit(2)).
  public func start(
    _ arguments: [String],
    output: String,
    descriptors: Int
  ) throws -> RunningProgram {
    try RunningProgram(
      "/bin/sh",
      ["-c", "ulimit -n \(descriptors) && exec \"$0\" \"$@\"", path] + arguments,
      environment: environment,
      output: output,
      errors: output
    )
  }

  /// Starts a command and leaves it running, all its output going to one file.
  public func start(_ arguments: [String], output: String) throws -> RunningProgram {
    try RunningProgram(
      path,
      arguments,
      environment: environment,
      output: output,
      errors: output
    )
  }
}

/// A run's record as `show --json` tells it.
public struct RecordedTimeline: Decodable, Sendable {
  public struct Line: Decodable, Sendable, Hashable {
    public let sequence: Int64
    public let type: String
    public let step: String?
    public let text: String
    public let hash: String
  }

  public let lines: [Line]

  /// Reads the JSON of `mailconsole show --json`.
  public init(json: String) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
  }

  /// Steps that began again although the record says nothing of how the attempt before ended.
  public var unsaidRepetitions: [String] {
    Set(lines.compactMap(\.step)).sorted().filter { step in
      var isOpen = false
      for type in types(of: step) {
        switch type {
        case "step.started", "compensation.started":
          if isOpen { return true }
          isOpen = true
        case "step.ended", "step.unknown", "compensation.ended", "compensation.unknown":
          isOpen = false
        default: break
        }
      }
      return false
    }
  }

  /// Lines that were shown, of form `SEQUENCE TIME TYPE …`, and that the record does not have.
  ///
  /// The last line may be torn: only whole lines were shown.
  public func missing(of shown: String) -> [String] {
    let recorded = Set(lines.map { "\($0.sequence) \($0.type)" })
    return shown.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .filter { line in
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count > 2, let sequence = Int64(words[0]) else { return false }
        return !recorded.contains("\(sequence) \(words[2])")
      }
      .map(String.init)
  }

  /// What happened to a step, in order.
  public func types(of step: String) -> [String] {
    lines.filter { $0.step == step }.map(\.type)
  }
}
