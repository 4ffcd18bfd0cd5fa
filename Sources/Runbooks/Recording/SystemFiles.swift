internal import Glibc

/// The few file operations the record needs, with what went wrong as a ``JournalError``.
///
/// Everything is made for whom the directory around it is (``Sharing``): for its owner alone,
/// directories 0700 and files 0600, or for a group, 2770 and 0660.
enum SystemFiles {
  static func error(_ path: String, _ number: Int32 = errno) -> JournalError {
    let detail = String(cString: strerror(number))
    return switch number {
    case ENOSPC, EDQUOT: .diskFull(path: path)
    case ENOENT: .missing(path: path)
    case EACCES, EPERM, EROFS: .notPermitted(path: path, detail: detail)
    default: .inputOutput(path: path, detail: detail)
    }
  }

  /// Makes a directory; one that exists already is left as it is.
  static func makeDirectory(_ path: String) throws(JournalError) {
    do throws(JournalError) {
      try makeNewDirectory(path)
    } catch {
      guard kind(of: path) == .directory else { throw error }
    }
  }

  /// Makes a directory that is not there yet.
  ///
  /// - Parameter sharing: for whom; nil: as the directory around it says.
  static func makeNewDirectory(
    _ path: String,
    for sharing: Sharing? = nil
  ) throws(JournalError) {
    let sharing = sharing ?? Sharing(around: path)
    guard mkdir(path, sharing.directoryMode & 0o777) == 0 else { throw error(path) }
    // The umask may have taken rights, and mkdir(2) sets no set-group-ID bit.
    guard sharing == .owner || chmod(path, sharing.directoryMode) == 0 else { throw error(path) }
  }

  /// Makes a directory of a state directory, e.g. `runs`.
  ///
  /// The state directory itself is made for its owner alone: shared is only one that somebody made so.
  static func makeDirectory(_ name: String, ofState state: String) throws(JournalError) {
    try makeDirectories(state)
    let path = state + "/" + name
    guard length(of: path) == nil else { return }
    try makeDirectory(path)
    try syncDirectory(state)
  }

  /// Makes a directory and those above it, for its owner alone; those that were not there outlast a
  /// power cut.
  static func makeDirectories(_ path: String) throws(JournalError) {
    var parent = path.hasPrefix("/") ? "/" : "."
    for part in path.split(separator: "/") {
      let child = parent == "." ? String(part) : (parent == "/" ? "/" : parent + "/") + part
      if length(of: child) == nil {
        do throws(JournalError) {
          try makeNewDirectory(child, for: .owner)
        } catch {
          guard isDirectory(child) else { throw error }
        }
        try syncDirectory(parent)
      }
      parent = child
    }
  }

