internal import CUnix
internal import Foundation
internal import Glibc
internal import Runbooks

/// Starts the runner of a run as a process of its own.
enum RunnerProcess {
  /// How a runner is kept alive when the login session ends.
  enum Home: Sendable, Equatable {
    /// A scope of the user's systemd, which lingers: survives `KillUserProcesses=yes`.
    case scope(systemdRun: String)
    /// A session of its own, which SIGHUP does not reach; `KillUserProcesses=yes` does.
    case session(endsWithLogin: Bool)

    static func find(
      environment: [String: String] = ProcessInfo.processInfo.environment,
      logins: LoginSessions = LoginSessions()
    ) -> Home {
      let files = FileManager.default
      // Without lingering the user's systemd ends with the last login, and every scope with it:
      // then the session is the safer place.
      guard logins.lingers, let runtime = environment["XDG_RUNTIME_DIR"],
        files.fileExists(atPath: runtime + "/systemd/private"),
        let program = (environment["PATH"] ?? "").split(separator: ":")
          .map({ "\($0)/systemd-run" }).first(where: files.isExecutableFile)
      else { return .session(endsWithLogin: logins.killsProcesses) }
      return .scope(systemdRun: program)
    }

    /// What an operator has to know before they rely on a run that goes on; nil: nothing.
    var warning: String? {
      guard self == .session(endsWithLogin: true) else { return nil }
      return "Runs end with your login here (logind: KillUserProcesses=yes); "
        + "loginctl enable-linger mends it."
    }
  }

  /// Starts a runner and waits until it stands.
  ///
  /// - Throws: why it does not, with the status it ended with.
  static func start(
    _ run: RunID,
    in directory: RunDirectory,
    at workplace: Workplace
  ) throws(CommandFailure) {
    let site = URL(fileURLWithPath: workplace.siteDirectory).path
    if directory.sharing != .owner {
      // With the rights of the group before the first runner writes to it, whoever's it is.
      do throws(JournalError) {
        try directory.makeFile(directory.path + "/runner.log")
      } catch {
        throw CommandFailure(.io, "\(error)")
      }
    }
    func argv(_ descriptor: Int32) -> [String] {
      [
        ShareDirectory.executablePath(), "runner", run.name, "--site", site,
        "--driver=\(workplace.actor)", "--report", "\(descriptor)",
      ] + (workplace.runbooks.map { ["--runbooks", $0] } ?? [])
    }
    if case .scope(let program) = Home.find() {
      let words = [program, "--user", "--scope", "--quiet", "--collect", "--"]
      if try start({ words + argv($0) }, directory) { return }
    }
    guard try start(argv, directory) else {
      throw CommandFailure(
        .io,
        "The runner of \(run) ended before it stood. See \(directory.path)/runner.log."
      )
    }
  }

  /// - Returns: false when the process ended and said nothing.
  private static func start(
    _ argv: (Int32) -> [String],
    _ directory: RunDirectory
  ) throws(CommandFailure) -> Bool {
    var ends: [Int32] = [0, 0]
    guard cunix_pipe(&ends) == 0 else { throw failure(errno) }
    let words = argv(reportDescriptor)
    let error = spawn(words, report: ends[1], log: directory.path + "/runner.log")
    close(ends[1])
    defer { close(ends[0]) }
    guard error == 0 else { throw failure(error) }
    guard let said = read(ends[0]) else {
      throw CommandFailure(
        .busy,
        "The runner was started and has not said for \(patience.components.seconds) s whether it "
          + "stands. See \(directory.path)/runner.log; `mailconsole attach` comes back to the run."
      )
    }
    return try judge(said)
  }

  private static func judge(_ said: String) throws(CommandFailure) -> Bool {
    let parts = said.split(separator: "\n", maxSplits: 1).map(String.init)
    guard let status = parts.first.flatMap(Int32.init) else { return false }
    guard status != 0 else { return true }
    throw CommandFailure(ExitStatus(rawValue: status) ?? .io, parts.last ?? "")
  }

  private static func failure(_ number: Int32) -> CommandFailure {
    CommandFailure(.io, "The runner cannot be started (\(String(cString: strerror(number)))).")
  }

  private static let reportDescriptor: Int32 = 3

  /// How long a runner has to check the record and to stand.
  private static let patience = Duration.seconds(30)

  /// All that the runner said; nil: it went on saying nothing.
  private static func read(_ descriptor: Int32) -> String? {
    var said: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let deadline = ContinuousClock.now + patience
    while said.count < 64 * 1024 {
      let left = (deadline - .now).wholeMilliseconds
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&waiting, 1, Int32(max(0, left)))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { return nil }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      said += buffer.prefix(count)
    }
    return String(decoding: said, as: UTF8.self)
  }

  /// By posix_spawn(3): a session of its own, no terminal, nothing open but the log and the report.
  private static func spawn(_ argv: [String], report: Int32, log: String) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    // A FIFO in its place, which nobody reads, is an error and no wait.
    let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK
    posix_spawn_file_actions_addopen(&actions, 1, log, flags, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    posix_spawn_file_actions_adddup2(&actions, report, reportDescriptor)
    cunix_spawn_closefrom(&actions, reportDescriptor + 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    cunix_spawn_setsid(&attributes)
    var pointers: [UnsafeMutablePointer<CChar>?] = argv.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    var pid: pid_t = 0
    let error = posix_spawn(&pid, argv[0], &actions, &attributes, pointers, environ)
    // Reaped by nobody while the console lives, a runner that has ended would stay a zombie.
    if error == 0 {
      _ = Threads.start { [pid] in
        var status: Int32 = 0
        waitpid(pid, &status, 0)
      }
    }
    return error
  }
}
