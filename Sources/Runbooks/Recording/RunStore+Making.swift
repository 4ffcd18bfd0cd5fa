internal import Glibc

/// Runs that are being made, in `runs/.RUN`, and what is left of those whose maker was killed.
///
/// Whoever makes a run holds a shared flock(2) on `runs/` meanwhile, which the kernel takes back
/// when they die. So who gets that lock alone knows that nobody makes one now: what lies there
/// under a hidden name is nobody's. Where the file system has no locks, nothing is ever removed.
extension RunStore {
  /// Says that a run is being made, until the descriptor is closed.
  func announceMaking() throws(JournalError) -> Int32 {
    let descriptor = try SystemFiles.open(runs, O_RDONLY | O_DIRECTORY)
    // A sweep holds it for a moment only.
    for _ in 0..<1_000 {
      if flock(descriptor, LOCK_SH | LOCK_NB) == 0 || errno != EWOULDBLOCK { return descriptor }
      usleep(2_000)
    }
    SystemFiles.close(descriptor)
    throw .locked(path: runs)
  }

  /// Removes what is left of runs that were never made, unless somebody makes one now.
  ///
  /// - Returns: the runs that never came to be.
  @discardableResult
  public func sweep() -> [RunID] {
    guard let descriptor = try? SystemFiles.open(runs, O_RDONLY | O_DIRECTORY) else { return [] }
    defer { SystemFiles.close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return [] }
    let names = (try? SystemFiles.names(in: runs)) ?? []
    return names.filter { $0.hasPrefix(".") }.compactMap { name in
      let run = RunID(String(name.dropFirst()))
      return directory(of: run) != nil && removeRemains(of: run) ? run : nil
    }
  }

  /// Removes what is left under the hidden name of a run that was never made and that nobody makes.
  ///
  /// - Returns: whether it was there and is gone.
  @discardableResult
  func removeRemains(of run: RunID) -> Bool {
    let making = RunDirectory(path: runs + "/." + run.name)
    guard making.holdsOnlyABeginning, !RunLock.isHeld(making) else { return false }
    SystemFiles.removeDirectory(making.path)
    return SystemFiles.length(of: making.path) == nil
  }
}

extension RunDirectory {
  /// Whether nothing is in it but what a creation writes; others may hide things here as well.
  fileprivate var holdsOnlyABeginning: Bool {
    guard SystemFiles.isDirectory(path), let names = try? SystemFiles.names(in: path) else {
      return false
    }
    let files = [
      journal, head, runbook, checks, site, allowedSigners, outputs, children.path, lock,
    ]
    let known = Set(
      files.flatMap { file in ["", ".new", "-wal", "-shm", "-journal"].map { file + $0 } }
    )
    return names.allSatisfy { known.contains(path + "/" + $0) }
  }
}
