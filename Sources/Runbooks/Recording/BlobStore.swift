internal import Glibc

/// Files named by the SHA-256 of their bytes.
///
/// A file appears under its name only after its bytes are on the disk, and an
/// event names it only after that.
public struct BlobStore: Sendable, Hashable {
  public let path: String

  public init(path: String) { self.path = path }

  /// The path of a file.
  public func path(of digest: Digest) -> String { path + "/" + digest.hex }

  /// Keeps bytes; bytes that are there already are not written again.
  public func keep(_ bytes: [UInt8]) throws(JournalError) -> BlobReference {
    let reference = BlobReference(digest: Digest(of: bytes), length: bytes.count)
    let target = path(of: reference.digest)
    if SystemFiles.length(of: target) == bytes.count { return reference }
    try SystemFiles.replace(target, in: path, with: bytes)
    return reference
  }

  /// The bytes of a file, checked against its name.
  public func bytes(of digest: Digest) throws(JournalError) -> [UInt8] {
    let bytes = try SystemFiles.contents(of: path(of: digest))
    guard Digest(of: bytes) == digest else {
      throw .corrupt(path: path(of: digest), detail: "its bytes do not have that digest")
    }
    return bytes
  }

  /// Starts keeping output that arrives in pieces.
  public func openOutput(of step: StepID, attempt: Int, limit: Int = 64 << 20) -> OutputRecorder {
    OutputRecorder(store: self, partial: partial(of: step, attempt), limit: limit)
  }

  /// Keeps what a crash left of an attempt's output; nil when there is nothing.
  func salvage(_ step: StepID, attempt: Int) throws(JournalError) -> BlobReference? {
    let partial = partial(of: step, attempt)
    guard let length = SystemFiles.length(of: partial) else { return nil }
    guard length > 0 else {
      SystemFiles.remove(partial)
      return nil
    }
    let descriptor = try SystemFiles.open(partial, O_RDONLY)
    defer { close(descriptor) }
    try SystemFiles.sync(descriptor, partial)
    let reference = try SystemFiles.digest(of: partial)
    try adopt(partial, as: reference.digest)
    return reference
  }

  func adopt(_ partial: String, as digest: Digest) throws(JournalError) {
    try SystemFiles.rename(partial, to: path(of: digest))
    try SystemFiles.syncDirectory(path)
  }

  private func partial(of step: StepID, _ attempt: Int) -> String {
    "\(path)/.partial-\(step.fileName)-\(attempt)"
  }
}

extension StepID {
  /// The name as a part of a file's name.
  var fileName: String { String(name.map { $0 == "/" ? "_" : $0 }) }
}
