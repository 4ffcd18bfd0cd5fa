internal import Foundation

/// The built console in a terminal, on the bundled tabletop site, with a state
/// directory of its own.
///
/// A class because it stands for a folder and a terminal that must go once.
public final class ConsoleSession {
  /// The binary under test.
  public static var program: String { ConsoleBinary(state: "").path }

  public let state: TemporaryFolder
  public private(set) var tmux: TmuxSession

  /// Starts the console as `tomas`, or what `arguments` say instead.
  public init(
    columns: Int = 80,
    rows: Int = 24,
    environment: [String: String] = [:],
    term: String = "tmux-256color",
    state: TemporaryFolder? = nil,
    shell: String? = nil,
    patience: Double = 20,
    _ arguments: [String] = ["--as", "tomas"]
  ) throws {
    let state = try state ?? TemporaryFolder()
    self.state = state
    var environment = environment
    environment["MAILCONSOLE_STATE"] = state.path
    tmux = try TmuxSession(
      columns: columns,
      rows: rows,
      environment: environment,
      term: term,
      patience: patience,
      arguments: shell.map { ["/bin/sh", "-c", $0] } ?? [Self.program] + arguments
    )
  }

  /// Starts the console over a session of `server`, as an operator does from elsewhere.
  ///
  /// The process in the terminal, ``TmuxSession/pid()``, is then a shell, its child the ssh client.
  public convenience init(
    over server: SSHServer,
    columns: Int = 110,
    rows: Int = 40,
    environment: [String: String] = [:],
    state: TemporaryFolder,
    patience: Double = 30,
    _ arguments: [String]
  ) throws {
    var remote = environment
    remote["MAILCONSOLE_STATE"] = state.path
    remote["LANG"] = "C.UTF-8"
    remote["SWIFT_BACKTRACE"] = "enable=yes,interactive=no,color=no"
    try self.init(
      columns: columns,
      rows: rows,
      state: state,
      shell: server.session([Self.program] + arguments, environment: remote),
      patience: patience
    )
  }

  /// The commands of the console on the same state directory.
  public var console: ConsoleBinary { ConsoleBinary(state: state.path) }

  // MARK: Hands

  /// Waits until the first screen has read the checks, which changes it.
  public func waitForStatus() throws {
    let signs = ["never looked", "checked ", "looking", "There are no checks", "cannot be used"]
    try tmux.wait("the first screen") { screen in
      Self.crumbs(screen).hasPrefix("status")
        && signs.contains { sign in screen.contains { $0.contains(sign) } }
    }
  }

  /// Goes from the first screen to the runbooks.
  public func openRunbooks() throws {
    try waitForStatus()
    try go(to: "runbooks", by: "R")
  }

  /// Goes to a screen by its key; a key that meets a row that is just changing does not act.
  public func go(to crumb: String, by key: String) throws {
    for _ in 0..<5 where !Self.crumbs(try tmux.screen()).contains(crumb) { try tmux.press(key) }
    try tmux.wait("the screen \(crumb)") { Self.crumbs($0).contains(crumb) }
  }

  /// Opens a runbook and says yes to the start.
  public func start(_ runbook: String) throws {
    try openRunbooks()
    try tmux.press("/")
    try tmux.type(runbook)
    try tmux.press("Enter")
    try tmux.wait("the runbook \(runbook)") { screen in
      screen.contains { $0.contains("▶") && $0.contains(runbook) }
    }
    try tmux.press("Enter")
    try tmux.wait(for: "Start it?")
    try tmux.press("Space", "Enter")
    try tmux.wait("the run") { screen in
      !Self.crumbs(screen).contains("runbooks") && screen[0].contains("drives")
    }
  }

  /// The line that says where one is.
  public static func crumbs(_ screen: [String]) -> String { screen.count > 1 ? screen[1] : "" }

  /// What the details say where `a` does something: for the operator, in another's place, or for
  /// whoever signs at this console.
  private static let offers = ["press a", "it is for", "here with a"]

