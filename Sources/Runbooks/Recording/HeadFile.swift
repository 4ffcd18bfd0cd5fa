internal import Glibc

/// The file `head`: how far the journal was acknowledged, outside the journal.
///
/// Its first line is rewritten after every commit, without waiting for the
/// disk; so a journal that lost its tail to damage (a write-ahead log ends
/// quietly at its first bad frame) is found to be shorter than it was. When
/// the journal is closed, a second line holds the length and the digest of
/// the whole database file: then every byte of it counts, those that belong to
/// no event included. The file is no defence against someone who rewrites
/// all of it; that takes a head kept elsewhere.
struct HeadFile {
  struct Contents: Equatable {
    let head: ChainHead
    /// The database as a file; nil while the journal is open.
    let seal: BlobReference?
  }

  let path: String
  private static let width = 20

  private static func line(_ number: Int64, _ digest: Digest) -> [UInt8] {
    let digits = String(number)
    let padding = String(repeating: "0", count: max(0, width - digits.count))
    return Array("\(padding)\(digits) \(digest.hex)\n".utf8)
  }

  /// Takes the seal off: from here on the database may change.
  static func unseal(_ path: String) throws(JournalError) {
    let descriptor = try SystemFiles.open(path, O_RDWR)
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(width + 66)) == 0 else { throw SystemFiles.error(path) }
    try SystemFiles.sync(descriptor, path)
  }

  /// Opens the file for a driver, at the head that the journal has.
  static func open(_ path: String, at head: ChainHead) throws(JournalError) -> Int32 {
    let descriptor = try SystemFiles.open(path, O_RDWR | O_CREAT)
    do throws(JournalError) {
      try write(head, to: descriptor, path)
      try SystemFiles.sync(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  static func write(
    _ head: ChainHead,
    to descriptor: Int32,
    _ path: String
  ) throws(JournalError) {
    try put(line(head.sequence, head.hash), at: 0, descriptor, path)
  }

  static func seal(_ file: BlobReference, _ descriptor: Int32, _ path: String) throws(JournalError)
  {
    try put(line(Int64(file.length), file.digest), at: width + 66, descriptor, path)
    try SystemFiles.sync(descriptor, path)
  }

  private static func put(
    _ bytes: [UInt8],
    at offset: Int,
    _ descriptor: Int32,
    _ path: String
  ) throws(JournalError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let position = off_t(offset + bytes.count - rest.count)
      let count = rest.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, position) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SystemFiles.error(path, count < 0 ? errno : ENOSPC) }
      rest = rest.dropFirst(count)
    }
  }

  /// What the file says; nil when it says nothing that can be read.
  static func read(_ path: String) -> Contents? {
    guard let bytes = try? SystemFiles.contents(of: path) else { return nil }
    let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
    guard (2...3).contains(lines.count), let first = parse(lines[0]) else { return nil }
    let head = ChainHead(sequence: first.0, hash: first.1)
    // A seal that a crash or a full disk cut off seals nothing.
    guard lines.count == 3 else {
      return lines[1].count <= width + 65 ? Contents(head: head, seal: nil) : nil
    }
    guard bytes.last == 10 else { return nil }
    guard let second = parse(lines[1]) else { return nil }
    return Contents(
      head: head,
      seal: BlobReference(digest: second.1, length: Int(second.0))
    )
  }

  private static func parse(_ line: ArraySlice<UInt8>) -> (Int64, Digest)? {
    let text = String(decoding: line, as: UTF8.self)
    guard text.utf8.count == width + 65, text.utf8.dropFirst(width).first == 0x20,
      let number = Int64(text.prefix(width)), number >= 0,
      let digest = Digest(hex: String(text.suffix(64)))
    else { return nil }
    return (number, digest)
  }
}
