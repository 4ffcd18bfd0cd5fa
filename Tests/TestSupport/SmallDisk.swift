internal import Foundation
internal import Glibc

/// A file system of its own that is soon full; unmounted when the test ends, however that is.
public final class SmallDisk: Sendable {
  /// Whether this process may mount file systems.
  public static let isPossible: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    // The folder goes after what is mounted over it.
    return withExtendedLifetime(folder) { (try? SmallDisk(at: folder.path, size: "64k")) != nil }
  }()

  public let path: String

  /// Mounts it over a directory that exists.
  public init(at path: String, size: String) throws {
    guard mount("tmpfs", path, "tmpfs", 0, "size=\(size),mode=0700") == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EPERM)
    }
    self.path = path
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  private var ballast: String { path + "/ballast" }

  /// Puts something on it until nothing more goes in.
  ///
  /// - Parameter rest: how many bytes of room are left after all.
  public func fill(leaving rest: Int = 0) {
    let descriptor = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    defer { close(descriptor) }
    let block = [UInt8](repeating: 1, count: 4_096)
    var length = 0
    while write(descriptor, block, block.count) == block.count { length += block.count }
    if rest > 0 { ftruncate(descriptor, off_t(max(0, length - rest))) }
  }

  /// Takes that away again.
  public func clear() { unlink(ballast) }
}
