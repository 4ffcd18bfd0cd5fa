internal import Glibc

/// Where a command writes a document: standard output, or a file that appears whole or not at all.
struct OutputFile {
  let descriptor: Int32
  /// What messages call it.
  let path: String
  private let target: String?

  private var part: String? { target.map { $0 + ".part" } }

  /// Opens the output; nil is standard output.
  static func open(
    _ target: String?,
    allowingTerminal: Bool
  ) throws(CommandFailure) -> OutputFile {
    guard let target else {
      guard allowingTerminal || isatty(1) == 0 else {
        throw CommandFailure(
          .usage,
          "An archive is nothing for a terminal. Give --output FILE, or send it into a pipe."
        )
      }
      return OutputFile(descriptor: 1, path: "standard output", target: nil)
    }
    var status = stat()
    if lstat(target, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw CommandFailure(.io, "\(target) is there and is no plain file. Name another one.")
    }
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
    let descriptor = Glibc.open(target + ".part", flags, 0o600)
    guard descriptor >= 0 else { throw failure(target) }
    return OutputFile(descriptor: descriptor, path: target, target: target)
  }

  /// Writes a text, all of it.
  func write(_ text: String) throws(CommandFailure) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = Self.failure(path)
        discard()
        throw failure
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Puts the file in its place.
  func finish() throws(CommandFailure) {
    guard let target, let part else { return }
    guard fsync(descriptor) == 0, close(descriptor) == 0, rename(part, target) == 0 else {
      throw Self.failure(target)
    }
  }

  /// Leaves nothing behind.
  func discard() {
    guard let part else { return }
    close(descriptor)
    unlink(part)
  }

  private static func failure(_ path: String) -> CommandFailure {
    CommandFailure(.io, "\(path) cannot be written: \(String(cString: strerror(errno))).")
  }
}
