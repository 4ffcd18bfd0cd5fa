internal import Glibc
internal import Runbooks

/// What a supervisor keeps of a command: its output as a file, and its end.
///
/// Everything that reaches the disk passes through ``keep(_:from:)``, with the secrets of the run
/// taken out.
struct KeptOutput {
  enum Kind {
    case output, errors
  }

  /// As much as is kept of the output of a step.
  private static let limit = 64 << 20
  private static let errorLimit = 64 * 1024
  /// What a short end takes, and less than a page of any file system.
  private static let room = 512

  private let order: SupervisorOrder
  private let file: Int32
  /// Where the end is written; it has room for a short one from the beginning.
  private let place: Int32
  private var stored = 0
  private var head: HeadBytes
  private var tail = TailBytes(limit: errorLimit)
  private var hasFailed = false
  private let veils: (output: RedactedStream, errors: RedactedStream)

  init?(_ order: SupervisorOrder, _ secrets: SecretVault) {
    unlink(order.files.status)
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
    file = open(order.files.output, flags, 0o600)
    place = open(order.files.place, flags, 0o600)
    guard file >= 0, place >= 0, posix_fallocate(place, 0, off_t(Self.room)) == 0 else {
      return nil
    }
    self.order = order
    veils = (RedactedStream(secrets), RedactedStream(secrets))
    head = HeadBytes(limit: min(order.keep, ChildStatus.limit))
  }

  mutating func take(_ bytes: ArraySlice<UInt8>, from kind: Kind) {
    guard order.recording != .nothing else { return }
    keep(veil(kind).take(Array(bytes)), from: kind)
  }

  private func veil(_ kind: Kind) -> RedactedStream {
    switch kind {
    case .output: veils.output
    case .errors: veils.errors
    }
  }

  private mutating func keep(_ bytes: [UInt8], from kind: Kind) {
    switch kind {
    case .output:
      head.append(bytes)
      if order.recording == .everything { store(bytes) }
    case .errors:
      tail.append(bytes)
      store(bytes)
    }
  }

  /// A disk that takes no more does not stop the command; its end is what counts.
  private mutating func store(_ bytes: [UInt8]) {
    let piece = bytes.prefix(Self.limit - stored)
    guard !hasFailed, !piece.isEmpty else { return }
    hasFailed = !Self.writeAll(Array(piece), to: file)
    stored += piece.count
  }

  /// Writes the end down: when it is there under its name, it and the output are on the disk.
  ///
  /// A disk that is full takes it without what the command printed. One that takes nothing leaves
  /// a name that says so, if it can.
  mutating func write(
    _ ending: (ChildStatus.Ending, number: Int),
    _ cause: ChildStatus.Cause
  ) -> Bool {
    for kind in [Kind.output, .errors] { keep(veil(kind).finish(), from: kind) }
    if stored > 0 { fdatasync(file) }
    let status = ChildStatus(
      ending: ending.0,
      number: ending.number,
      cause: cause,
      stdout: head.bytes,
      isTruncated: head.isTruncated,
      stderr: tail.bytes
    )
    guard fill(with: status) || fill(with: status.short), fsync(place) == 0,
      rename(order.files.place, order.files.status) == 0
    else {
      rename(order.files.place, order.files.unwritten)
      return false
    }
    let directory = open(order.files.directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    return directory >= 0 && fsync(directory) == 0
  }

  /// Writes over what the place has, and cuts it off there.
  private func fill(with status: ChildStatus) -> Bool {
    let bytes = status.bytes
    return lseek(place, 0, SEEK_SET) == 0 && Self.writeAll(bytes, to: place)
      && ftruncate(place, off_t(bytes.count)) == 0
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
