internal import Glibc

/// Reads files and folders without surprises: regular files only, bounded in size.
enum FileReading {
  /// The bytes of a file, at most one more than ``SourceText/maximumSize``.
  ///
  /// One byte too many is enough for the reader to say that it is too large.
  static func bytes(of path: String) throws(RunbookProblem) -> [UInt8] {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno, at: path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno, at: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw RunbookProblem(
        "this is not a file",
        fix: "Give the path of a YAML file.",
        at: start(of: path)
      )
    }
    let limit = SourceText.maximumSize + 1
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &chunk, min(chunk.count, limit - bytes.count))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(errno, at: path) }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    return bytes
  }

  /// The first bytes of a file; nil where it cannot be read or is no file.
  static func beginning(of path: String, most: Int) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      count = max(0, pread(descriptor, buffer.baseAddress, most, 0))
    }
  }

  /// The names in a folder in order, those that begin with a dot left out.
  static func names(in path: String) throws(RunbookProblem) -> [String] {
    guard let folder = opendir(path) else { throw failure(errno, at: path) }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// Whether anything has that name, a dangling symbolic link included.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// A path from the root without `.` and `..`, seen from a folder (the working one: nil).
  ///
  /// The text alone is changed; symbolic links are not followed.
  static func absolute(_ path: String, from folder: String? = nil) -> String {
    var whole = path
    if !path.hasPrefix("/") {
      whole = absolute(folder ?? workingDirectory) + "/" + path
    }
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static var workingDirectory: String {
    guard let text = getcwd(nil, 0) else { return "/" }
    defer { free(text) }
    return String(cString: text)
  }

  private static func start(of path: String) -> SourcePosition {
    SourcePosition(file: path, line: 1, column: 1)
  }

  private static func failure(_ code: Int32, at path: String) -> RunbookProblem {
    RunbookProblem(
      "it cannot be read: \(String(cString: strerror(code)))",
      fix: "Check the path and its permissions.",
      at: start(of: path)
    )
  }
}
