internal import Runbooks

/// `k8s.cordon` and `k8s.uncordon`.
struct CordonOperation: CommandOperation {
  let isCordon: Bool
  var declaration: OperationDeclaration { isCordon ? .cordon : .uncordon }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    return [
      Command(here: Kubectl(site).call([isCordon ? "cordon" : "uncordon", node]), changes: true)
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let changed = !outcome.stdoutText.contains("already")
      let state = isCordon ? "cordoned" : "open to pods"
      return .done(
        OperationResult(
          values: ["changed": .boolean(changed)],
          summary: changed ? "\(node) is \(state)." : "\(node) already was \(state)."
        )
      )
    }
  }
}

/// `k8s.evictable`: what a drain would do, by a dry run of the very same command.
struct EvictableOperation: CommandOperation {
  var declaration: OperationDeclaration { .evictable }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    return [
      Command(
        here: Kubectl(site).call(["drain", node] + DrainOutput.options + ["--dry-run=client"])
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let output = DrainOutput(outcome)
      let count = output.evicting.count
      return .done(
        OperationResult(
          values: [
            "count": .integer(count), "pods": .list(output.evicting.map(Value.string)),
            "left": .list(output.left.map(Value.string)),
            "cordoned": .boolean(output.wasCordoned),
          ],
          summary: "A drain of \(node) would evict \(counted(count, "pod"))"
            + (output.wasCordoned ? "; it is cordoned." : "; it is not cordoned.")
        )
      )
    }
  }
}

/// `k8s.drain`: cordons a node and evicts what may be evicted.
///
/// Never with `--force`: a pod that nothing would bring back is for people to decide on.
struct DrainOperation: CommandOperation {
  var declaration: OperationDeclaration { .drain }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    // kubectl takes 0 for no limit at all.
    let seconds = max(1, (arguments.duration("within") ?? .seconds(300)).components.seconds)
    return [
      Command(
        here: Kubectl(site).call(
          ["drain", node] + DrainOutput.options + ["--timeout", "\(seconds)s"],
          isShort: false
        ),
        changes: true
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    let site = call.site
    let node = try nodeName(arguments, site)
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let output = DrainOutput(outcome)
      let count = output.evicted.count
      return .done(
        OperationResult(
          values: [
            "evicted": .integer(count), "pods": .list(output.evicted.map(Value.string)),
            "left": .list(output.left.map(Value.string)),
          ],
          summary: "\(node) is drained: \(counted(count, "pod")) evicted, "
            + "\(counted(output.left.count, "pod")) of DaemonSets left."
        )
      )
    }
  }
}

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
