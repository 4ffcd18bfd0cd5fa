internal import Glibc

/// What stat(2) says of a file: it changes with every change of the file, and cannot be put back
/// without the clock of the machine (`ctime`).
struct FileStamp: Sendable, Hashable {
  let inode: UInt64
  /// Bytes.
  let size: Int64
  /// Nanoseconds since 1970: when the content was changed, and when anything of the file was.
  let modified: Int64
  let changed: Int64

  /// What stands at a path itself; nil: it is of another kind, or nothing is there.
  init?(of path: String, _ kind: FileKind = .regular) {
    var status = stat()
    guard lstat(path, &status) == 0, FileKind(mode: status.st_mode) == kind else { return nil }
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = Self.nanoseconds(status.st_mtim)
    changed = Self.nanoseconds(status.st_ctim)
  }

  init(inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}

/// What the files of a run were when something was made from them.
///
/// The directory tells of names that came or went, such as a log beside the journal; `head` holds
/// the end of the chain and the seal, and is rewritten before the journal changes.
struct RunStamp: Sendable, Hashable {
  let directory: FileStamp
  let journal: FileStamp
  let head: FileStamp

  /// nil where one of them is missing or something else.
  init?(of run: RunDirectory) {
    guard let directory = FileStamp(of: run.path, .directory),
      let journal = FileStamp(of: run.journal), let head = FileStamp(of: run.head)
    else { return nil }
    self.init(directory: directory, journal: journal, head: head)
  }

  init(directory: FileStamp, journal: FileStamp, head: FileStamp) {
    self.directory = directory
    self.journal = journal
    self.head = head
  }

  /// How long a stamp must have been true before it is relied on: a change within the same tick of
  /// the file system's clock leaves it as it is. Two seconds is the coarsest there is (FAT).
  private static let tick: Int64 = 2_000_000_000

  /// Whether a change from now on would show.
  func isSettled(at now: Moment) -> Bool {
    let latest = [directory, journal, head].map { max($0.modified, $0.changed) }.max() ?? 0
    return latest < now.milliseconds &* 1_000_000 &- Self.tick
  }
}
