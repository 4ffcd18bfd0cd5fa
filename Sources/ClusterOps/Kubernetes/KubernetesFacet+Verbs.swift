internal import Runbooks

// kubectl's verbs on the simulated world.

extension Scene {
  private static let defaultObjects = [
    "Namespace mail", "ConfigMap mail/mail-config", "PersistentVolumeClaim mail/spool",
    "DaemonSet mail/mail",
  ]

  // MARK: Manifests

  private func manifests() -> [(object: String, state: String, version: Int)] {
    let isApplied = kubernetes.truth("applied", true)
    let given = kubernetes.records("manifests")
    guard given.isEmpty else {
      return given.map {
        (
          $0.text("object", "ConfigMap mail/unnamed"), $0.text("state", "current"),
          $0.int("version", 100)
        )
      }
    }
    return Self.defaultObjects.map { ($0, isApplied ? "current" : "absent", 100) }
  }

  func objects() -> Answer {
    Answer(
      manifests().filter { $0.state != "absent" }.map { "\($0.object) \($0.version)\n" }.joined()
    )
  }

  mutating func apply() -> Answer {
    let applied = manifests().map { manifest in
      (manifest.object, manifest.state == "current" ? manifest.version : manifest.version + 1)
    }
    set(
      "manifests",
      .list(
        applied.map { object, version in
          .record([
            "object": .string(object), "state": .string("current"), "version": .integer(version),
          ])
        }
      )
    )
    set("applied", .boolean(true))
    reconcile()
    return Answer(applied.map { "\(Self.resource($0.0)) serverside-applied\n" }.joined())
  }

  /// `DaemonSet mail/mail` as kubectl names it when it has done something: `daemonset.apps/mail`.
  private static func resource(_ object: String) -> String {
    let words = object.split(separator: " ", maxSplits: 1).map(String.init)
    let kind = (words.first ?? "").lowercased()
    let group = ["daemonset", "deployment", "statefulset"].contains(kind) ? ".apps" : ""
    return "\(kind)\(group)/\(words.last?.split(separator: "/").last ?? "")"
  }

  func diff() -> Answer {
    let differing = manifests().filter { $0.state != "current" }
    var answer = Answer(
      differing.map { manifest in
        let name = manifest.object.split { $0 == " " || $0 == "/" }.joined(separator: ".")
        return "diff -u -N /tmp/LIVE-1/\(name) /tmp/MERGED-1/\(name)\n"
      }.joined()
    )
    answer.exit = differing.isEmpty ? 0 : 1
    return answer
  }

  // MARK: Nodes and pods

  func nodes() -> [Value] {
    let given = kubernetes.records("nodes")
    guard given.isEmpty else { return given }
    let label = kubernetes["workload"]?["label"]
    return [.record(["name": .string("mail-node"), "labels": .list(label.map { [$0] } ?? [])])]
  }

  private func isWanted(on node: Value) -> Bool {
    guard kubernetes.truth("applied", true), node.truth("ready", true) else { return false }
    guard let label = kubernetes["workload"]?["label"]?.text else { return true }
    return node.texts("labels").contains(label)
  }

  /// Makes the pods as the workload and the nodes want them.
  mutating func reconcile() {
    let isFirst = kubernetes["pods"] == nil
    var pods = kubernetes.records("pods")
    let wanted = nodes().filter(isWanted).map { $0.text("name", "mail-node") }
    let kept = pods.filter { wanted.contains($0.text("node", wanted.first ?? "")) }
    let missing = wanted.filter { node in
      !kept.contains { $0.text("node", wanted.first ?? "") == node }
    }
    guard isFirst || kept.count != pods.count || !missing.isEmpty else { return }
    pods = kept
    // A new pod renders its configuration anew: what was set in the old one is gone.
    if !isFirst, !missing.isEmpty { forgetIntake() }
    for node in missing {
      pods.append(
        .record([
          "name": .string("mail-" + suffix()), "node": .string(node),
          "started": .integer(isFirst ? world.now - 3600 : world.now), "restarts": .integer(0),
        ])
      )
    }
    set("pods", .list(pods))
  }

