internal import Runbooks

/// `k8s.volumes`: the claims of the mail namespace and the volumes under them.
///
/// A claim that goes with its pod (a generic ephemeral volume, such as the restore drill's) is no
/// place for mail and is left out.
struct VolumesOperation: CommandOperation {
  private static let expect = Parameter<[String]>(
    "expect",
    default: ["spool", "state", "vmail"],
    check: { names, name throws(OperationFailure) in
      for text in names { _ = try KubernetesName.checked(text, "a claim") }
      return names
    },
    help: "claims that have to be there"
  )

  private static let names = ResultField<[String]>("names", help: "the claims, by name")
  private static let phases = ResultField<[String]>(
    "phases",
    help: "the phase of each, in the order of names"
  )
  private static let volumes = ResultField<[String]>(
    "volumes",
    help: "the volume of each, in that order; empty: none"
  )
  private static let policies = ResultField<[String]>(
    "policies",
    help: "what becomes of each volume when its claim goes, in that order: `Retain`, `Delete`"
  )
  private static let classes = ResultField<[String]>(
    "classes",
    help: "the storage class of each, in that order"
  )
  private static let nodes = ResultField<[String]>(
    "nodes",
    help: "the node each volume is on, in that order; empty: it names none"
  )
  private static let capacities = ResultField<[String]>(
    "capacities",
    help: "the size of each, in that order, e.g. `50Gi`"
  )
  private static let bound = ResultField<Int>("bound", help: "claims that have a volume")
  private static let unbound = ResultField<[String]>("unbound", help: "claims that have none")
  private static let missing = ResultField<[String]>("missing", help: "of `expect` those not there")
  private static let notRetained = ResultField<[String]>(
    "not_retained",
    help: "claims whose volume is not kept when they go"
  )
  private static let elsewhere = ResultField<[String]>(
    "elsewhere",
    help: "claims whose volume is not on the node, or names none"
  )

  let declaration = OperationDeclaration(
    "k8s.volumes",
    "Reads the volume claims of the mail namespace: whether each has a volume that is kept, and "
      + "on which node.",
    parameters: [KubernetesParameter.node, expect],
    results: [
      names, phases, volumes, policies, classes, nodes, capacities, bound, unbound, missing,
      notRetained, elsewhere,
    ],
    risk: .read,
    isRepeatable: true
  )

  /// What kubectl is asked for.
  static let kinds = "persistentvolumeclaims,persistentvolumes"

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    _ = (try call[KubernetesParameter.node], try call[Self.expect])
    return [
      Command(
        here: Kubectl(call.site).call(["get", Self.kinds, "--output", "json"]),
        keep: 8 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (node, expected) = (try call[KubernetesParameter.node], try call[Self.expect])
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let list = try KubernetesObjects.read(
        KubernetesObjects.List<StorageObject>.self,
        from: outcome,
        "the volumes"
      )
      return .done(Self.result(StoredClaim.all(of: list.items), on: node, expected))
    }
  }

  private static func result(
    _ claims: [StoredClaim],
    on node: String,
    _ expected: [String]
  ) -> OperationResult {
    func named(_ isMeant: (StoredClaim) -> Bool) -> [String] {
      claims.filter(isMeant).map { capped($0.name, 253) }
    }
    func each(_ text: (StoredClaim) -> String) -> [String] { claims.map { capped(text($0), 253) } }
    let open = named { !$0.isBound }
    let lost = expected.filter { name in !claims.contains { $0.name == name } }
    let loose = named { $0.isBound && $0.policy != "Retain" }
    let away = named { $0.isBound && $0.node != node }
    let faults = [
      (lost, "not there"), (open, "without a volume"), (loose, "not kept when the claim goes"),
      (away, "not on \(node)"),
    ].filter { !$0.0.isEmpty }.map { "\($0.0.prefix(5).joined(separator: ", ")) \($0.1)" }
    let untold = claims.filter(\.isUntold).map { capped($0.volume, 120) }
    return OperationResult(
      [
        names(each(\.name)), phases(each(\.phase)), volumes(each(\.volume)),
        policies(each(\.policy)), classes(each(\.storageClass)), nodes(each(\.node)),
        capacities(each(\.capacity)), bound(claims.count - open.count), unbound(open),
        missing(lost), notRetained(loose), elsewhere(away),
      ],
      summary: faults.isEmpty
        ? "\(counted(claims.count, "claim")), each with a volume on \(node) that is kept."
        : "Of \(counted(claims.count, "claim")): \(faults.joined(separator: "; ")).",
      doubt: untold.first.map {
        Doubt(
          .parts,
          "of the volume \($0) nothing was told",
          advice: "Ask again; if it stays so, look at it with `kubectl get pv`."
        )
      }
    )
  }
}
