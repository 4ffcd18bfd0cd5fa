internal import Runbooks

// What takes the simulated node and its mail service out of use, and back.

extension Scene {
  // MARK: The node

  mutating func cordon(_ words: [String], _ isCordon: Bool) -> Answer {
    let name = words.first ?? ""
    guard let wasOpen = setSchedulable(name, !isCordon) else { return Self.noNode(name) }
    // Evicted pods have no other node to go to; they come back with this one.
    if !isCordon { setOthers(on: name) { $0["evicted"] = nil } }
    let changed = wasOpen == isCordon
    return Answer("node/\(name) \(changed ? "" : "already ")\(isCordon ? "" : "un")cordoned\n")
  }

  mutating func drain(_ words: [String]) -> Answer {
    let name = words.first ?? ""
    let isDryRun = words.contains("--dry-run=client")
    guard let node = nodes().first(where: { $0.text("name", "mail-node") == name }) else {
      return Self.noNode(name)
    }
    let remark = isDryRun ? " (dry run)" : ""
    let isOpen = node.truth("schedulable", true)
    var answer = Answer("node/\(name) \(isOpen ? "" : "already ")cordoned\(remark)\n")
    if !isDryRun { _ = setSchedulable(name, false) }

    let pods = others(on: name)
    let bare = pods.filter { $0.text("owner", "deployment") == "none" }
    guard bare.isEmpty else {
      answer.exit = 1
      answer.stderr =
        "error: unable to drain node \"\(name)\" due to error: cannot delete Pods that declare no "
        + "controller (use --force to override): \(Self.list(bare)), continuing command...\n"
      return answer
    }
    let ours = kubernetes.records("pods").filter { $0.text("node", name) == name }
      .map { "mail/" + $0.text("name", "mail-0") }
    let stay =
      ours + pods.filter { $0.text("owner", "") == "daemonset" }.map { $0.text("name", "") }
    if !stay.isEmpty {
      answer.stderr =
        "Warning: ignoring DaemonSet-managed Pods: \(stay.joined(separator: ", "))\n"
    }
    let go = pods.filter { $0.text("owner", "") != "daemonset" }
    answer.say(go.map { "evicting pod \($0.text("name", ""))\(remark)" })
    guard !isDryRun else {
      answer.say(["node/\(name) drained (dry run)"])
      return answer
    }
    answer.say(
      go.filter { !$0.truth("guarded", false) }.map { pod in
        "pod/\(pod.text("name", "").split(separator: "/").last ?? "") evicted"
      }
    )
    setOthers(on: name) { pod in
      let isGoing = pod["owner"]?.text != "daemonset" && pod["guarded"]?.truth != true
      if isGoing { pod["evicted"] = .boolean(true) }
    }
    guard !go.contains(where: { $0.truth("guarded", false) }) else {
      answer.exit = 1
      answer.stderr +=
        "error: unable to drain node \"\(name)\" due to error: error when evicting pods: global "
        + "timeout reached: \(Self.option("--timeout", words) ?? "0s"), continuing command...\n"
      return answer
    }
    answer.say(["node/\(name) drained"])
    return answer
  }

  private static func noNode(_ name: String) -> Answer {
    Answer(exit: 1, stderr: "Error from server (NotFound): nodes \"\(name)\" not found\n")
  }

  private static func list(_ pods: [Value]) -> String {
    pods.map { $0.text("name", "") }.joined(separator: ", ")
  }

  /// - Returns: what it was before; nil where there is no such node.
  private mutating func setSchedulable(_ name: String, _ isSchedulable: Bool) -> Bool? {
    var nodes = nodes()
    guard let place = nodes.firstIndex(where: { $0.text("name", "mail-node") == name }) else {
      return nil
    }
    var fields = nodes[place].fields
    fields["schedulable"] = .boolean(isSchedulable)
    let before = nodes[place].truth("schedulable", true)
    nodes[place] = .record(fields)
    set("nodes", .list(nodes))
    return before
  }

  private func others(on node: String) -> [Value] {
    kubernetes.records("others").filter {
      $0.text("node", node) == node && !$0.truth("evicted", false)
    }
  }

  private mutating func setOthers(
    on node: String,
    _ change: (inout [String: Value]) -> Void
  ) {
    guard kubernetes["others"] != nil else { return }
    set(
      "others",
      .list(
        kubernetes.records("others").map { pod in
          guard pod.text("node", node) == node else { return pod }
          var fields = pod.fields
          change(&fields)
          return .record(fields)
        }
      )
    )
  }
}
