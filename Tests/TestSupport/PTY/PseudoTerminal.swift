#if canImport(Glibc)
  public import Glibc
#elseif canImport(Musl)
  public import Musl
#endif

/// A program on a pseudo terminal of its own, as if a person had started it.
///
/// A class, because it owns a process and a descriptor and must end both.
public final class PseudoTerminal {
  public struct Failure: Error, CustomStringConvertible {
    public let description: String
  }

  /// How a process ended.
  public enum Ending: Equatable, Sendable {
    case exited(Int32)
    case signalled(Int32)
  }

  // TIOCSPTLCK, TIOCGPTN and POSIX_SPAWN_SETSID, not importable as they are.
  private static let setLock: UInt = 0x4004_5431
  private static let getNumber: UInt = 0x8004_5430
  private static let newSession: Int32 = 0x80

  public let process: pid_t
  public private(set) var screen: ScreenEmulator
  /// All that was ever written to the terminal.
  public private(set) var output: [UInt8] = []
  public let startedAt: ContinuousClock.Instant
  /// The modes of the terminal before the program ran.
  public let modesBefore: termios
  private var master: Int32
  private let slave: Int32
  private var ending: Ending?

  /// Starts a program in a session of its own.
  ///
  /// - Parameters:
  ///   - environment: All of it, but for what keeps a crash from waiting for
  ///     somebody to press a key.
  public init(
    _ path: String,
    _ arguments: [String] = [],
    environment: [String: String] = [:],
    columns: Int = 80,
    rows: Int = 24
  ) throws {
    screen = ScreenEmulator(columns: columns, rows: rows)
    // posix_openpt and its kin are hidden from Swift by feature macros; this
    // is what they do.
    master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var unlocked: CInt = 0
    var number: CUnsignedInt = 0
    guard master >= 0, ioctl(master, Self.setLock, &unlocked) == 0,
      ioctl(master, Self.getNumber, &number) == 0
    else {
      throw Failure(description: "no pseudo terminal: errno \(errno)")
    }
    let name = "/dev/pts/\(number)"
    var size = winsize(
      ws_row: UInt16(rows),
      ws_col: UInt16(columns),
      ws_xpixel: 0,
      ws_ypixel: 0
    )
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    // Held open, so that modes can be read after the program has ended.
    slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
    var modes = termios()
    tcgetattr(slave, &modes)
    modesBefore = modes

    var variables = [
      "PATH": "/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
      "SWIFT_BACKTRACE": "enable=yes,interactive=no,color=no",
    ]
    variables.merge(environment) { $1 }
    startedAt = .now
    process = try Self.spawn(path, arguments, variables.filter { !$0.value.isEmpty }, on: name)
  }

  private static func spawn(
    _ path: String,
    _ arguments: [String],
    _ variables: [String: String],
    on terminal: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal a session leader opens becomes its controlling one.
    posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let flags = Self.newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var pointers = ([path] + arguments).map { strdup($0) } + [nil]
    var environment = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (pointers + environment).forEach { free($0) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, path, &actions, &attributes, &pointers, &environment)
    guard result == 0 else {
      throw Failure(description: "\(path) could not be started: errno \(result)")
    }
    return process
  }

