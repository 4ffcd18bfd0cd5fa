internal import Foundation
internal import Glibc

/// A real sshd on loopback, with host key, port, configuration and one authorised key made for one
/// test. The system's own sshd and its files are not touched.
///
/// A class because it stands for a process that must be ended once.
public final class SSHServer {
  /// Seconds after which a client that answers nothing is given up: three questions, one a second.
  public static let patience = 3

  private static let program = "/usr/sbin/sshd"
  private let folder: TemporaryFolder
  private let port: Int
  private let process: RunningProgram

  /// Starts a server and waits until it listens.
  public init() throws {
    folder = try TemporaryFolder()
    // sshd as root insists on this empty directory, which its package's service makes.
    if geteuid() == 0, mkdir("/run/sshd", 0o755) != 0, errno != EEXIST {
      throw Unexpected("/run/sshd cannot be made: \(String(cString: strerror(errno)))")
    }
    for name in ["host", "key"] {
      _ = try Program.run(
        "ssh-keygen",
        ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder.path + "/" + name]
      )
    }
    port = try Self.freePort()
    let host = try String(contentsOfFile: folder.path + "/host.pub", encoding: .utf8)
    try folder.write("[127.0.0.1]:\(port) \(host)", to: "known_hosts")
    let key = try String(contentsOfFile: folder.path + "/key.pub", encoding: .utf8)
    try folder.write(key, to: "authorized_keys")
    try folder.write(
      """
      Port \(port)
      ListenAddress 127.0.0.1
      HostKey \(folder.path)/host
      PidFile none
      AuthorizedKeysFile \(folder.path)/authorized_keys
      StrictModes no
      UsePAM no
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PermitRootLogin prohibit-password
      AllowUsers \(NSUserName())
      DisableForwarding yes
      PrintMotd no
      PrintLastLog no
      UseDNS no
      ClientAliveInterval 1
      ClientAliveCountMax \(Self.patience)
      LogLevel VERBOSE

      """,
      to: "config"
    )
    process = try RunningProgram(
      Self.program,
      ["-D", "-e", "-f", folder.path + "/config"],
      output: folder.path + "/log",
      errors: folder.path + "/log"
    )
    let deadline = Date(timeIntervalSinceNow: 20)
    while !log.contains("Server listening") {
      guard process.isRunning, Date() < deadline else {
        throw Unexpected("sshd did not come up: \(log)")
      }
      usleep(10_000)
    }
  }

  deinit {
    for session in sessions { kill(session, SIGKILL) }
    process.send(SIGKILL)
    process.wait()
  }

  /// A command line for sh(1) that runs a program over a new session with a terminal.
  ///
  /// The shell stays, and the ssh client is its only child: tmux would wake its own child up again
  /// when that is stopped.
  public func session(_ program: [String], environment: [String: String]) -> String {
    // What sshd gets is a command line for the login shell.
    let remote =
      ["exec", "env"]
      + environment.sorted { $0.key < $1.key }.map { quoted("\($0.key)=\($0.value)") }
      + program.map(quoted)
    let options = [
      "IdentitiesOnly=yes", "IdentityAgent=none", "BatchMode=yes", "StrictHostKeyChecking=yes",
      "GlobalKnownHostsFile=/dev/null", "UserKnownHostsFile=\(folder.path)/known_hosts",
      "EscapeChar=none",
    ]
    let words =
      ["ssh", "-F", "none", "-tt", "-p", "\(port)", "-i", folder.path + "/key"]
      + options.flatMap { ["-o", $0] } + [
        "\(NSUserName())@127.0.0.1", remote.joined(separator: " "),
      ]
    return words.map(quoted).joined(separator: " ") + "; exit $?"
  }

  /// The processes of sshd that serve a connection, one each, the oldest first.
  public var sessions: [Int32] { Self.children(of: process.pid) }

  /// The processes that a process has started and not waited for yet, the oldest first.
  public static func children(of process: Int32) -> [Int32] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else {
      return []
    }
    return names.compactMap { pid_t($0) }.filter { parent(of: $0) == process }.sorted()
  }

  /// How an operator's connection is lost.
  public enum Loss: CaseIterable, Sendable {
    /// sshd's process of the session dies; the terminal hangs up at once.
    case serverSide
    /// The client's machine says nothing more; sshd has to find that out.
    case halfOpen
  }

  /// Loses the only session there is, the one of `console`.
  public func lose(_ console: ConsoleSession, _ loss: Loss) throws {
    let sessions = sessions
    guard sessions.count == 1, let client = Self.children(of: try console.tmux.pid()).first else {
      throw Unexpected("sessions \(sessions), and no client or one too many")
    }
    switch loss {
    case .serverSide: kill(sessions[0], SIGKILL)
    case .halfOpen: kill(client, SIGSTOP)
    }
  }

  /// Fails unless the session is gone, and for the reason that was meant; ends a silent client.
  public func expectLost(_ console: ConsoleSession, _ loss: Loss) throws {
    let isTimeout = log.contains("Timeout, client not responding")
    guard sessions.isEmpty, isTimeout == (loss == .halfOpen) else {
      throw Unexpected("sessions \(sessions); sshd says: \(log)")
    }
    if loss == .halfOpen {
      for client in Self.children(of: try console.tmux.pid()) { kill(client, SIGKILL) }
    }
  }

  /// What sshd has said so far.
  public var log: String {
    String(
      decoding: FileManager.default.contents(atPath: folder.path + "/log") ?? Data(),
      as: UTF8.self
    )
  }

  private static func parent(of process: pid_t) -> pid_t? {
    guard let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat") else {
      return nil
    }
    // After the name, which may hold anything: state, then the parent.
    let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?
      .split(separator: " ")
    return fields.flatMap { $0.count > 1 ? pid_t($0[1]) : nil }
  }

  private func quoted(_ word: String) -> String {
    "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// A port that was free a moment ago.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        bind(descriptor, general, length) == 0 ? getsockname(descriptor, general, &length) : -1
      }
    }
    guard status == 0 else { throw Unexpected("no free port on loopback: errno \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
