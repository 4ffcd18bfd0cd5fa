internal import Glibc

/// The index of the runs that have ended: `$STATE/runs.index`, and `runs.index.new` while it is
/// written.
///
/// Losing it costs time and nothing else, so nothing that goes wrong with it is an error.
extension RunStore {
  var index: String { state + "/runs.index" }

  /// What was kept; empty where there is none, or what is there cannot be read.
  func readIndex() -> RunIndex {
    guard let length = SystemFiles.length(of: index), length <= RunIndex.maximumSize,
      let bytes = try? SystemFiles.contents(of: index), let kept = RunIndex(decoding: bytes)
    else { return RunIndex() }
    return kept
  }

  /// Keeps an index in the place of what was there, whole or not at all.
  ///
  /// Whoever writes holds a flock(2) on the file beside it; who does not get it leaves the writing
  /// to the other. Nothing waits for the disk: after a power cut the digest tells what is left.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  func write(_ new: RunIndex) -> Bool {
    let aside = index + ".new"
    guard let descriptor = try? SystemFiles.open(aside, O_WRONLY | O_CREAT) else { return false }
    defer { SystemFiles.close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
    // Whoever held it before may have put this very file in the place of the index.
    var mine = stat()
    var there = stat()
    guard fstat(descriptor, &mine) == 0, lstat(aside, &there) == 0, mine.st_ino == there.st_ino,
      mine.st_dev == there.st_dev, ftruncate(descriptor, 0) == 0
    else { return false }
    do {
      try SystemFiles.write(new.encoded(), to: descriptor, aside)
      try SystemFiles.rename(aside, to: index)
      return true
    } catch {
      // On a full disk half a file would only take up room.
      SystemFiles.remove(aside)
      return false
    }
  }
}
