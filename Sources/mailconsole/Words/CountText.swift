/// Counts as a person reads them.
enum CountText {
  /// `1 step`, `2 steps`.
  static func of(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }
}
