import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// The operations of a node drain: through an executable that plays kubectl, and their twins.
///
/// What the executable prints is kubectl's own wording (1.20 to 1.34) for the same fixture.
@Suite struct DrainTwinTests {
  private let fake = FakeKubectl()
  private var world = SimulatedWorld(
    state: [
      "kubernetes": .record([
        "workload": .record(["label": .string("mail=true")]),
        "nodes": .list([
          .record(["name": .string("mail-node"), "labels": .list([.string("mail=true")])])
        ]),
        "pods": .list([
          .record(["name": .string("mail-c9kk8"), "node": .string("mail-node")])
        ]),
        "others": .list([Self.pod("kube-system/coredns-x", "deployment")]),
        "listeners": .list(
          ["0.0.0.0:25", "0.0.0.0:465", "[::]:587", "127.0.0.1:10589", "0.0.0.0:10250"]
            .map(Value.string)
        ),
      ]),
      "postfix": .record(["settings": .record(["myhostname": .string("mail.gaudy.test")])]),
    ],
    now: 1_700_000_000,
    seed: 1
  )

  private static func pod(_ name: String, _ owner: String, isGuarded: Bool = false) -> Value {
    .record([
      "name": .string(name), "node": .string("mail-node"), "owner": .string(owner),
      "guarded": .boolean(isGuarded),
    ])
  }

  private mutating func setOthers(_ pods: [Value]) {
    var kubernetes = world.state["kubernetes"]?.fields ?? [:]
    kubernetes["others"] = .list(pods)
    world.state["kubernetes"] = .record(kubernetes)
  }

  private mutating func act(
    _ name: String,
    _ values: [String: Value] = [:]
  ) async throws -> OperationResult {
    try await OperationCatalogue.standard().operation(name).simulate(Arguments(values), in: &world)
  }

  /// Performs and simulates; both must say the same.
  private mutating func both(
    _ name: String,
    _ values: [String: Value] = [:]
  ) async throws -> [String: Value] {
    let real = try await fake.catalogue.operation(name).perform(values)
    let twin = try await act(name, values)
    #expect(real.values == twin.values, "\(name)")
    #expect(real.summary == twin.summary)
    return twin.values
  }

  /// Performs and simulates; both must fail the same.
  private mutating func neither(
    _ name: String,
    _ values: [String: Value] = [:]
  ) async throws -> OperationFailure {
    var failures: [OperationFailure] = []
    do {
      _ = try await fake.catalogue.operation(name).perform(values)
    } catch let failure as OperationFailure {
      failures.append(failure)
    }
    do {
      _ = try await act(name, values)
    } catch let failure as OperationFailure {
      failures.append(failure)
    }
    try #require(failures.count == 2, "\(failures)")
    #expect(failures[0].reason == failures[1].reason)
    #expect(failures[0].effect == failures[1].effect)
    #expect(failures[0].advice == failures[1].advice)
    return failures[1]
  }

  private static let ignored = "Warning: ignoring DaemonSet-managed Pods: mail/mail-c9kk8\n"

  @Test("cordon and uncordon say what they changed, and that there was nothing to change")
  mutating func cordon() async throws {
    fake.answer("cordon", "node/mail-node cordoned\n")
    #expect(try await both("k8s.cordon")["changed"] == .boolean(true))
    #expect(fake.calls.last?.suffix(2) == ["cordon", "mail-node"])
    #expect(try await act("k8s.node").values["schedulable"] == .boolean(false))
    fake.answer("cordon", "node/mail-node already cordoned\n")
    #expect(try await both("k8s.cordon")["changed"] == .boolean(false))
    fake.answer("uncordon", "node/mail-node uncordoned\n")
    #expect(try await both("k8s.uncordon")["changed"] == .boolean(true))
    fake.answer("uncordon", "node/mail-node already uncordoned\n")
    #expect(try await both("k8s.uncordon")["changed"] == .boolean(false))
    #expect(try await act("k8s.node").values["schedulable"] == .boolean(true))
  }

