internal import CUnix
internal import Foundation
internal import Glibc
internal import Runbooks

/// Where the runner of a run listens, and how consoles find it.
///
/// The path of a unix(7) socket has at most 107 bytes, whatever the state directory's is, so it
/// lies in a private directory of the user and the run's directory says where. A shared state
/// directory, whose members all have to come to it, has a directory of its own for them.
enum RunnerSocket {
  /// The longest path that fits `sun_path` with its NUL.
  static let longestPath = 107

  /// The file in the run's directory that says where its runner listens.
  static func note(_ directory: RunDirectory) -> String { directory.path + "/runner" }

  /// Listens for consoles of a run.
  static func listen(for directory: RunDirectory) throws(CommandFailure) -> (Int32, path: String) {
    let path = try newPath(for: directory)
    let descriptor = try open()
    unlink(path)
    guard withAddress(path, { bind(descriptor, $0, $1) }) == 0,
      Glibc.listen(descriptor, 64) == 0
    else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw CommandFailure(.io, "The runner cannot listen on \(path) (\(reason)).")
    }
    let mode = directory.sharing.fileMode
    chmod(path, mode)
    do {
      try Data(path.utf8).write(to: URL(fileURLWithPath: note(directory)), options: .atomic)
      chmod(note(directory), mode)
    } catch {
      throw CommandFailure(.io, "\(note(directory)) cannot be written (\(error)).")
    }
    return (descriptor, path)
  }

  /// Accepts consoles one by one, until the socket is closed.
  ///
  /// What the machine lacks for a while ends nothing: one descriptor is kept in hand, so that there
  /// is always one for the next console, which is hung up where nothing else is left.
  static func acceptAll(_ descriptor: Int32, _ serve: (FrameChannel) -> Void) {
    var spare = spareDescriptor()
    while true {
      let accepted = cunix_accept(descriptor)
      if accepted >= 0 {
        if spare < 0 { spare = spareDescriptor() }
        guard spare >= 0 else {
          close(accepted)
          spare = spareDescriptor()
          continue
        }
        serve(FrameChannel(accepted))
        continue
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE:
        if spare >= 0 {
          close(spare)
          spare = -1
        } else {
          poll(nil, 0, 100)
        }
      case ENOBUFS, ENOMEM: poll(nil, 0, 100)
      default:
        if spare >= 0 { close(spare) }
        return
      }
    }
  }

  private static func spareDescriptor() -> Int32 {
    Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
  }

  /// What came of looking for the runner of a run.
  enum Found {
    /// None lives.
    case nobody
    case connected(FrameChannel)
    /// One listens and has not let in those who came before.
    case crowded
  }

  /// Connects to the runner of a run; waits for nothing.
  static func connect(to directory: RunDirectory) -> Found {
    var status = stat()
    // Anything but a file there is no note of ours, and reading a FIFO would wait.
    guard lstat(note(directory), &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let data = FileManager.default.contents(atPath: note(directory)),
      data.count <= longestPath, let descriptor = try? open()
    else { return .nobody }
    let channel = FrameChannel(descriptor)
    let path = String(decoding: data, as: UTF8.self)
    // A full queue of a runner that accepts nobody would be waited for (unix(7)).
    let flags = fcntl(descriptor, F_GETFL)
    _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
    guard withAddress(path, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
      return errno == EAGAIN ? .crowded : .nobody
    }
    _ = fcntl(descriptor, F_SETFL, flags)
    // Whoever could have put another socket there would hear what operators say.
    return PeerRule(for: directory).admits(channel) ? .connected(channel) : .nobody
  }

  private static func open() throws(CommandFailure) -> Int32 {
    let kind = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else {
      throw CommandFailure(.io, "No socket can be opened (\(String(cString: strerror(errno)))).")
    }
    return descriptor
  }

  private static func withAddress(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count <= longestPath else { return -1 }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  // MARK: The private directory

  private static func newPath(for directory: RunDirectory) throws(CommandFailure) -> String {
    let name = Digest(of: directory.path).hex.prefix(12) + "-\(getpid())"
    guard directory.sharing == .owner else { return try sharedPath(for: directory, String(name)) }
    let folder = try self.folder(roomFor: name.utf8.count + 1)
    return folder + "/" + name
  }

  private static func sharedPath(
    for directory: RunDirectory,
    _ name: String
  ) throws(CommandFailure) -> String {
    let folder: String
    do throws(JournalError) {
      folder = try directory.socketFolder()
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
    let path = folder + "/" + name
    guard path.utf8.count <= longestPath else {
      throw CommandFailure(
        .io,
        "The runner cannot listen on \(path): a socket's path has at most \(longestPath) bytes "
          + "(unix(7)), and this one has \(path.utf8.count). A shared state directory needs a path "
          + "of at most \(longestSharedState) bytes: name a shorter one with MAILCONSOLE_STATE."
      )
    }
    return path
  }

  /// The longest path of a shared state directory: `/sockets/`, twelve digits and a process follow.
  static let longestSharedState = longestPath - "/sockets/".utf8.count - 12 - "-4194304".utf8.count

  /// Where the socket may lie: `/tmp/mailconsole-UID`, else `$XDG_RUNTIME_DIR/mailconsole`.
  ///
  /// Not the other way round: systemd-logind removes the runtime directory with the last login
  /// (pam_systemd(8)), and a runner outlives the login that started it.
  static func candidates(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return ["/tmp/mailconsole-\(geteuid())"] + (runtime.map { [$0 + "/mailconsole"] } ?? [])
  }

  /// The first of some directories that is ours alone, made if it does not exist, with room in
  /// `sun_path` for a name of so many bytes.
  static func folder(
    roomFor name: Int,
    among candidates: [String] = candidates()
  ) throws(CommandFailure) -> String {
    for folder in candidates where folder.utf8.count + name <= longestPath {
      mkdir(folder, 0o700)
      if isPrivate(folder) { return folder }
    }
    throw CommandFailure(
      .io,
      "There is no private directory for the runner's socket: none of "
        + "\(candidates.joined(separator: ", ")) is a directory of yours with mode 0700."
    )
  }

  /// Whether a path is a directory of this user that nobody else may enter; no link is followed.
  static func isPrivate(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
  }
}
