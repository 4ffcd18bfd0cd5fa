/// Writes a POSIX ustar archive (IEEE Std 1003.1, pax, "ustar Interchange Format") piece by piece.
///
/// The same entries give the same bytes: owner and group are 0 and unnamed, and
/// every entry has the one time of the archive.
struct TarWriter {
  /// Takes the bytes in order.
  typealias Sink = (UnsafeRawBufferPointer) throws -> Void

  private let time: Int64
  private let sink: Sink

  /// - Parameter time: seconds since 1970 that every entry carries.
  init(time: Int64, sink: @escaping Sink) {
    self.time = max(0, time)
    self.sink = sink
  }

  func directory(_ name: String) throws {
    try put(try header(name + "/", length: 0, mode: 0o755, kind: "5"))
  }

  func file(_ name: String, _ bytes: [UInt8], mode: Int = 0o600) throws {
    try put(try header(name, length: bytes.count, mode: mode, kind: "0"))
    try put(bytes)
    try pad(after: bytes.count)
  }

  /// Copies a file of the disk, never more than a piece of it in memory.
  func file(_ name: String, copying path: String) throws {
    guard let length = SystemFiles.length(of: path) else { throw JournalError.missing(path: path) }
    try put(try header(name, length: length, mode: 0o600, kind: "0"))
    var copied = 0
    var failure: (any Error)?
    try SystemFiles.forEachPiece(of: path) { piece in
      copied += piece.count
      guard failure == nil, copied <= length else { return }
      do { try sink(piece) } catch { failure = error }
    }
    if let failure { throw failure }
    guard copied == length else {
      throw JournalError.inputOutput(path: path, detail: "it changed while it was read")
    }
    try pad(after: length)
  }

  /// Ends the archive: two blocks of zeros, then up to the usual record of 20 blocks is left out.
  func end() throws { try put([UInt8](repeating: 0, count: 1_024)) }

  private func put(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes(sink) }

  private func pad(after length: Int) throws {
    let rest = length % 512
    if rest > 0 { try put([UInt8](repeating: 0, count: 512 - rest)) }
  }

  private func header(_ name: String, length: Int, mode: Int, kind: String) throws -> [UInt8] {
    let parts = try Self.split(name)
    guard length < 1 << 33 else {
      throw JournalError.inputOutput(path: name, detail: "it is too long for an archive")
    }
    var block = [UInt8](repeating: 0, count: 512)
    func set(_ text: String, at offset: Int) {
      block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    set(parts.name, at: 0)
    set(Self.octal(mode, digits: 7), at: 100)
    set(Self.octal(0, digits: 7), at: 108)
    set(Self.octal(0, digits: 7), at: 116)
    set(Self.octal(length, digits: 11), at: 124)
    set(Self.octal(Int(time), digits: 11), at: 136)
    set("        ", at: 148)
    set(kind, at: 156)
    set("ustar", at: 257)
    set("00", at: 263)
    set(parts.prefix, at: 345)
    let sum = block.reduce(0) { $0 + Int($1) }
    set(Self.octal(sum, digits: 6), at: 148)
    block[154] = 0
    return block
  }

  /// A name of more than 100 bytes is split at a slash into prefix and name.
  private static func split(_ name: String) throws -> (prefix: String, name: String) {
    if name.utf8.count <= 100 { return ("", name) }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    for count in 1..<parts.count {
      let prefix = parts.prefix(count).joined(separator: "/")
      let rest = parts.dropFirst(count).joined(separator: "/")
      if prefix.utf8.count <= 155, !rest.isEmpty, rest.utf8.count <= 100 { return (prefix, rest) }
    }
    throw JournalError.inputOutput(path: name, detail: "the name is too long for an archive")
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