  deinit {
    if ending == nil {
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    closeMaster()
    close(slave)
  }

  // MARK: Doing

  /// Types bytes.
  public func send(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(master, bytes, bytes.count)
  }

  public func signal(_ number: Int32) {
    kill(process, number)
  }

  public func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows),
      ws_col: UInt16(columns),
      ws_xpixel: 0,
      ws_ypixel: 0
    )
    screen.resize(columns: columns, rows: rows)
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// Takes no more output from the program, or takes it again.
  public func setStalled(_ isStalled: Bool) {
    tcflow(slave, isStalled ? TCOOFF : TCOON)
  }

  /// Hangs up, as a lost connection does.
  public func hangUp() {
    closeMaster()
  }

  private func closeMaster() {
    if master >= 0 { close(master) }
    master = -1
  }

  // MARK: Seeing

  /// The modes of the terminal now.
  public var modes: termios {
    var modes = termios()
    tcgetattr(slave, &modes)
    return modes
  }

  /// Whether the modes are what they were before the program ran.
  public var areModesRestored: Bool {
    let now = modes
    return now.c_lflag == modesBefore.c_lflag && now.c_iflag == modesBefore.c_iflag
      && now.c_oflag == modesBefore.c_oflag && now.c_cflag == modesBefore.c_cflag
  }

  /// Reads what comes until something holds.
  ///
  /// - Throws: `Failure` with the screen and the last bytes, which tell
  ///   “nothing was written” from “something invisible was”.
  public func wait(
    for what: String,
    within limit: Duration = .seconds(10),
    until holds: (PseudoTerminal) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + limit
    while !holds(self) {
      guard ContinuousClock.now < deadline else {
        throw Failure(description: "waited \(limit) for \(what)\n\(report)")
      }
      if !read(within: 50), ending == nil { reap(options: WNOHANG) }
    }
  }

  /// Waits for a text on the screen.
  public func waitForText(_ text: String) throws {
    try wait(for: "“\(text)”") { $0.screen.text.contains(text) }
  }

  /// Waits for the end of the program, and reads what it wrote last.
  public func waitForEnd(within limit: Duration = .seconds(20)) throws -> Ending {
    try wait(for: "the program to end", within: limit) { $0.ending != nil }
    while read(within: 0) {}
    guard let ending else { throw Failure(description: "unreachable: just waited for it") }
    return ending
  }

  /// The bytes written while something was done, until nothing came for a
  /// while.
  public func bytes(during action: () -> Void) throws -> [UInt8] {
    // What is still on its way belongs to something before.
    while read(within: 80) {}
    let start = output.count
    action()
    try wait(for: "any output") { $0.output.count > start }
    while read(within: 80) {}
    return Array(output[start...])
  }

  /// Reads once.
  ///
  /// - Returns: Whether anything came.
  @discardableResult
  public func read(within milliseconds: Int32) -> Bool {
    guard master >= 0 else {
      reap(options: WNOHANG)
      if ending == nil { poll(nil, 0, min(milliseconds, 5)) }
      return false
    }
    var watched = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    guard poll(&watched, 1, milliseconds) > 0 else {
      reap(options: WNOHANG)
      return false
    }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(master, &chunk, chunk.count)
    guard count > 0 else {
      reap(options: WNOHANG)
      return false
    }
    output += chunk[..<count]
    screen.feed(chunk[..<count])
    return true
  }

  private func reap(options: Int32) {
    guard ending == nil else { return }
    var status: Int32 = 0
    guard waitpid(process, &status, options) == process else { return }
    ending = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .signalled(status & 0x7F)
  }

  /// How often the threads of the program were woken up so far.
  public var wakeUps: Int {
    wakeUps(of: process)
  }

  private func wakeUps(of process: pid_t) -> Int {
    var total = 0
    for thread in Self.entries(of: "/proc/\(process)/task") {
      let status = Self.contents(of: "/proc/\(process)/task/\(thread)/status")
      for line in status.split(separator: "\n") where line.hasPrefix("voluntary_ctxt") {
        total += line.split(separator: "\t").last.flatMap { Int($0) } ?? 0
      }
    }
    return total
  }

  /// The state letter of the program: R, S, T for stopped.
  public var state: Character? {
    let stat = Self.contents(of: "/proc/\(process)/stat")
    return stat.split(separator: ")").last?.first { $0 != " " }
  }

  private static func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  private static func contents(of path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = Glibc.read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private var report: String {
    let tail = output.suffix(400).map { byte in
      (0x20..<0x7F).contains(byte)
        ? String(Unicode.Scalar(byte)) : "\\x" + String(byte, radix: 16)
    }
    let end = ending.map { "\($0)" } ?? "still running"
    return "\(end), \(output.count) bytes in all, the last: \(tail.joined())\n\(screen.text)"
  }
}