  /// Opens a regular file, or with `O_DIRECTORY` a directory; anything else is refused unread.
  ///
  /// Never waits: a FIFO that nobody writes to would hold up whoever opens it.
  static func open(_ path: String, _ flags: Int32) throws(JournalError) -> Int32 {
    let wanted: FileKind = flags & O_DIRECTORY == 0 ? .regular : .directory
    let sharing = flags & O_CREAT == 0 ? Sharing.owner : Sharing(around: path)
    let descriptor = Glibc.open(
      path,
      flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
      sharing.fileMode
    )
    guard descriptor >= 0 else {
      let number = errno
      if let kind = kind(of: path), kind != wanted { throw .notAFile(path: path, kind: kind) }
      throw error(path, number)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, FileKind(mode: status.st_mode) == wanted else {
      Glibc.close(descriptor)
      throw .notAFile(path: path, kind: FileKind(mode: status.st_mode))
    }
    do throws(JournalError) {
      try sharing.give(to: descriptor, path)
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }

  /// What stands at a path itself, links not followed; nil: nothing.
  static func kind(of path: String) -> FileKind? {
    var status = stat()
    return lstat(path, &status) == 0 ? FileKind(mode: status.st_mode) : nil
  }

  /// Refuses what is there and no regular file; what is not there is for others to miss.
  static func requireFile(_ path: String) throws(JournalError) {
    if let kind = kind(of: path), kind != .regular { throw .notAFile(path: path, kind: kind) }
  }

  /// Closes a descriptor; what matters was synced before.
  static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  static func write(
    _ bytes: [UInt8],
    to descriptor: Int32,
    _ path: String
  ) throws(JournalError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if count < 0 {
        if errno == EINTR { continue }
        throw error(path)
      }
      written += count
    }
  }

  /// Waits until the bytes are on the disk; a failure is never tried again,
  /// because the kernel forgets what it could not write.
  static func sync(_ descriptor: Int32, _ path: String) throws(JournalError) {
    guard fsync(descriptor) == 0 else { throw error(path) }
  }

  /// Waits until the names in a directory are on the disk.
  static func syncDirectory(_ path: String) throws(JournalError) {
    let descriptor = try open(path, O_RDONLY | O_DIRECTORY)
    defer { close(descriptor) }
    try sync(descriptor, path)
  }

  static func rename(_ from: String, to path: String) throws(JournalError) {
    guard Glibc.rename(from, path) == 0 else { throw error(path) }
  }

  /// Writes a whole file so that after a crash it is there in full or not at all.
  ///
  /// - Parameter aside: what tells the file beside it from that of another process at the same time.
  static func replace(
    _ path: String,
    in directory: String,
    with bytes: [UInt8],
    aside: String = ""
  ) throws(JournalError) {
    let temporary = path + aside + ".new"
    let descriptor = try open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    do {
      defer { close(descriptor) }
      try write(bytes, to: descriptor, temporary)
      try sync(descriptor, temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    try rename(temporary, to: path)
    try syncDirectory(directory)
  }

  /// Calls with each piece of a file, in order.
  static func forEachPiece(
    of path: String,
    _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(JournalError) {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw error(path)
      }
      if count == 0 { return }
      buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
  }

  /// A part of a file; shorter at its end.
  static func piece(
    of path: String,
    at offset: Int,
    length: Int
  ) throws(JournalError) -> [UInt8] {
    let descriptor = try open(path, O_RDONLY)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: length)
    let count = buffer.withUnsafeMutableBytes {
      pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
    }
    guard count >= 0 else { throw error(path) }
    return Array(buffer[..<count])
  }

  static func contents(of path: String) throws(JournalError) -> [UInt8] {
    var bytes: [UInt8] = []
    try forEachPiece(of: path) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// The digest and length of a file, read piece by piece.
  static func digest(of path: String) throws(JournalError) -> BlobReference {
    let hasher = Digest.Hasher()
    var length = 0
    try forEachPiece(of: path) {
      hasher.update($0)
      length += $0.count
    }
    return BlobReference(digest: hasher.finish(), length: length)
  }

  /// The length of a file; nil when there is none.
  static func length(of path: String) -> Int? {
    var status = stat()
    return lstat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Whether there is a directory of that name itself, and no link to one.
  static func isDirectory(_ path: String) -> Bool { kind(of: path) == .directory }

  /// The names in a directory, sorted; dot entries left out, hidden files kept.
  static func names(in path: String) throws(JournalError) -> [String] {
    guard let directory = opendir(path) else { throw error(path) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  static func remove(_ path: String) { unlink(path) }

  /// Removes a directory of ours with what is in it, as far as that goes.
  static func removeDirectory(_ path: String) {
    for name in (try? names(in: path)) ?? [] {
      let entry = path + "/" + name
      if unlink(entry) != 0, errno == EISDIR { removeDirectory(entry) }
    }
    rmdir(path)
  }

  /// The first line of a small file, as they are under `/proc`.
  static func firstLine(of path: String) -> String? {
    guard let bytes = try? contents(of: path) else { return nil }
    return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
  }
}
