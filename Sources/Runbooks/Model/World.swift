/// Where a run happens; shown on every screen and written in every record.
///
/// Evidence from one world never satisfies a gate in another.
public enum World: String, Sendable, Hashable, Codable, CaseIterable {
  /// A site's real cluster. The lab is a live site of its own.
  case live
  /// A simulated world with its own clock; no process is started, no socket opened.
  case tabletop
  /// Reads are real, changes are printed and not made.
  case plan
}
