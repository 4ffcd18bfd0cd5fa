internal import Foundation

/// Waiting for what is outside this process.
public enum Waiting {
  /// Looks again and again until something holds.
  ///
  /// - Throws: when it does not in time.
  public static func until(
    _ what: String,
    within seconds: Double = 20,
    _ holds: () throws -> Bool
  ) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while Date() < deadline {
      if try holds() { return }
      usleep(20_000)
    }
    throw TimedOut(what: what, seconds: seconds)
  }

  /// Lets a random moment pass: what is tested is that any will do.
  public static func pass(microseconds: UInt32) throws { usleep(microseconds) }

  private struct TimedOut: Error, CustomStringConvertible {
    let what: String
    let seconds: Double
    var description: String { "waited \(seconds) s for \(what)" }
  }
}
