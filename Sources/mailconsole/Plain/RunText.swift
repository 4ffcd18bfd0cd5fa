internal import Runbooks

/// A run in one line of text, as `mailconsole runs` and the screen of runs print it.
enum RunText {
  /// - Parameters:
  ///   - place: site and world: `lab/live`.
  ///   - last: when the last event was recorded.
  ///   - driving: who drives it, or who holds it.
  static func line(
    _ run: RunID,
    place: String,
    last: Moment?,
    standing: String,
    driving: String?
  ) -> String {
    // `2026-11-30 03:10`
    let last = last.map {
      let text = $0.description
      return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }
    return run.name.padding(to: 42) + place.padding(to: 20) + (last ?? "").padding(to: 18)
      + standing + (driving.map { ", \($0)" } ?? "")
  }
}
