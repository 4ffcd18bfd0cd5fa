internal import Runbooks

// Claims and volumes of the simulated cluster.

extension Scene {
  /// What a scenario has under `kubernetes.volumes`; the three claims of `deploy/`, all well, where
  /// it has none.
  func volumes() -> Answer {
    let given = kubernetes.records("volumes")
    let claims =
      given.isEmpty
      ? ["spool", "state", "vmail"].map { Value.record(["claim": .string($0)]) } : given
    return Answer(
      bytes: JSONBytes.text(
        .record(["kind": .string("List"), "items": .list(claims.flatMap(both))])
      )
    )
  }

  /// A claim, and its volume where it is bound.
  private func both(_ claim: Value) -> [Value] {
    let name = claim.text("claim", "vmail")
    let phase = claim.text("phase", "Bound")
    let volume = "mail-\(name)"
    let storageClass = Value.string(claim.text("class", "mail-local"))
    var spec: [String: Value] = ["storageClassName": storageClass]
    if phase == "Bound" { spec["volumeName"] = .string(volume) }
    let object = Value.record([
      "kind": .string("PersistentVolumeClaim"), "metadata": .record(["name": .string(name)]),
      "spec": .record(spec), "status": .record(["phase": .string(phase)]),
    ])
    guard phase == "Bound" else { return [object] }
    let host = Value.record([
      "key": .string("kubernetes.io/hostname"), "operator": .string("In"),
      "values": .list([.string(claim.text("node", site.node))]),
    ])
    let terms = Value.list([.record(["matchExpressions": .list([host])])])
    return [
      object,
      .record([
        "kind": .string("PersistentVolume"), "metadata": .record(["name": .string(volume)]),
        "spec": .record([
          "capacity": .record(["storage": .string(claim.text("size", "10Gi"))]),
          "persistentVolumeReclaimPolicy": .string(claim.text("policy", "Retain")),
          "storageClassName": storageClass,
          "nodeAffinity": .record(["required": .record(["nodeSelectorTerms": terms])]),
        ]),
        "status": .record(["phase": .string("Bound")]),
      ]),
    ]
  }
}
