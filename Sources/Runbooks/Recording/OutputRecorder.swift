internal import Glibc

/// Keeps the output of one attempt while it appears: to a file, hashed on the way, within a bound.
///
/// An actor because the file and the running digest have identity and pieces
/// arrive from elsewhere. Memory does not grow with the output. A failure to
/// write does not stop the step that is under way: it is told at the end, and
/// the engine then starts nothing further.
public actor OutputRecorder {
  /// What was kept.
  public struct End: Sendable, Hashable {
    /// The file; nil when there was no output or none could be kept.
    public let output: BlobReference?
    /// What was not kept, in words.
    public let loss: String?
    /// Whether the loss is a failure of the disk, not the bound.
    public let didFail: Bool
  }

  private let store: BlobStore
  private let partial: String
  private let limit: Int
  private let hasher = Digest.Hasher()
  private var descriptor: Int32?
  private var kept = 0
  private var dropped = 0
  private var failure: JournalError?
  private var end: End?

  init(store: BlobStore, partial: String, limit: Int) {
    self.store = store
    self.partial = partial
    self.limit = limit
  }

  deinit {
    if let descriptor { SystemFiles.close(descriptor) }
  }

  /// Takes the next piece; what comes after ``finish()`` is not part of the attempt.
  ///
  /// - Parameter tell: told how many bytes came before it, in the order of the pieces.
  public func write(_ bytes: [UInt8], tell: @Sendable (_ offset: Int) -> Void = { _ in }) {
    guard end == nil, !bytes.isEmpty else { return }
    defer { tell(kept + dropped - bytes.count) }
    let piece = Array(bytes.prefix(limit - kept))
    dropped += bytes.count - piece.count
    guard failure == nil, !piece.isEmpty else {
      dropped += failure == nil ? 0 : piece.count
      return
    }
    do throws(JournalError) {
      let file = try file()
      try SystemFiles.write(piece, to: file, partial)
      hasher.update(piece)
      kept += piece.count
    } catch {
      failure = error
      dropped += piece.count
    }
  }

  private func file() throws(JournalError) -> Int32 {
    if let descriptor { return descriptor }
    let opened = try SystemFiles.open(partial, O_WRONLY | O_CREAT | O_TRUNC)
    descriptor = opened
    return opened
  }

  /// Ends the output: what was kept is on the disk under its digest before this returns.
  public func finish() -> End {
    if let end { return end }
    let ended = close()
    end = ended
    return ended
  }

  private func close() -> End {
    guard let descriptor else {
      return End(output: nil, loss: failure.map(\.description), didFail: failure != nil)
    }
    self.descriptor = nil
    defer { SystemFiles.close(descriptor) }
    do throws(JournalError) {
      if let failure { throw failure }
      try SystemFiles.sync(descriptor, partial)
      let digest = hasher.finish()
      try store.adopt(partial, as: digest)
      let loss = dropped > 0 ? "\(dropped) bytes after the first \(kept) were not kept" : nil
      return End(
        output: BlobReference(digest: digest, length: kept),
        loss: loss,
        didFail: false
      )
    } catch {
      // What lies in the partial file cannot be vouched for.
      SystemFiles.remove(partial)
      return End(output: nil, loss: "the output could not be kept: \(error)", didFail: true)
    }
  }
}
