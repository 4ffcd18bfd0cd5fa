import Runbooks
import Testing

@testable import ClusterOps

/// Claims and volumes as `kubectl get persistentvolumeclaims,persistentvolumes --output json` lists
/// them (kubectl 1.32), shortened.
@Suite struct VolumesTests {
  private static func claim(
    _ name: String,
    phase: String = "Bound",
    volume: String? = nil,
    owner: String = ""
  ) -> String {
    let volumeName = phase == "Pending" ? "" : #", "volumeName": "\#(volume ?? "mail-\(name)")""#
    let owners =
      owner.isEmpty
      ? ""
      : #", "ownerReferences": [{"apiVersion": "v1", "kind": "\#(owner)", "name": "x", "uid": "1"}]"#
    return #"""
      {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
       "metadata": {"creationTimestamp": "2026-11-22T12:36:09Z", "name": "\#(name)",
        "namespace": "mail"\#(owners)},
       "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}},
        "storageClassName": "mail-local", "volumeMode": "Filesystem"\#(volumeName)},
       "status": {"phase": "\#(phase)"}}
      """#
  }

  private static func volume(
    _ name: String,
    policy: String = "Retain",
    terms: String? = nil
  ) -> String {
    let host =
      #"{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["mail-node"]}]}"#
    return #"""
      {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "\#(name)"},
       "spec": {"accessModes": ["ReadWriteOnce"], "capacity": {"storage": "10Gi"},
        "local": {"path": "/srv/mail"},
        "nodeAffinity": {"required": {"nodeSelectorTerms": [\#(terms ?? host)]}},
        "persistentVolumeReclaimPolicy": "\#(policy)", "storageClassName": "mail-local"},
       "status": {"phase": "Bound"}}
      """#
  }

  private static func list(_ items: [String]) -> String {
    #"{"apiVersion": "v1", "items": ["# + items.joined(separator: ", ")
      + #"], "kind": "List", "metadata": {"resourceVersion": ""}}"#
  }

  private static let healthy: [String] = ["spool", "state", "vmail"].flatMap {
    [claim($0), volume("mail-\($0)")]
  }

  private func perform(_ items: [String]) async throws -> OperationResult {
    try await RecordedWorld { _ in .said(Self.list(items)) }.perform(VolumesOperation())
  }

  @Test("claims with volumes that are kept, on the node, are told one by one")
  func healthy() async throws {
    let world = RecordedWorld { _ in .said(Self.list(Self.healthy)) }
    let result = try await world.perform(VolumesOperation())
    #expect(result.values["names"] == .list(["spool", "state", "vmail"].map(Value.string)))
    #expect(result.values["bound"] == .integer(3))
    #expect(result.values["volumes"]?.elements?.last == .string("mail-vmail"))
    #expect(result.values["nodes"]?.elements == Array(repeating: .string("mail-node"), count: 3))
    #expect(result.values["capacities"]?.elements?.first == .string("10Gi"))
    for name in ["unbound", "missing", "not_retained", "elsewhere"] {
      #expect(result.values[name] == .list([]), "\(name)")
    }
    #expect(result.doubt == nil)
    #expect(
      world.asked.programs[0].suffix(4) == [
        "get", "persistentvolumeclaims,persistentvolumes", "--output", "json",
      ]
    )
  }

  @Test("a claim that waits, one that is not kept, one elsewhere and one that is not there")
  func trouble() async throws {
    let other =
      #"{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["old"]}]}"#
    let result = try await perform([
      Self.claim("spool", phase: "Pending"), Self.claim("vmail"),
      Self.volume("mail-vmail", policy: "Delete", terms: other),
    ])
    #expect(result.values["unbound"] == .list([.string("spool")]))
    #expect(result.values["not_retained"] == .list([.string("vmail")]))
    #expect(result.values["elsewhere"] == .list([.string("vmail")]))
    #expect(result.values["missing"] == .list([.string("state")]))
    #expect(result.values["nodes"] == .list([.string(""), .string("old")]))
    #expect(result.summary.contains("spool without a volume"), "\(result.summary)")
  }

  @Test(
    "a volume that names no node, or one of several, is on none",
    arguments: [
      "",
      #"{"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a"]}]}"#,
      #"{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["mail-node", "b"]}]}"#,
      #"{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "NotIn", "values": ["mail-node"]}]}"#,
      #"{"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["mail-node"]}]}, {}"#,
    ]
  )
  func nowhere(terms: String) async throws {
    let result = try await perform([Self.claim("vmail"), Self.volume("mail-vmail", terms: terms)])
    #expect(result.values["nodes"] == .list([.string("")]))
    #expect(result.values["elsewhere"] == .list([.string("vmail")]))
  }

  @Test("a claim that goes with its pod is none of ours; a volume that is not told is a doubt")
  func others() async throws {
    let drill = Self.claim("restore-drill-1-scratch", volume: "pvc-1", owner: "Pod")
    let result = try await perform(
      Self.healthy + [drill, Self.volume("pvc-1", policy: "Delete", terms: "")]
    )
    #expect(result.values["names"]?.elements?.count == 3)
    #expect(result.values["not_retained"] == .list([]))
    let untold = try await perform([Self.claim("vmail")])
    #expect(untold.doubt?.words.contains("mail-vmail") == true)
  }

  private static let silences: [Answer] = [
    Answer.said(String(Self.list(Self.healthy).dropLast(40))), .said(""),
    .said("No resources found\n"),
    .said(
      "",
      stderr:
        "The connection to the server x:6443 was refused - did you specify the right host or port?\n",
      exit: 1
    ),
    .said(
      "",
      stderr:
        "Error from server (Forbidden): persistentvolumes is forbidden: User \"x\" cannot list\n",
      exit: 1
    ),
  ]

  @Test(
    "what is cut, empty, strange or refused is no evidence",
    arguments: Self.silences
  )
  func strange(answer: Answer) async {
    let failure = await #expect(throws: OperationFailure.self) {
      try await RecordedWorld { _ in answer }.perform(VolumesOperation())
    }
    #expect(failure?.reason != .failed)
    #expect(failure?.effect == OperationFailure.Effect.none)
  }

  @Test("in a tabletop the scenario says which claims there are")
  func tabletop() async throws {
    let claims = Value.list([
      .record(["claim": .string("vmail"), "phase": .string("Pending")]),
      .record(["claim": .string("spool"), "node": .string("old-node")]),
    ])
    var world = SimulatedWorld(
      state: ["kubernetes": .record(["volumes": claims])],
      now: 1_796_000_000,
      seed: 1
    )
    let result = try await OperationCatalogue.standard().operation("k8s.volumes")
      .simulate(Arguments([:]), in: &world)
    #expect(result.values["unbound"] == .list([.string("vmail")]))
    #expect(result.values["elsewhere"] == .list([.string("spool")]))
    #expect(result.values["missing"] == .list([.string("state")]))
  }
}
