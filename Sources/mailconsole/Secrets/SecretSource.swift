internal import Foundation
internal import Glibc
internal import Runbooks
internal import Synchronization

/// Where an answers file says that a secret is; the file itself never has it.
enum SecretSource {
  /// `{env: NAME}`.
  case environment(String)
  /// `{file: PATH}`, a file that only its owner can read.
  case file(String)

  /// Reads the reference; nil: it is none.
  init?(_ value: Value) {
    switch AnswersLoader.secretReference(in: value) {
    case .environment(let name)?: self = .environment(name)
    case .file(let path)?: self = .file(path)
    case nil: return nil
    }
  }

  /// Reads the secret; a line end at the end of a file does not count.
  func read() throws(CommandFailure) -> String {
    ProcessSecrecy.begin()
    let bytes: [UInt8]
    switch self {
    case .environment(let name): bytes = try Self.environment(name)
    case .file(let path): bytes = try Self.contents(of: path)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw CommandFailure(.data, "\(self) is no UTF-8; encode it, e.g. in base64.")
    }
    return text
  }

  /// The variable is blanked where execve(2) left it, so that /proc/PID/environ does not list it.
  private static func environment(_ name: String) throws(CommandFailure) -> [UInt8] {
    if let known = taken.withLock({ $0[name] }) { return known }
    guard let pointer = getenv(name), pointer.pointee != 0 else {
      throw CommandFailure(
        .noInput,
        "The environment has no \(name), which the answers file names as a secret."
      )
    }
    let count = strlen(pointer)
    let bytes = (0..<count).map { UInt8(bitPattern: pointer[$0]) }
    memset(pointer, 0, count)
    unsetenv(name)
    taken.withLock { $0[name] = bytes }
    return bytes
  }

  /// What was read of the environment; it can be read once.
  private static let taken = Mutex<[String: [UInt8]]>([:])

  private static func contents(of path: String) throws(CommandFailure) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw CommandFailure(
        .noInput,
        "The secret in \(path) cannot be read (\(String(cString: strerror(errno))))."
      )
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure(.noInput, "\(path) is no file; a secret is read from a file.")
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else {
      throw CommandFailure(
        .noInput,
        "\(path) can be read by others than you, so what is in it is no secret. "
          + "Make it yours alone: chmod 0600 \(path)"
      )
    }
    guard status.st_size <= 65_536 else {
      throw CommandFailure(.data, "\(path) has \(status.st_size) bytes; a secret is shorter.")
    }
    var bytes = [UInt8](repeating: 0, count: 65_537)
    var count = 0
    while count < bytes.count {
      let got = bytes.withUnsafeMutableBytes {
        Glibc.read(descriptor, $0.baseAddress.map { $0 + count }, $0.count - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { break }
      count += got
    }
    bytes.removeLast(bytes.count - count)
    if bytes.last == 0x0A { bytes.removeLast() }
    if bytes.last == 0x0D { bytes.removeLast() }
    return bytes
  }
}

extension SecretSource: CustomStringConvertible {
  var description: String {
    switch self {
    case .environment(let name): "the variable \(name)"
    case .file(let path): "the file \(path)"
    }
  }
}
