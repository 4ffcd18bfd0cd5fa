import Foundation
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Believes every signature.
struct Credulous: SignatureVerifying {
  func verify(
    _ signature: SSHSignature,
    over document: [UInt8],
    by name: String,
    listedIn signers: AllowedSigners,
    unless revoked: RevokedKeys?,
    at moment: Moment
  ) async throws(SignatureRefusal) {}
}

/// A site with signers, an agent that holds their keys, and runs that wait for a sign-off.
struct SignedTrial {
  static let start = Moment(seconds: 1_795_316_400)  // 2026-11-22T03:00:00Z
  static let ok = StepID("ok")
  static let runbook = runbook(count: 1)

  let agent: SSHAgent
  let keys: [String: String]
  let signers: AllowedSigners
  private let witnesses: WitnessPolicy
  private let folder: TemporaryFolder

  /// - Parameters:
  ///   - sharing: people for whom the key of the first of them is listed.
  ///   - options: what stands before a person's key in the list.
  init(
    sharing: [String] = [],
    options: [String: String] = [:],
    witnesses: WitnessPolicy = WitnessPolicy()
  ) throws {
    self.witnesses = witnesses
    agent = try SSHAgent()
    folder = try TemporaryFolder()
    var keys: [String: String] = [:]
    for name in ["ana", "bo", "cy"] {
      keys[name] =
        if let first = sharing.first, sharing.dropFirst().contains(name) {
          keys[first]
        } else {
          try agent.addKey(name)
        }
    }
    self.keys = keys
    signers = try AllowedSigners(
      text: keys.keys.sorted().map { "\($0) \(options[$0] ?? "")\(keys[$0] ?? "")\n" }.joined()
    )
  }

  static func runbook(count: Int) -> Runbook {
    let place = SourcePosition(file: "trial.yaml", line: 1, column: 1)
    func template(_ text: String) -> Template {
      do { return try Template(parsing: text, at: place) } catch { preconditionFailure("\(error)") }
    }
    let work = Step(
      id: StepID("work"),
      title: "work",
      body: .manual(ManualTask(instructions: template("do"))),
      risk: .read,
      position: place
    )
    let approval = Approval(
      roles: [Role("E4")],
      count: count,
      statement: template("go on"),
      evidence: [StepID("work")],
      notPerformersOf: [StepID("work")]
    )
    let ok = Step(
      id: ok,
      title: "ok",
      body: .approve(approval),
      needs: [Need(step: StepID("work"), position: place)],
      risk: .read,
      position: place
    )
    return Runbook(
      id: RunbookID("trial"),
      kind: .runbook,
      title: "Trial",
      version: "1.0.0",
      owner: Role("E1"),
      summary: "",
      inputs: [],
      steps: [work, ok],
      source: RunbookSource(path: "trial.yaml", text: "trial of \(count)")
    )
  }

  /// A run whose work ana has done and that waits for its sign-off.
  func begin(
    _ name: String,
    count: Int = 1,
    clock: ManualRunClock = ManualRunClock(wall: start),
    current: String? = nil,
    revoked: RevokedKeys? = nil,
    verifier: any SignatureVerifying = SSHVerifier()
  ) async throws -> SignedRun {
    let today = try current.map { try AllowedSigners(text: $0) } ?? signers
    let run = try await open(
      name,
      Self.runbook(count: count),
      clock: clock,
      today: SignerLists(allowed: today, revoked: revoked),
      verifier: verifier
    )
    _ = try await run.engine.drive()
    try await run.engine.submit(.done(StepID("work"), note: "", fields: [:]), by: "ana")
    _ = try await run.engine.drive()
    return run
  }

  /// A new run that ana drives, before anything is done.
  func open(
    _ name: String,
    _ runbook: Runbook,
    _ operations: [any Runbooks.Operation] = [],
    clock: ManualRunClock = ManualRunClock(wall: start),
    today: SignerLists? = nil,
    verifier: any SignatureVerifying = SSHVerifier()
  ) async throws -> SignedRun {
    let store = RunStore(state: folder.path)
    let site = site(SignerLists(allowed: signers))
    let record = try store.create(
      .init(
        run: RunID(name),
        runbook: runbook,
        site: site,
        mode: .live,
        console: "test",
        by: "ana"
      ),
      clock: clock
    )
    let lists = today ?? SignerLists(allowed: signers)
    let engine = try engine(record, runbook, operations, lists, clock, verifier)
    try await engine.attach()
    return SignedRun(trial: self, record: record, engine: engine)
  }

