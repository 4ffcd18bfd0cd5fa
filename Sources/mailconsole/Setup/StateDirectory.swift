internal import Foundation
internal import Glibc

/// Where runs are kept: `$MAILCONSOLE_STATE`, else the XDG state directory.
struct StateDirectory: Sendable {
  let path: String

  /// Works out the path; it is made when the first run is.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let named = environment["MAILCONSOLE_STATE"], !named.isEmpty {
      path = named
    } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      path = state + "/mailconsole"
    } else {
      path = (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/mailconsole"
    }
  }

  /// Why a directory, or the nearest one above it that exists, takes no file; nil: it took one.
  ///
  /// A page is written and forced to the disk, as the record of a run is: rights and free inodes say
  /// nothing of a full disk.
  static func refusal(toWriteIn path: String) -> String? {
    var folder = path
    while access(folder, F_OK) != 0, folder != "/", !folder.isEmpty {
      folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    }
    var template = Array((folder + "/.mailconsole-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer {
      unlink(template)
      close(descriptor)
    }
    let page = [UInt8](repeating: 0, count: 4_096)
    guard Glibc.write(descriptor, page, page.count) == page.count, fsync(descriptor) == 0 else {
      return String(cString: strerror(errno == 0 ? ENOSPC : errno))
    }
    return nil
  }
}
