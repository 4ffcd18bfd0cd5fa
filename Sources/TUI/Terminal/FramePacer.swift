/// Spaces frames out: at most twenty a second in the long run, and at once
/// when a person waits for one.
///
/// A bucket of a few frames fills at that rate. Output may not take the last
/// ones, so that a key is answered immediately even under a flood.
struct FramePacer: Sendable {
  static let interval = Duration.milliseconds(50)

  private static let capacity = 4.0
  private static let reserve = 2.0

  private var frames = Self.capacity
  private var filledAt: ContinuousClock.Instant?

  /// Takes a frame if one may be shown now.
  ///
  /// - Returns: Nil when it was taken, else when to ask again.
  mutating func nextFrame(
    isUrgent: Bool,
    now: ContinuousClock.Instant
  ) -> ContinuousClock.Instant? {
    if let filledAt {
      frames = min(Self.capacity, frames + (now - filledAt) / Self.interval)
    }
    filledAt = now
    let needed = isUrgent ? 1 : 1 + Self.reserve
    if frames >= needed {
      frames -= 1
      return nil
    }
    return now + Self.interval * (needed - frames)
  }
}
