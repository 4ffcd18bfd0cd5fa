import Foundation
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Runs whose sign-offs are signed by a real agent, and their records.
@Suite struct SignedRunTests {
  @Test("a signed sign-off is recorded and its record is sound; an unsigned one is refused")
  func whole() async throws {
    let trial = try SignedTrial()
    let run = try await trial.begin("run-1")
    await #expect {
      try await run.engine.submit(
        .approve(SignedTrial.ok, comment: "", typed: nil, seen: await run.engine.head.hash),
        by: "bo"
      )
    } throws: { "\($0)".contains("accepts only signed sign-offs") }
    try await run.approve("bo", try await run.sign("bo"))
    #expect(try await run.engine.drive() == .ended(.completed, summary: "2 of 2 steps done"))
    try run.record.close()

    let verdict = await trial.verify(run)
    #expect(verdict.isSound, "\(verdict.findings)")
    #expect(verdict.checkedSignatures == 1)
    #expect(!verdict.notRuledOut.contains { $0.contains("signatures") })
    // Without a verifier the verdict says what it did not look at.
    let blind = Verification(of: run.record.directory) { _ in SignedTrial.runbook }
    #expect(blind.isSound)
    #expect(blind.notRuledOut.contains { $0.hasPrefix("Forged signatures: the 1 ") })
    // The signers are pinned: another list is another event 1.
    let pinned = run.record.directory.allowedSigners
    try "bo \(trial.keys["ana"] ?? "")\n".write(toFile: pinned, atomically: true, encoding: .utf8)
    #expect(await trial.verify(run).firstBadEvent == 1)
  }

  @Test("a signature of another run, step, head, comment or person does not count")
  func replay() async throws {
    let trial = try SignedTrial()
    let (one, two) = (try await trial.begin("run-1"), try await trial.begin("run-2"))
    let elsewhere = try await one.sign("bo")
    await two.refuses("bo", elsewhere, "not over this document")
    let before = await two.engine.state
    for change: (inout SignOffDocument) -> Void in [
      { $0.step = StepID("other") }, { $0.world = .tabletop }, { $0.evidence = [] },
      { $0.comment = "other" }, { $0.evidence = [Digest(of: "changed")] },
    ] {
      var document = try #require(await two.document("bo"))
      let sound = document
      change(&document)
      guard document != sound else { continue }
      await two.refuses("bo", try await trial.sign(document), "not over this document")
    }
    await two.refuses("bo", try await two.sign("ana"), "is ana's, not bo's")
    await two.refuses("bo", try await trial.signForGit(two), "not for `mailconsole`")
    #expect(await two.engine.state == before, "nothing is recorded")
    try await two.approve("bo", try await two.sign("bo"))
    for run in [one, two] { try run.record.close() }
  }

  @Test("one person with one key under two names counts once, and never for their own work")
  func oneKeyTwoNames() async throws {
    // The signers of today have found out what those of the run's beginning did not say.
    let trial = try SignedTrial()
    let shared = try SignedTrial(sharing: ["bo", "cy"])
    let run = try await shared.begin("run-1")
    await run.refuses("bo", try await run.sign("bo", with: "bo"), "a key stands for one person")
    try run.record.close()
    // ana did the work; her key under another name signs nothing off.
    let own = try SignedTrial(sharing: ["ana", "cy"])
    let work = try await own.begin("run-1")
    await work.refuses("cy", try await work.sign("cy", with: "ana"), "a key stands for one person")
    try work.record.close()
    // The state alone refuses a second name with a key that has signed already.
    let twice = try await trial.begin("run-2", count: 2)
    let signature = try await twice.sign("bo")
    try await twice.approve("bo", signature)
    let state = await twice.engine.state
    #expect {
      try state.events(
        for: .approve(
          SignedTrial.ok,
          comment: "",
          typed: nil,
          seen: Digest(of: ""),
          signature: signature
        ),
        by: "cy",
        at: SignedTrial.start
      )
    } throws: { "\($0)".contains("has signed off already, as bo") }
    try twice.record.close()
  }

  @Test("a key that expires or is taken back signs no more, and what it signed stays sound")
  func expiry() async throws {
    let trial = try SignedTrial(options: ["bo": "valid-before=\"20261122030100Z\" "])
    let clock = ManualRunClock(wall: SignedTrial.start)
    let early = try await trial.begin("run-1", clock: clock)
    try await early.approve("bo", try await early.sign("bo"))
    _ = try await early.engine.drive()
    try early.record.close()
    let late = try await trial.begin("run-2", clock: clock)
    let signature = try await late.sign("bo")
    clock.advance(by: .seconds(61))
    await late.refuses("bo", signature, "has expired")
    try late.record.close()
    #expect(await trial.verify(early).isSound)

    // Taken back in the site's file while the run, with its own list, is under way.
    let lasting = try SignedTrial()
    let run = try await lasting.begin("run-1", current: "ana \(lasting.keys["ana"] ?? "")\n")
    await run.refuses("bo", try await run.sign("bo"), "does not list the key")
    try run.record.close()
  }

  @Test("a refusal needs no key; one that is signed is checked")
  func refusal() async throws {
    let trial = try SignedTrial()
    let unsigned = try await trial.begin("run-1")
    try await unsigned.engine.submit(.reject(SignedTrial.ok, reason: "no"), by: "bo")
    try unsigned.record.close()
    #expect(await trial.verify(unsigned).isSound)
    let signed = try await trial.begin("run-2")
    let seen = await signed.engine.head.hash
    let document = try #require(await signed.document("bo", .reject, comment: "no"))
    let signature = try await trial.sign(document)
    await #expect(throws: RunEngineError.self) {
      try await signed.engine.submit(
        .reject(SignedTrial.ok, reason: "nope", seen: seen, signature: signature),
        by: "bo"
      )
    }
    try await signed.engine.submit(
      .reject(SignedTrial.ok, reason: "no", seen: seen, signature: signature),
      by: "bo"
    )
    try signed.record.close()
    let verdict = await trial.verify(signed)
    #expect(verdict.isSound && verdict.checkedSignatures == 1, "\(verdict.findings)")
  }

  @Test("verify names the event of a forged signature and of a damaged one")
  func forged() async throws {
    let trial = try SignedTrial()
    // A console that was changed to believe everything recorded it; the chain is intact.
    let run = try await trial.begin("run-1", verifier: Credulous())
    let elsewhere = try await trial.begin("run-2")
    try await run.approve("bo", try await elsewhere.sign("bo"))
    _ = try await run.engine.drive()
    let entry = try #require(
      try run.record.entries().first { $0.event.type == "approval.given" }
    )
    try run.record.close()
    try elsewhere.record.close()
    let verdict = await trial.verify(run)
    #expect(verdict.firstBadEvent == entry.sequence)
    #expect(verdict.findings.first?.message.contains("The signature of bo does not hold") == true)

    let sound = try await trial.begin("run-3")
    try await sound.approve("bo", try await sound.sign("bo"))
    _ = try await sound.engine.drive()
    try sound.record.close()
    let path = sound.record.directory.journal
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let armour = try #require(bytes.range(of: Data("BEGIN SSH SIGNATURE".utf8)))
    bytes[armour.upperBound + 60] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(await trial.verify(sound).firstBadEvent == entry.sequence)
  }
}