  private mutating func suffix() -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    var number = chance()
    var text = ""
    for _ in 0..<5 {
      text.append(letters[Int(number % UInt64(letters.count))])
      number /= UInt64(letters.count)
    }
    return text
  }

  /// The containers that operations ask, where a scenario names none.
  private static let daemons = ["postfix", "dovecot", "rspamd", "redis", "clamd"]

  func containers() -> [String] {
    let given = kubernetes["workload"]?.texts("containers") ?? []
    return given.isEmpty ? Self.daemons : given
  }

  private func broken() -> Set<String> { Set(kubernetes["workload"]?.texts("broken") ?? []) }

  /// Containers whose probe fails: broken ones, and Postfix while it takes no mail.
  private func unready() -> Set<String> { isTakingMail ? broken() : broken().union(["postfix"]) }

  func pods() -> Answer {
    let broken = broken()
    let unready = unready()
    let items = kubernetes.records("pods").map { pod -> Value in
      let containers = containers().map { name -> Value in
        let isAway = isAway(name, in: pod)
        let restarts = pod.int("restarts", 0) + (pod["crashes"]?.int(name, 0) ?? 0)
        var container: [String: Value] = [
          "name": .string(name), "ready": .boolean(!unready.contains(name) && !isAway),
          "restartCount": .integer(restarts),
          "imageID": .string("sha256:" + Digest(of: name).hex),
        ]
        if broken.contains(name) || isAway {
          container["state"] = .record([
            "waiting": .record(["reason": .string("CrashLoopBackOff")])
          ])
        }
        return .record(container)
      }
      let isReady = unready.isEmpty && !hasAway(pod) ? "True" : "False"
      return .record([
        "metadata": .record([
          "name": .string(pod.text("name", "mail-0")),
          "creationTimestamp": .string(
            KubernetesObjects.timestamp(pod.int("started", origin - 3600))
          ),
        ]),
        "spec": .record(["nodeName": .string(pod.text("node", "mail-node"))]),
        "status": .record([
          "phase": .string("Running"),
          "conditions": .list([
            .record(["type": .string("Ready"), "status": .string(isReady)])
          ]),
          "containerStatuses": .list(containers),
        ]),
      ])
    }
    return Answer(bytes: JSONBytes.text(.record(["items": .list(items)])))
  }

  /// Whether a container of the pod is away after a crash.
  private func hasAway(_ pod: Value) -> Bool { containers().contains { isAway($0, in: pod) } }

  func workload(_ name: String) -> Answer {
    guard kubernetes.truth("applied", true) else {
      let plain = name.split(separator: "/").last ?? "mail"
      return Answer(
        exit: 1,
        stderr: "Error from server (NotFound): daemonsets.apps \"\(plain)\" not found\n"
      )
    }
    let desired = nodes().filter(isWanted).count
    let away = kubernetes.records("pods").count(where: hasAway)
    let ready = unready().isEmpty ? max(0, desired - away) : 0
    let json = JSONBytes.text(
      .record([
        "kind": .string("DaemonSet"),
        "metadata": .record(["name": .string("mail"), "generation": .integer(1)]),
        "spec": .record([:]),
        "status": .record([
          "observedGeneration": .integer(1), "desiredNumberScheduled": .integer(desired),
          "currentNumberScheduled": .integer(desired),
          "updatedNumberScheduled": .integer(desired), "numberReady": .integer(ready),
          "numberAvailable": .integer(ready), "numberUnavailable": .integer(desired - ready),
          "numberMisscheduled": .integer(0),
        ]),
      ])
    )
    return Answer(bytes: json)
  }

  func rollout() -> Answer {
    guard kubernetes.truth("applied", true) else { return workload("daemonset/mail") }
    guard unready().isEmpty, !kubernetes.records("pods").contains(where: hasAway) else {
      return Answer(exit: 1, stderr: "error: timed out waiting for the condition\n")
    }
    return Answer("daemon set \"mail\" successfully rolled out\n")
  }

  mutating func delete(_ words: [String]) -> Answer {
    let pods = kubernetes.records("pods")
    let names = pods.map { $0.text("name", "mail-0") }
    var deleted = names
    if words.first == "pod", let name = words.dropFirst().first {
      guard names.contains(name) else {
        return Answer(
          exit: 1,
          stderr: "Error from server (NotFound): pods \"\(name)\" not found\n"
        )
      }
      deleted = [name]
    }
    set("pods", .list(pods.filter { !deleted.contains($0.text("name", "mail-0")) }))
    reconcile()
    return Answer(deleted.map { "pod/\($0)\n" }.joined())
  }

  func node(_ name: String) -> Answer {
    guard let node = nodes().first(where: { $0.text("name", "mail-node") == name }) else {
      return Answer(exit: 1, stderr: "Error from server (NotFound): nodes \"\(name)\" not found\n")
    }
    let labels = node.texts("labels").map { label -> (String, Value) in
      let parts = label.split(separator: "=", maxSplits: 1)
      return (String(parts.first ?? ""), .string(parts.count > 1 ? String(parts[1]) : ""))
    }
    let taints = node.texts("taints").map { taint -> Value in
      let parts = taint.split(separator: ":")
      let pair = (parts.first ?? "").split(separator: "=", maxSplits: 1)
      return .record([
        "key": .string(String(pair.first ?? "")),
        "value": .string(pair.count > 1 ? String(pair[1]) : ""),
        "effect": .string(parts.count > 1 ? String(parts[1]) : "NoSchedule"),
      ])
    }
    func condition(_ type: String, _ isTrue: Bool) -> Value {
      .record(["type": .string(type), "status": .string(isTrue ? "True" : "False")])
    }
    let conditions =
      [condition("Ready", node.truth("ready", true))]
      + node.texts("pressure").map { condition($0, true) }
    return Answer(
      bytes: JSONBytes.text(
        .record([
          "metadata": .record([
            "name": .string(name),
            "labels": .record(Dictionary(labels, uniquingKeysWith: { $1 })),
          ]),
          "spec": .record([
            "unschedulable": .boolean(!node.truth("schedulable", true)), "taints": .list(taints),
          ]),
          "status": .record([
            "conditions": .list(conditions),
            "nodeInfo": .record(["kubeletVersion": .string(node.text("version", "v1.32.0"))]),
          ]),
        ])
      )
    )
  }

  mutating func label(_ words: [String]) -> Answer {
    guard words.count >= 3 else { return Answer(exit: 1, stderr: "error: no label given\n") }
    let (name, change) = (words[1], words[2])
    var nodes = nodes()
    guard let place = nodes.firstIndex(where: { $0.text("name", "mail-node") == name }) else {
      return Answer(exit: 1, stderr: "Error from server (NotFound): nodes \"\(name)\" not found\n")
    }
    let key = change.hasSuffix("-") ? String(change.dropLast()) : change.prefix { $0 != "=" } + ""
    let old = nodes[place].texts("labels")
    var labels = old.filter { $0 != key && !$0.hasPrefix(key + "=") }
    if !change.hasSuffix("-") { labels.append(change) }
    var fields = nodes[place].fields
    fields["labels"] = .list(labels.map(Value.string))
    nodes[place] = .record(fields)
    set("nodes", .list(nodes))
    reconcile()
    if Set(old) == Set(labels) { return Answer("node/\(name) not labeled\n") }
    return Answer("node/\(name) \(change.hasSuffix("-") ? "un" : "")labeled\n")
  }

  func logs(_ words: [String]) -> Answer {
    let container = Self.option("--container", words) ?? "postfix"
    let lines = kubernetes["logs"]?.texts(container) ?? []
    let tail = Self.option("--tail", words).flatMap(Int.init) ?? lines.count
    return Answer(lines.suffix(tail).map { $0 + "\n" }.joined())
  }

  /// Whether there is such a container, and it runs.
  func hasRunning(_ container: String) -> Bool {
    containers().contains(container) && !broken().contains(container)
  }

  static func option(_ name: String, _ words: [String]) -> String? {
    guard let place = words.firstIndex(of: name), place + 1 < words.count else { return nil }
    return words[place + 1]
  }
}
