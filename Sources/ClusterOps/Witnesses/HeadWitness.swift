internal import Foundation
internal import Glibc
public import Runbooks

/// Keeps heads in files, in git repositories (gitcore-tutorial(7)) and in the system's log.
public struct HeadWitness: HeadWitnessing {
  private let runner: CommandRunner
  private let timeout: Duration
  /// The branch of a repository that holds heads; no working tree and no index is touched.
  static let branch = "refs/heads/mailconsole-heads"

  public init(runner: CommandRunner = CommandRunner(), timeout: Duration = .seconds(20)) {
    self.runner = runner
    self.timeout = timeout
  }

  public func keep(_ head: WitnessedHead, at place: WitnessPlace) async throws(WitnessFailure) {
    switch place {
    case .file(let path): try Self.append(head.line + "\n", to: path)
    case .git(let path): try await commit(head.line, to: path)
    case .syslog(let path): try SystemLog.send(head.line, to: path)
    }
  }

  public func heads(
    of run: RunID,
    at place: WitnessPlace
  ) async throws(WitnessFailure) -> [WitnessedHead]? {
    let text: String
    switch place {
    case .syslog: return nil
    case .file(let path):
      // A record may name any path; a pipe or a device would never end.
      var status = stat()
      guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
        let data = FileManager.default.contents(atPath: path)
      else { throw WitnessFailure("it is no file that can be read") }
      text = String(decoding: data, as: UTF8.self)
    case .git(let path):
      text = try await git(
        path,
        [
          "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false",
          "rev-list", "--no-commit-header", "--format=%s", Self.branch, "--",
        ]
      )
    }
    return text.split(separator: "\n").compactMap { WitnessedHead(line: $0, of: run) }
  }

  // MARK: A file

  private static func append(_ line: String, to path: String) throws(WitnessFailure) {
    func failure() -> WitnessFailure { WitnessFailure(String(cString: strerror(errno))) }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    let bytes = Array(line.utf8)
    // One write, so that two runs never mix their lines; a torn line is no head.
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw failure()
    }
  }

  // MARK: A git repository

  private func commit(_ line: String, to path: String) async throws(WitnessFailure) {
    let tree = try await git(path, ["mktree"])
    // Another run may commit between the two looks; the branch only moves from what was seen.
    for _ in 0..<5 {
      let parent = try? await git(path, ["rev-parse", "--verify", "--quiet", Self.branch])
      let commit = try await git(
        path,
        ["commit-tree", tree, "-m", line] + (parent.map { ["-p", $0] } ?? [])
      )
      let move = ["update-ref", "-m", "mailconsole", Self.branch, commit]
      let none = String(repeating: "0", count: commit.utf8.count)
      if (try? await git(path, move + [parent ?? none])) != nil { return }
    }
    throw WitnessFailure("the branch \(Self.branch) cannot be moved")
  }

  private func git(_ path: String, _ words: [String]) async throws(WitnessFailure) -> String {
    let argv = [
      "git", "-C", path, "-c", "user.name=mailconsole", "-c", "user.email=mailconsole@localhost",
      "-c", "core.fsync=all", "-c", "commit.gpgSign=false",
    ]
    let outcome: CommandOutcome
    do throws(OperationFailure) {
      outcome = try await runner.run(
        Invocation(argv: argv + words, timeout: timeout, keep: 64 << 20, changes: false),
        stdout: { _ in }
      )
    } catch {
      throw WitnessFailure(error.message)
    }
    guard outcome.exit == 0 else { throw WitnessFailure(SSHTools.lastWords(outcome)) }
    return outcome.stdoutText.trimmingCharacters(in: .newlines)
  }
}

/// The system's log on its local socket, in the form of RFC 3164, section 4, as glibc sends it.
enum SystemLog {
  /// Facility authpriv (10), severity notice (5).
  private static let priority = 10 * 8 + 5

  static func send(_ text: String, to path: String) throws(WitnessFailure) {
    func failure() -> WitnessFailure { WitnessFailure(String(cString: strerror(errno))) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw WitnessFailure("the path of the socket is too long")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let kind = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    let message = Array("<\(priority)>\(stamp())mailconsole[\(getpid())]: \(text)".utf8)
    let count = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        sendto(
          descriptor,
          message,
          message.count,
          Int32(MSG_DONTWAIT),
          $0,
          socklen_t(MemoryLayout<sockaddr_un>.size)
        )
      }
    }
    guard count == message.count else { throw failure() }
  }

  /// `Mmm dd hh:mm:ss ` in local time, as RFC 3164 has it.
  private static func stamp() -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    let months =
      ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
      + ["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32, _ pad: String = "0") -> String {
      (number < 10 ? pad : "") + String(number)
    }
    return "\(months[Int(parts.tm_mon)]) \(two(parts.tm_mday, " ")) "
      + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) "
  }
}
