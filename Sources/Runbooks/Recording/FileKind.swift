internal import Glibc

/// What stands at a path, as a person calls it.
public enum FileKind: String, Sendable, Hashable {
  case regular = "a regular file"
  case directory = "a directory"
  case link = "a symbolic link"
  case fifo = "a FIFO"
  case socket = "a socket"
  case device = "a device"

  /// - Parameter mode: `st_mode` of inode(7).
  init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .directory
      case S_IFLNK: .link
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .device
      }
  }
}
