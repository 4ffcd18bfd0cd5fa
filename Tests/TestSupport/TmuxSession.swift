internal import Foundation

/// A real terminal: one tmux server of its own with one window that runs a program.
///
/// A class because it stands for a process that must be ended once.
public final class TmuxSession: Sendable {
  /// What went wrong, with the screen as it was.
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// How many seconds a wait lasts that does not say.
  public let patience: Double

  private let socket: String
  private let folder: URL

  /// Starts `arguments` in a terminal of that size, with exactly this environment
  /// beside `PATH` and `HOME`.
  public init(
    columns: Int,
    rows: Int,
    environment: [String: String] = [:],
    term: String = "tmux-256color",
    patience: Double = 20,
    arguments: [String]
  ) throws {
    self.patience = patience
    socket = "mailconsole-test-\(UUID().uuidString.prefix(8))"
    folder = FileManager.default.temporaryDirectory.appendingPathComponent(socket)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let configuration = folder.appendingPathComponent("tmux.conf")
    try """
    set -g default-terminal "\(term)"
    set -g status off
    set -g remain-on-exit on
    set -s escape-time 0
    set -g history-limit 2000

    """.write(to: configuration, atomically: true, encoding: .utf8)
    var command = ["env", "-i"]
    let inherited = ProcessInfo.processInfo.environment
    for name in ["PATH", "HOME"] { command.append("\(name)=\(inherited[name] ?? "")") }
    var settings = environment
    settings["TERM"] = settings["TERM"] ?? term
    settings["LANG"] = settings["LANG"] ?? "C.UTF-8"
    settings["SWIFT_BACKTRACE"] = "enable=yes,interactive=no,color=no"
    command += settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    command += arguments
    // tmux passes several words to the program as they are, without a shell.
    try tmux(
      ["-f", configuration.path, "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"]
        + command
    )
  }

  deinit {
    _ = try? tmux(["kill-server"])
    try? FileManager.default.removeItem(at: folder)
  }

  /// Presses keys by their tmux names, e.g. `Enter`, `Escape`, `j`, `C-c`, as a person does:
  /// each once what the one before did is to be seen.
  public func press(_ keys: String...) throws {
    // The console takes no order from who cannot have read a screen that came by itself.
    usleep(120_000)
    for key in keys { try looking(400, settling: 40_000) { try tmux(["send-keys", key]) } }
  }

  /// Types text letter by letter, as a person does.
  public func type(_ text: String) throws {
    // A blank at the end of what is typed is not to be seen.
    for letter in text { try looking(30) { try tmux(["send-keys", "-l", String(letter)]) } }
  }

  /// Sends keys in one go, as a terminal that announces no paste does.
  public func burst(_ keys: String...) throws {
    try tmux(["send-keys"] + keys)
  }

  /// Does something and waits until the screen is another, or for as long as a key that does
  /// nothing deserves.
  ///
  /// - Parameters:
  ///   - looks: how often it is looked.
  ///   - settling: microseconds that are left to the console after the first change, which may have
  ///     come by itself just before the key was taken.
  private func looking(
    _ looks: Int,
    settling: UInt32 = 0,
    _ action: () throws -> Void
  ) throws {
    let before = try screen()
    try action()
    for _ in 0..<looks {
      usleep(10_000)
      guard try screen() != before else { continue }
      usleep(settling)
      break
    }
  }

  /// Pastes text as a terminal does, bracketed when the program asked for it.
  public func paste(_ text: String) throws {
    try tmux(["set-buffer", text])
    try tmux(["paste-buffer", "-p"])
  }

  /// Changes the size of the window.
  public func resize(columns: Int, rows: Int) throws {
    try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
  }

  /// The screen as text, one string a row.
  public func screen() throws -> [String] {
    try tmux(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }

  /// The pid of the program (of `env`, which becomes it).
  public func pid() throws -> Int32 {
    let text = try tmux(["display-message", "-p", "#{pane_pid}"])
    guard let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failure(description: "tmux gave no pid: \(text)")
    }
    return pid
  }

  /// The exit status of the program once it has ended, minus the signal's number if a signal
  /// ended it; else nil.
  public func exitStatus() throws -> Int? {
    let text = try tmux([
      "display-message", "-p", "#{pane_dead},#{pane_dead_status},#{pane_dead_signal},#{pid}",
    ])
    let words = text.trimmingCharacters(in: .whitespacesAndNewlines)
      .split(separator: ",", omittingEmptySubsequences: false)
    guard words.count == 4, words[0] == "1" else { return nil }
    if let status = Int(words[1]) ?? Int(words[2]).map({ -$0 }) { return status }
    // The pane is dead a moment before tmux has waited for its process; tmux 3.3a can miss the
    // signal for it and leave a zombie, so it is reminded.
    if let server = Int32(words[3]) { kill(server, SIGCHLD) }
    return nil
  }

  /// Waits until the screen satisfies a condition; fails with the last screen after the deadline.
  @discardableResult
  public func wait(
    _ what: String,
    within seconds: Double? = nil,
    until condition: ([String]) -> Bool
  ) throws -> [String] {
    let seconds = seconds ?? patience
    let deadline = Date(timeIntervalSinceNow: seconds)
    var last: [String] = []
    repeat {
      last = try screen()
      if condition(last) { return try settled(last) }
      usleep(20_000)
    } while Date() < deadline
    throw Failure(
      description: "waited \(seconds) s for \(what); the screen is:\n"
        + last.map { "|\($0)" }.joined(separator: "\n")
    )
  }

  /// The screen once two looks at it agree: what was waited for may be the first half of a frame.
  ///
  /// Bounded, because a clock may be on the screen.
  private func settled(_ first: [String]) throws -> [String] {
    var last = first
    for _ in 0..<10 {
      usleep(20_000)
      let next = try screen()
      if next == last { break }
      last = next
    }
    return last
  }

  /// Waits until a text is on the screen.
  @discardableResult
  public func wait(for text: String, within seconds: Double? = nil) throws -> [String] {
    try wait("“\(text)”", within: seconds) { rows in rows.contains { $0.contains(text) } }
  }

  /// Waits until the program has ended and returns its status.
  public func waitForExit(within seconds: Double? = nil) throws -> Int {
    let seconds = seconds ?? patience
    let deadline = Date(timeIntervalSinceNow: seconds)
    repeat {
      if let status = try exitStatus() { return status }
      usleep(20_000)
    } while Date() < deadline
    throw Failure(
      description: "the program did not end in \(seconds) s; the screen is:\n"
        + (try screen()).joined(separator: "\n")
    )
  }

  @discardableResult
  private func tmux(_ arguments: [String]) throws -> String {
    let result = try Program.run("tmux", ["-L", socket] + arguments)
    guard result.status == 0 else {
      throw Failure(description: "tmux \(arguments.first ?? ""): \(result.errors)")
    }
    return result.output
  }
}