  @Test("a drain evicts what a dry run names, and the mail pod stays until the label goes")
  mutating func drain() async throws {
    fake.answer(
      "drain",
      "node/mail-node cordoned (dry run)\nevicting pod kube-system/coredns-x (dry run)\n"
        + "node/mail-node drained (dry run)\n",
      stderr: Self.ignored
    )
    let before = try await both("k8s.evictable")
    #expect(before["pods"] == .list([.string("kube-system/coredns-x")]))
    #expect(before["cordoned"] == .boolean(false))
    #expect(fake.calls.last?.last == "--dry-run=client")
    fake.answer(
      "drain",
      "node/mail-node cordoned\nevicting pod kube-system/coredns-x\npod/coredns-x evicted\n"
        + "node/mail-node drained\n",
      stderr: Self.ignored
    )
    let drained = try await both("k8s.drain", ["within": .duration(.seconds(90))])
    #expect(drained["pods"] == .list([.string("coredns-x")]))
    #expect(drained["left"] == .list([.string("mail/mail-c9kk8")]))
    #expect(
      fake.calls.last?.suffix(6) == [
        "drain", "mail-node", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout", "90s",
      ]
    )
    fake.answer(
      "drain",
      "node/mail-node already cordoned (dry run)\nnode/mail-node drained (dry run)\n",
      stderr: Self.ignored
    )
    let after = try await both("k8s.evictable")
    #expect(after["count"] == .integer(0))
    #expect(after["cordoned"] == .boolean(true))
    #expect(try await act("k8s.pods").values["total"] == .integer(1))
    #expect(
      try await act("k8s.label_node", ["label": .string("mail-")]).values["changed"]
        == .boolean(true)
    )
    #expect(try await act("k8s.pods").values["total"] == .integer(0))
    // Evicted pods come back with the node.
    _ = try await act("k8s.uncordon")
    #expect(try await act("k8s.evictable").values["count"] == .integer(1))
  }

  @Test("a label is set and removed, and nothing is said to change that was so already")
  mutating func label() async throws {
    let remove: [String: Value] = ["label": .string("mail-")]
    let set: [String: Value] = ["label": .string("mail=true")]
    fake.answer("label", "node/mail-node unlabeled\n")
    #expect(try await both("k8s.label_node", remove)["changed"] == .boolean(true))
    #expect(
      fake.calls.last?.suffix(5) == ["label", "node", "mail-node", "mail-", "--overwrite"]
    )
    #expect(
      try await act("k8s.node", ["label": .string("mail")]).values["labelled"] == .boolean(false)
    )
    fake.answer("label", "label \"mail\" not found.\nnode/mail-node not labeled\n")
    #expect(try await both("k8s.label_node", remove)["changed"] == .boolean(false))
    fake.answer("label", "node/mail-node labeled\n")
    #expect(try await both("k8s.label_node", set)["changed"] == .boolean(true))
    fake.answer("label", "node/mail-node not labeled\n")
    #expect(try await both("k8s.label_node", set)["changed"] == .boolean(false))
  }

  @Test("a pod that is guarded makes the drain too late; the node stays cordoned")
  mutating func guarded() async throws {
    setOthers([Self.pod("kube-system/coredns-x", "deployment", isGuarded: true)])
    fake.answer(
      "drain",
      "node/mail-node cordoned\nevicting pod kube-system/coredns-x\n",
      stderr: Self.ignored
        + "error when evicting pods/\"coredns-x\" -n \"kube-system\" (will retry after 5s): Cannot "
        + "evict pod as it would violate the pod's disruption budget.\n"
        + "error: unable to drain node \"mail-node\" due to error: error when evicting "
        + "pods/\"coredns-x\" -n \"kube-system\": global timeout reached: 5m0s, continuing "
        + "command...\nThere are pending nodes to be drained:\n mail-node\n",
      exit: 1
    )
    let failure = try await neither("k8s.drain")
    #expect(failure.reason == .timedOut)
    #expect(failure.effect == .unknown, "the node is cordoned, and pods may be gone")
    #expect(try await act("k8s.node").values["schedulable"] == .boolean(false))
  }

  @Test("a pod that nothing would bring back refuses the drain and its dry run")
  mutating func bare() async throws {
    setOthers([Self.pod("default/tool", "none")])
    let words =
      "error: unable to drain node \"mail-node\" due to error: cannot delete Pods that declare no "
      + "controller (use --force to override): default/tool, continuing command...\n"
    fake.answer("drain", "node/mail-node cordoned (dry run)\n", stderr: words, exit: 1)
    let dry = try await neither("k8s.evictable")
    #expect(dry.reason == .refused)
    #expect(dry.effect == OperationFailure.Effect.none)
    fake.answer("drain", "node/mail-node cordoned\n", stderr: words, exit: 1)
    #expect(try await neither("k8s.drain").effect == .unknown)
  }

  @Test("a node that is not there is refused by all of them")
  mutating func missing() async throws {
    let elsewhere: [String: Value] = ["node": .string("elsewhere")]
    let words = "Error from server (NotFound): nodes \"elsewhere\" not found\n"
    for (name, verb) in [
      ("k8s.cordon", "cordon"), ("k8s.uncordon", "uncordon"), ("k8s.drain", "drain"),
      ("k8s.evictable", "drain"),
    ] {
      fake.answer(verb, stderr: words, exit: 1)
      #expect(try await neither(name, elsewhere).reason == .refused, "\(name)")
    }
  }

  @Test("without intake the ports close and the pod is not ready; a new pod takes mail again")
  mutating func intake() async throws {
    let stop: [String: Value] = ["accept": .boolean(false)]
    let ports: [String: Value] = [
      "expect": .list([.integer(25), .integer(465), .integer(587)])
    ]
    fake.answer("postconf", "\n")
    fake.answer("postfix", stderr: "postfix/postfix-script: refreshing the Postfix mail system\n")
    #expect(try await both("postfix.intake", stop)["changed"] == .boolean(true))
    #expect(
      fake.calls.suffix(3).map { Array($0.suffix(3)) } == [
        ["postconf", "-h", "master_service_disable"],
        ["postconf", "-e", "master_service_disable=inet"], ["--", "postfix", "reload"],
      ]
    )
    #expect(
      try await act("k8s.ports", ports).values["missing"]
        == .list([.integer(25), .integer(465), .integer(587)])
    )
    #expect(try await act("k8s.ports", ports).values["public"] == .list([.integer(10250)]))
    #expect(try await act("k8s.pods").values["ready"] == .integer(0))
    #expect(
      try await act("postfix.queue").values["total"] == .integer(0),
      "the container is still there"
    )
    // Once more: the setting stands, and Postfix is reloaded all the same.
    fake.answer("postconf", "inet\n")
    #expect(try await both("postfix.intake", stop)["changed"] == .boolean(false))
    #expect(fake.calls.last?.suffix(2) == ["postfix", "reload"])
    let start = try await both("postfix.intake", ["accept": .boolean(true)])
    #expect(start["accepting"] == .boolean(true))
    #expect(try await act("k8s.ports", ports).values["missing"] == .list([]))

    _ = try await act("postfix.intake", stop)
    _ = try await act("k8s.delete_pod")
    #expect(try await act("k8s.ports", ports).values["missing"] == .list([]))
    #expect(try await act("k8s.pods").values["ready"] == .integer(1))
  }

  @Test("a setting whose reload fails is an unknown outcome: it takes effect at the next reload")
  mutating func notReloaded() async throws {
    var postfix = world.state["postfix"]?.fields ?? [:]
    postfix["running"] = .boolean(false)
    world.state["postfix"] = .record(postfix)
    fake.answer("postconf", "\n")
    fake.answer(
      "postfix",
      stderr: "postfix/postfix-script: fatal: the Postfix mail system is not running\n",
      exit: 1
    )
    let failure = try await neither("postfix.intake", ["accept": .boolean(false)])
    #expect(failure.reason == .unreachable)
    #expect(failure.effect == .unknown)
  }

  // MARK: The certificate

  /// A certificate made for the test; openssl's own fingerprint and session are what counts.
  private func makeCertificate(days: Int) throws -> (pem: String, fingerprint: String) {
    let (key, file) = (fake.directory.path + "/key", fake.directory.path + "/crt")
    let made = try Self.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
        "-keyout", key, "-out", file, "-days", "\(days)", "-subj", "/CN=mail.gaudy.test",
      ]
    )
    try #require(made.status == 0, "\(made.text)")
    let print = try Self.run("openssl", ["x509", "-in", file, "-noout", "-fingerprint", "-sha256"])
    let digits = print.text.split(separator: "=").last?.filter(\.isHexDigit).lowercased() ?? ""
    return (fake.directory.read("crt"), digits)
  }

  private static func run(_ program: String, _ words: [String]) throws -> (
    status: Int32, text: String
  ) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + words
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  @Test("the fingerprint of a served certificate is the one openssl prints, whatever stands around")
  func certificate() async throws {
    let (pem, fingerprint) = try makeCertificate(days: 60)
    let session =
      "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = mail.gaudy.test\n   i:CN = lab CA\n"
      + "   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256\n"
      + "   v:NotBefore: Nov  2 10:00:00 2036 GMT; NotAfter: Dec  2 10:00:00 2036 GMT\n---\n"
      + "Server certificate\n\(pem)subject=CN = mail.gaudy.test\n---\nDONE\n"
    fake.answer("cat", pem + pem)
    fake.answer("openssl", session)
    let result = try await fake.catalogue.operation("postfix.certificate").perform([:])
    #expect(result.values["served"] == .string(fingerprint))
    #expect(result.values["matches"] == .boolean(true))
    #expect(result.values["subject"] == .string("CN = mail.gaudy.test"))
    let days = try #require(result.values["days_left"]?.int)
    #expect(days == (2_111_824_800 - Int(Date().timeIntervalSince1970)) / 86_400)
    #expect(fake.calls.last?.contains("-servername") == true)

    // Renewed on disk, not yet served.
    fake.answer("cat", try makeCertificate(days: 90).pem)
    let stale = try await fake.catalogue.operation("postfix.certificate").perform([:])
    #expect(stale.values["matches"] == .boolean(false))
    #expect(stale.summary.contains("reload"))
    fake.answer("openssl", stderr: "connect:errno=111\n", exit: 1)
    await #expect(throws: OperationFailure.self) {
      _ = try await fake.catalogue.operation("postfix.certificate").perform([:])
    }
  }

  @Test("the twin serves what is mounted, or an older one, or nothing while the ports are closed")
  mutating func certificateTwin() async throws {
    #expect(try await act("postfix.certificate").values["matches"] == .boolean(true))
    #expect(try await act("postfix.certificate").values["days_left"] == .integer(60))
    var postfix = world.state["postfix"]?.fields ?? [:]
    postfix["certificate"] = .record(["served": .string("old"), "days": .integer(3)])
    world.state["postfix"] = .record(postfix)
    let stale = try await act("postfix.certificate").values
    #expect(stale["matches"] == .boolean(false))
    #expect(stale["days_left"] == .integer(3))
    _ = try await act("postfix.intake", ["accept": .boolean(false)])
    await #expect(throws: OperationFailure.self) { try await act("postfix.certificate") }
  }
}
