internal import Glibc

/// For whom what is made in a directory is made: its owner alone, or a group (decision 046).
///
/// The directory itself says so, by its group and mode (inode(7)), so that one choice at the state
/// directory holds for all that is ever made below it, whoever makes it and whatever their umask.
public enum Sharing: Sendable, Hashable {
  /// Directories 0700, files 0600.
  case owner
  /// Directories 2770, files 0660, of the group with this number.
  case group(UInt32)

  /// What a directory's mode and group ask for: shared only with its group's set-group-ID bit, all
  /// of the group's rights and none of others.
  public init(mode: UInt32, group: UInt32) {
    self = mode & 0o2077 == 0o2070 ? .group(group) : .owner
  }

  /// What the directory at a path asks for; its owner's alone where there is none.
  public init(of directory: String) {
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      self = .owner
      return
    }
    self.init(mode: status.st_mode, group: status.st_gid)
  }

  /// The mode of directories made there.
  public var directoryMode: UInt32 {
    switch self {
    case .owner: 0o700
    case .group: 0o2770
    }
  }

  /// The mode of files and sockets made there.
  public var fileMode: UInt32 {
    switch self {
    case .owner: 0o600
    case .group: 0o660
    }
  }
}

extension Sharing {
  /// What the directory asks for in which something lies.
  init(around path: String) { self.init(of: Self.parent(of: path)) }

  /// The directory in which something lies: `/a` of `/a/b`.
  static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Gives a file of ours the rights the group needs, whatever the umask took; a file of another
  /// member has them from them.
  func give(to descriptor: Int32, _ path: String) throws(JournalError) {
    guard self != .owner else { return }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SystemFiles.error(path) }
    guard status.st_uid == geteuid(), status.st_mode & 0o777 != fileMode else { return }
    guard fchmod(descriptor, fileMode) == 0 else { throw SystemFiles.error(path) }
  }
}

extension RunDirectory {
  /// For whom the run's files are made.
  public var sharing: Sharing { Sharing(of: path) }

  /// Makes an empty file beside the record where there is none, for whoever the record is for.
  ///
  /// - Throws: ``JournalError`` when it cannot be made, or something else stands there.
  public func makeFile(_ path: String) throws(JournalError) {
    SystemFiles.close(try SystemFiles.open(path, O_WRONLY | O_CREAT | O_APPEND))
  }

  /// The directory for runners' sockets of a shared state directory, `$STATE/sockets`, made where it
  /// is not there.
  ///
  /// - Throws: ``JournalError`` when it cannot be made.
  public func socketFolder() throws(JournalError) -> String {
    let state = Sharing.parent(of: Sharing.parent(of: path))
    try SystemFiles.makeDirectory("sockets", ofState: state)
    return state + "/sockets"
  }
}
