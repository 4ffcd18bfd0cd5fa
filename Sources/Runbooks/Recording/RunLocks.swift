internal import Glibc

/// The locks that a run holds against other runs, files in `$STATE/locks/` that the kernel locks.
///
/// All of them are held or none: they are taken in one order, whatever order the runbook has, and
/// a run that has to wait for one holds no other meanwhile, so two runs cannot wait for each other.
/// A class because the open files have identity: the kernel gives the locks up when the process is
/// gone.
public final class RunLocks: Sendable {
  /// Who holds a lock, as the holder wrote it.
  public struct Holder: Sendable, Hashable, Codable {
    public let run: RunID
    public let by: String
    public let since: Moment

    public init(run: RunID, by: String, since: Moment) {
      self.run = run
      self.by = by
      self.since = since
    }
  }

  /// How taking them went.
  enum Attempt {
    case taken(RunLocks)
    /// A process holds it; nil: it has not written who it is yet, or just let go.
    case held(SiteLock, by: Holder?)
    /// A runner that held it was killed, and its command is still under way.
    case inUse(SiteLock, by: Holder)
  }

  private let descriptors: [Int32]

  private init(_ descriptors: [Int32]) { self.descriptors = descriptors }

  /// Lets them go; who held them last is told by the files only where that process was killed.
  deinit {
    for descriptor in descriptors {
      ftruncate(descriptor, 0)
      close(descriptor)
    }
  }

  /// Takes all locks, or none.
  static func take(
    _ locks: [SiteLock],
    in state: String,
    for holder: Holder,
    boot: String
  ) throws(JournalError) -> Attempt {
    let folder = directory(of: state)
    try SystemFiles.makeDirectory("locks", ofState: state)
    var taken: [Int32] = []
    func letGo() { for descriptor in taken { close(descriptor) } }
    for lock in sorted(locks) {
      let path = self.path(of: lock, in: state)
      let descriptor: Int32
      do throws(JournalError) {
        descriptor = try SystemFiles.open(path, O_RDWR | O_CREAT)
      } catch {
        letGo()
        throw error
      }
      let before = readHolder(path)
      guard RunLock.take(descriptor) else {
        close(descriptor)
        letGo()
        return .held(lock, by: before)
      }
      if let before = readHolder(path), before.run != holder.run,
        hasLivingCommands(before.run, in: state, boot)
      {
        close(descriptor)
        letGo()
        return .inUse(lock, by: before)
      }
      taken.append(descriptor)
    }
    let bytes = try RecordCoding.encode(holder)
    for descriptor in taken {
      ftruncate(descriptor, 0)
      lseek(descriptor, 0, SEEK_SET)
      try SystemFiles.write(bytes, to: descriptor, folder)
    }
    return .taken(RunLocks(taken))
  }

  /// Waits in flock(2) until nobody holds a lock.
  static func waitUntilFree(_ lock: SiteLock, in state: String) {
    guard let descriptor = try? SystemFiles.open(path(of: lock, in: state), O_RDWR) else { return }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_SH) != 0, errno == EINTR {}
  }

  /// Whether a command of a run whose runner was killed is still under way: what the lock is
  /// about is then being worked on, although the kernel has given the lock up.
  private static func hasLivingCommands(_ run: RunID, in state: String, _ boot: String) -> Bool {
    guard let directory = RunStore(state: state).directory(of: run),
      let entries = try? JournalReader(directory).entries()
    else { return false }
    var open: [StepID: RunEvent.StepSpawned] = [:]
    for entry in entries {
      var event = entry.event
      if case .compensation(let undoing) = event { event = undoing.asOfStep }
      switch event {
      case .stepSpawned(let event): open[event.step] = event
      case .stepEnded(let event): open[event.step] = nil
      case .stepUnknown(let event): open[event.step] = nil
      default: break
      }
    }
    return open.values.contains { $0.process.lives(in: boot) || $0.supervisor.lives(in: boot) }
  }

  private static func sorted(_ locks: [SiteLock]) -> [SiteLock] {
    Set(locks).sorted { $0.key.hex < $1.key.hex }
  }

  private static func directory(of state: String) -> String { state + "/locks" }

  private static func path(of lock: SiteLock, in state: String) -> String {
    directory(of: state) + "/" + lock.key.hex
  }

  private static func readHolder(_ path: String) -> Holder? {
    guard let bytes = try? SystemFiles.contents(of: path) else { return nil }
    return try? RecordCoding.decode(Holder.self, from: bytes)
  }
}

/// A run is not let onto what another run holds.
public struct LockRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  public let run: RunID
  public let lock: SiteLock
  public let holder: RunLocks.Holder?
  /// How long it waited.
  public let waited: Duration

  public var description: String {
    let who =
      holder.map { "held by \($0.by) in run \($0.run) since \($0.since)" } ?? "held by another run"
    let waiting = waited > .zero ? ", also after \(DurationText.format(waited))" : ""
    return
      "The lock \(lock) is \(who)\(waiting), so \(run) does nothing. Let that run end, then go "
      + "on with:  mailconsole attach \(run)"
  }
}