  /// Opens what a step waits for: waits until the pointer is on it, then acts.
  public func act(on step: String, _ dialog: String, within seconds: Double? = nil) throws {
    try tmux.wait("the pointer on \(step)", within: seconds) { screen in
      // The details carry the id of the step in their rule.
      screen.contains { $0.hasPrefix("─") && $0.contains(" \(step) ") }
        && screen.contains { row in Self.offers.contains { row.contains($0) } }
    }
    try tmux.press("a")
    try tmux.wait(for: dialog)
  }

  /// Gives the go for a change.
  public func go(_ step: String) throws {
    try act(on: step, ": go?")
    try tmux.press("Tab")
    try tmux.wait("the focus on Go") { $0.contains { $0.contains("[ Go ]") } }
    try tmux.press("Enter")
    try tmux.wait("the dialog to close") { !$0.contains { $0.contains(": go?") } }
  }

  /// Types into the field that has the keyboard and goes on to the next one.
  public func fill(_ texts: String...) throws {
    for text in texts {
      if !text.isEmpty { try tmux.type(text) }
      try tmux.press("Enter")
    }
  }

  /// Chooses the option after so many presses of space.
  public func choose(_ presses: Int) throws {
    for _ in 0..<presses { try tmux.press("Space") }
    try tmux.press("Enter")
  }

  /// Signs a step off as somebody of the choice.
  public func signOff(
    _ step: String,
    as name: String,
    _ comment: String,
    typing words: String? = nil
  )
    throws
  {
    try act(on: step, "Who signs off?")
    try tmux.wait("the choice of \(name)") { screen in
      screen.contains { $0.contains("(•) \(name)") || $0.contains("( ) \(name)") }
    }
    for _ in 0..<6 where !(try tmux.screen()).contains(where: { $0.contains("(•) \(name)") }) {
      let before = try tmux.screen()
      try tmux.press("Right")
      try tmux.wait("the next name") { $0 != before }
    }
    try tmux.press("Enter")
    try fill(comment)
    if let words { try fill(words) }
    try choose(1)
    try tmux.wait("the form to close") { !$0.contains { $0.contains("Who signs off?") } }
  }

  /// Leaves the console, and says yes if a step still runs; returns its status.
  public func leave() throws -> Int {
    try tmux.press("q")
    var status: Int?
    try tmux.wait("the end, or the question whether to leave") { screen in
      status = try? tmux.exitStatus()
      return status != nil || screen.contains { $0.contains("Leave while the run") }
    }
    if let status { return status }
    // One after the other: a key that meets a screen that is just changing does not act.
    try tmux.press("Tab")
    try tmux.wait(for: "[ Leave ]")
    try tmux.press("Enter")
    return try tmux.waitForExit()
  }

  // MARK: The record

  /// The events that a journal screen shows.
  public static func journalLines(_ screen: [String]) -> [(sequence: Int64, type: String)] {
    screen.compactMap { row in
      let words = row.drop { !$0.isNumber }.split(whereSeparator: \.isWhitespace)
      // 12  03:10:07  tomas  step.started  …
      guard words.count > 3, let sequence = Int64(words[0]), words[1].contains(":"),
        words[3].contains(".")
      else { return nil }
      return (sequence, String(words[3]))
    }
  }

  /// The one run of the state directory.
  public func run() throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: state.path + "/runs")
    guard names.count == 1 else { throw Unexpected("the runs are \(names)") }
    return names[0]
  }

  /// How `verify` judges the record; fails unless it is sound.
  public func verify() throws {
    let result = try console.run("verify", "--all")
    guard result.status == 0 else {
      throw Unexpected("verify ends with \(result.status): \(result.output)\(result.errors)")
    }
  }

  /// The events of the run as `show --json` tells them.
  public func timeline() throws -> RecordedTimeline {
    let shown = try console.run("show", try run(), "--json")
    guard shown.status == 0 else {
      throw Unexpected("show ends with \(shown.status): \(shown.errors)")
    }
    return try RecordedTimeline(json: shown.output)
  }
}

/// What a test met and did not expect.
public struct Unexpected: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
