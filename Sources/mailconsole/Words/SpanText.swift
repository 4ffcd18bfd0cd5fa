/// Spans of time as a person reads them on a screen.
enum SpanText {
  /// `0.3 s`, `42 s`, `3 min`, `2 h`, `5 d`.
  static func short(milliseconds: Int64) -> String {
    switch milliseconds {
    case ..<10_000: "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    case ..<120_000: "\(milliseconds / 1000) s"
    case ..<7_200_000: "\(milliseconds / 60_000) min"
    case ..<172_800_000: "\(milliseconds / 3_600_000) h"
    default: "\(milliseconds / 86_400_000) d"
    }
  }
}
