/// Sizes as a person reads them.
enum ByteText {
  /// `812 B`, `4.2 kB`, `31 MB`.
  static func short(_ bytes: Int) -> String {
    switch bytes {
    case ..<1_000: "\(bytes) B"
    case ..<10_000: "\(bytes / 1_000).\(bytes % 1_000 / 100) kB"
    case ..<1_000_000: "\(bytes / 1_000) kB"
    case ..<10_000_000: "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB"
    case ..<1_000_000_000: "\(bytes / 1_000_000) MB"
    default: "\(bytes / 1_000_000_000) GB"
    }
  }
}
