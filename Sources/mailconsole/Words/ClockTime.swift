internal import Runbooks

extension Moment {
  /// The time of day in UTC, e.g. `03:10:07 UTC`.
  var clockTime: String { description.dropFirst(11).prefix(8) + " UTC" }
}
