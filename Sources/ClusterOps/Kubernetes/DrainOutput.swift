/// What `kubectl drain` prints, since 1.20: `node/n already cordoned`, `evicting pod ns/p`,
/// `pod/p evicted`, and on standard error a warning with the pods of DaemonSets.
struct DrainOutput {
  static let options = ["--ignore-daemonsets", "--delete-emptydir-data"]

  /// Pods under way, as `namespace/name`, each once: an eviction that is put off is tried again.
  let evicting: [String]
  /// Pods that are gone; drain names them without their namespace.
  let evicted: [String]
  let left: [String]
  let wasCordoned: Bool

  init(_ outcome: CommandOutcome) {
    let words = outcome.stdoutText.split(whereSeparator: \.isNewline).map {
      $0.split(separator: " ").map(String.init)
    }
    evicting = Self.names(
      words.compactMap { $0.starts(with: ["evicting", "pod"]) && $0.count > 2 ? $0[2] : nil }
    )
    evicted = Self.names(
      words.compactMap {
        $0.count == 2 && $0[1] == "evicted" && $0[0].hasPrefix("pod/")
          ? String($0[0].dropFirst(4)) : nil
      }
    )
    wasCordoned = words.contains { $0.count > 2 && $0[1] == "already" && $0[2] == "cordoned" }
    left = Self.names(
      outcome.stderrText.split(whereSeparator: \.isNewline).flatMap { line -> [String] in
        guard let heading = line.firstRange(of: "DaemonSet-managed Pods: ") else { return [] }
        return line[heading.upperBound...].prefix { $0 != ";" }.split(separator: ",").map {
          String($0.trimmingSpaces)
        }
      }
    )
  }

  private static func names(_ found: [String]) -> [String] {
    Set(found.map { capped($0, 320) }).sorted()
  }
}
