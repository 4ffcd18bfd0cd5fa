/// Locks across runs.
extension RunEvent {
  /// The run holds these locks until its runner ends.
  public struct LocksTaken: Sendable, Hashable, Codable {
    public let locks: [SiteLock]
    public let at: Moment

    public init(locks: [SiteLock], at: Moment) {
      self.locks = locks
      self.at = at
    }
  }

  /// Another run holds a lock; nothing begins before it is free, and it is waited for so long.
  public struct LockAwaited: Sendable, Hashable, Codable {
    public let lock: SiteLock
    public let holder: RunLocks.Holder?
    public let until: Moment
    public let at: Moment

    public init(lock: SiteLock, holder: RunLocks.Holder?, until: Moment, at: Moment) {
      self.lock = lock
      self.holder = holder
      self.until = until
      self.at = at
    }

    /// What is waited for, as a sentence.
    public var sentence: String {
      "waits until \(until) for the lock \(lock)"
        + (holder.map { ", held by \($0.by) in run \($0.run) since \($0.since)" } ?? "")
    }
  }

  /// Another run holds a lock, and it was not waited for any longer.
  public struct LockRefused: Sendable, Hashable, Codable {
    public let lock: SiteLock
    public let holder: RunLocks.Holder?
    public let at: Moment

    public init(lock: SiteLock, holder: RunLocks.Holder?, at: Moment) {
      self.lock = lock
      self.holder = holder
      self.at = at
    }
  }
}