/// Believes every signature.
struct Credulous: SignatureVerifying {
  func verify(
    _ signature: SSHSignature,
    over document: [UInt8],
    by name: String,
    listedIn signers: AllowedSigners,
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
    verifier: any SignatureVerifying = SSHVerifier()
  ) async throws -> SignedRun {
    let runbook = Self.runbook(count: count)
    let store = RunStore(state: folder.path)
    let site = site(signers)
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
    let today = try current.map { try AllowedSigners(text: $0) } ?? signers
    let engine = try engine(record, runbook, today, clock, verifier)
    try await engine.attach()
    _ = try await engine.drive()
    try await engine.submit(.done(StepID("work"), note: "", fields: [:]), by: "ana")
    _ = try await engine.drive()
    return SignedRun(trial: self, record: record, engine: engine)
  }

  /// Another driver on a run whose first one has stopped.
  func resume(_ run: SignedRun) async throws -> RunEngine {
    let clock = ManualRunClock(wall: Self.start)
    let engine = try engine(run.record, Self.runbook, signers, clock, SSHVerifier())
    try await engine.attach()
    return engine
  }

  private func engine(
    _ record: OpenRun,
    _ runbook: Runbook,
    _ signers: AllowedSigners,
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
        catalogue: OperationCatalogue([]),
        clock: clock,
        signatures: verifier,
        witness: HeadWitness(),
        pinnedSigners: try record.directory.pinnedSigners(),
        driver: "ana",
        processID: 1
      )
    )
  }

  private func site(_ signers: AllowedSigners) -> Site {
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
      allowedSigners: signers,
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

  func verify(_ run: SignedRun) async -> Verification {
    await Verification.of(run.record.directory, signatures: SSHVerifier()) { _ in Self.runbook }
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