  /// Another driver on a run whose first one has stopped.
  func resume(_ run: SignedRun) async throws -> RunEngine {
    let clock = ManualRunClock(wall: Self.start)
    let lists = SignerLists(allowed: signers)
    let engine = try engine(run.record, Self.runbook, [], lists, clock, SSHVerifier())
    try await engine.attach()
    return engine
  }

  private func engine(
    _ record: OpenRun,
    _ runbook: Runbook,
    _ operations: [any Runbooks.Operation],
    _ signers: SignerLists,
    _ clock: ManualRunClock,
    _ verifier: any SignatureVerifying
  ) throws -> RunEngine {
    try RunEngine(
      record,
      entries: try record.entries(),
      RunSetting(
        runbook: runbook,
        site: site(signers),
        siteRecord: site(signers).record,
        catalogue: OperationCatalogue(operations),
        clock: clock,
        signatures: verifier,
        witness: HeadWitness(),
        headSigner: SSHHeadSigner(signer: signer, clock: clock) { signers },
        pinnedSigners: try record.directory.pinnedSigners(),
        driver: "ana",
        processID: 1
      )
    )
  }

  private func site(_ signers: SignerLists) -> Site {
    Site(
      name: "lab",
      domain: "example.org",
      mailHost: "mail.example.org",
      addresses: [],
      node: "n1",
      stage: "lab",
      kubernetes: Site.test.kubernetes,
      manifests: nil,
      directory: "/nowhere",
      operators: ["ana", "bo", "cy"].map { SiteOperator(name: $0, roles: [Role("E4")]) },
      scenario: nil,
      signers: signers,
      witnesses: witnesses,
      record: .record(["name": .string("lab")])
    )
  }

  var signer: SSHSigner {
    var environment = CommandEnvironment.current()
    environment.variables["SSH_AUTH_SOCK"] = agent.socket
    return SSHSigner(runner: CommandRunner(environment: environment))
  }

  /// Signs as the approver, whatever the list says of their key.
  func sign(_ document: SignOffDocument, with name: String? = nil) async throws -> SSHSignature {
    let line = keys[name ?? document.approver] ?? ""
    return try await signer.sign(document, with: try #require(SSHPublicKey(line: line)))
  }

  func signForGit(_ run: SignedRun) async throws -> SSHSignature {
    let document = try #require(await run.document("bo"))
    return try #require(
      SSHSignature(armored: try agent.sign(document.bytes, "bo", namespace: "git"))
    )
  }

  func verify(_ run: SignedRun, _ runbook: Runbook = runbook) async -> Verification {
    await Verification.of(run.record.directory, signatures: SSHVerifier()) { _ in runbook }
  }
}

/// A run of a trial.
struct SignedRun {
  let trial: SignedTrial
  let record: OpenRun
  let engine: RunEngine

  func document(
    _ name: String,
    _ decision: SignOffDocument.Decision = .approve,
    comment: String = ""
  ) async -> SignOffDocument? {
    let head = await engine.head.hash
    return await engine.state.signOffDocument(
      of: SignedTrial.ok,
      by: name,
      decision,
      comment: comment,
      typed: nil,
      seen: head
    )
  }

  func sign(_ name: String, with key: String? = nil) async throws -> SSHSignature {
    try await trial.sign(try #require(await document(name)), with: key)
  }

  func approve(_ name: String, _ signature: SSHSignature) async throws {
    let head = await engine.head.hash
    try await engine.submit(
      .approve(SignedTrial.ok, comment: "", typed: nil, seen: head, signature: signature),
      by: name
    )
  }

  func refuses(
    _ name: String,
    _ signature: SSHSignature,
    _ words: String,
    at place: SourceLocation = #_sourceLocation
  ) async {
    do {
      try await approve(name, signature)
      Issue.record("accepted", sourceLocation: place)
    } catch {
      #expect("\(error)".contains(words), sourceLocation: place)
    }
  }
}
