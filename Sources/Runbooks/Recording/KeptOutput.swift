/// The end of an output that was kept: the bytes from an offset on.
public struct KeptOutput: Sendable, Hashable {
  /// How many bytes come before.
  public let offset: Int
  public let bytes: [UInt8]

  public init(offset: Int, bytes: [UInt8]) {
    self.offset = offset
    self.bytes = bytes
  }
}

extension BlobStore {
  /// The last bytes of a file, the whole of it checked against its name; in memory only so many.
  public func end(of digest: Digest, most limit: Int) throws(JournalError) -> KeptOutput {
    let hasher = Digest.Hasher()
    var length = 0
    var end: [UInt8] = []
    let path = path(of: digest)
    try SystemFiles.forEachPiece(of: path) { piece in
      hasher.update(piece)
      length += piece.count
      end += piece
      if end.count > 2 * limit { end.removeFirst(end.count - limit) }
    }
    guard hasher.finish() == digest else {
      throw .corrupt(path: path, detail: "its bytes do not have that digest")
    }
    let bytes = Array(end.suffix(limit))
    return KeptOutput(offset: length - bytes.count, bytes: bytes)
  }
}
