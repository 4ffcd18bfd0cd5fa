import Foundation
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// What a second person confirms of an unknown outcome, signed: a real agent, real keys.
@Suite struct SignedConfirmationTests {
  private static let x = StepID("x")

  /// An operation after which nobody knows what it did.
  private struct Losing: Runbooks.Operation {
    let declaration = OperationDeclaration(
      name: OperationName("lose"),
      summary: "Loses its connection.",
      parameters: [],
      results: [],
      risk: .change,
      isRepeatable: false
    )

    func plan(_: Arguments, for _: Site) throws(OperationFailure) -> [PlannedAction] {
      [PlannedAction(argv: ["lose"])]
    }

    func perform(
      _: Arguments,
      in _: OperationContext
    ) async throws(OperationFailure) -> OperationResult {
      throw OperationFailure(.unreachable, "the line was cut", advice: "", effect: .unknown)
    }
  }

  private static func runbook(undoing: Bool) throws -> Runbook {
    let place = SourcePosition(file: "trial.yaml", line: 1, column: 1)
    let call = OperationCall(operation: OperationName("lose"), arguments: [:], position: place)
    let task = ManualTask(instructions: try Template(parsing: "do", at: place))
    return Runbook(
      id: RunbookID("trial"),
      kind: .runbook,
      title: "Trial",
      version: "1.0.0",
      owner: Role("E1"),
      summary: "",
      inputs: [],
      steps: [
        Step(
          id: x,
          title: "x",
          body: undoing ? .manual(task) : .operation(call),
          risk: .change,
          rollback: .operation(call),
          position: place
        )
      ],
      source: RunbookSource(path: "trial.yaml", text: "confirm \(undoing)")
    )
  }

  /// A run whose step, or what undoes it, has an outcome about which ana has proposed something.
  private static func begin(
    _ trial: SignedTrial,
    _ name: String = "run-1",
    undoing: Bool = false,
    verifier: any SignatureVerifying = SSHVerifier()
  ) async throws -> SignedRun {
    let run = try await trial.open(
      name,
      try runbook(undoing: undoing),
      [Losing()],
      verifier: verifier
    )
    _ = try await run.engine.drive()
    if undoing {
      try await run.engine.submit(.done(x, note: "", fields: [:]), by: "cy")
      try await run.engine.submit(.rollBack(reason: "wrong"), by: "ana")
      _ = try await run.engine.drive()
    }
    return run
  }

  private static func propose(_ run: SignedRun) async throws {
    try await run.engine.submit(.markDone(x, reason: "it is in the list"), by: "ana")
  }

  private static func document(
    _ run: SignedRun,
    _ name: String,
    _ reason: String = "so it is"
  ) async throws -> SignOffDocument {
    let head = await run.engine.head.hash
    return try #require(
      await run.engine.state.signOffDocument(
        of: x,
        by: name,
        .confirmMarkDone,
        comment: reason,
        typed: nil,
        seen: head
      )
    )
  }

  private static func confirm(
    _ run: SignedRun,
    _ name: String,
    _ signature: SSHSignature?,
    seen: Digest? = nil
  ) async throws {
    var head = await run.engine.head.hash
    if let seen { head = seen }
    try await run.engine.submit(
      .confirm(x, .markDone, reason: "so it is", seen: head, signature: signature),
      by: name
    )
  }

  private static func refuses(
    _ run: SignedRun,
    _ name: String,
    _ signature: SSHSignature?,
    seen: Digest? = nil,
    _ words: String,
    at place: SourceLocation = #_sourceLocation
  ) async {
    do {
      try await confirm(run, name, signature, seen: seen)
      Issue.record("accepted", sourceLocation: place)
    } catch {
      #expect("\(error)".contains(words), sourceLocation: place)
    }
  }

  @Test(
    "a signed confirmation settles an outcome; record, bundle and script hold; unsigned it is refused"
  )
  func signed() async throws {
    let trial = try SignedTrial()
    let run = try await Self.begin(trial)
    try await Self.propose(run)
    await Self.refuses(run, "bo", nil, "only signed confirmations")
    let document = try await Self.document(run, "bo")
    #expect(document.text.contains("decision: confirm markDone\n"))
    #expect(document.statement.contains("the line was cut; ana would mark it done: it is in"))
    #expect(document.excluded == ["ana"])
    try await Self.confirm(run, "bo", try await trial.sign(document))
    #expect(await run.engine.state[Self.x]?.word == "succeeded")
    _ = try await run.engine.drive()
    try run.record.close()
    let entries = try run.record.entries()
    let line = entries.last { $0.event.type == "decision.made" }?.event.sentence
    #expect(line?.hasPrefix("ana and bo decided markDone, signed with the key SHA256:") == true)
    let verdict = try await trial.verify(run, Self.runbook(undoing: false))
    #expect(verdict.isSound, "\(verdict.findings)")
    #expect(verdict.checkedSignatures == 1)

    let folder = try TemporaryFolder()
    try SignedBundleTests.unpack(run, verdict, in: folder)
    let result = try SignedBundleTests.judge(folder.path + "/run-1")
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains("signatures that hold: 1\n"), "\(result.output)")
    let path = try #require(
      try SystemFiles.names(in: folder.path + "/run-1/signatures").first { $0.hasSuffix(".txt") }
    )
    let file = folder.path + "/run-1/signatures/" + path
    let text = try String(contentsOfFile: file, encoding: .utf8)
    for (old, new) in [("so it is", "so it was"), ("\"ana\"", "\"cy\""), ("markDone", "skip")] {
      try Data(text.replacingOccurrences(of: old, with: new).utf8)
        .write(to: URL(fileURLWithPath: file))
      let changed = try SignedBundleTests.judge(folder.path + "/run-1")
      #expect(changed.status == 1 && changed.output.contains("not of this event"), "\(new)")
    }
  }

  @Test("so does that of what undoes a step")
  func compensation() async throws {
    let trial = try SignedTrial()
    let run = try await Self.begin(trial, undoing: true)
    try #require(await run.engine.state.rollback?[Self.x]?.state.word == "outcome unknown")
    try await Self.propose(run)
    await Self.refuses(run, "bo", nil, "only signed confirmations")
    let document = try await Self.document(run, "bo")
    #expect(document.statement.contains("which undoes it"))
    try await Self.confirm(run, "bo", try await trial.sign(document))
    _ = try await run.engine.drive()
    try run.record.close()
    let verdict = try await trial.verify(run, Self.runbook(undoing: true))
    #expect(verdict.isSound && verdict.checkedSignatures == 1, "\(verdict.findings)")
    let folder = try TemporaryFolder()
    try SignedBundleTests.unpack(run, verdict, in: folder)
    let result = try SignedBundleTests.judge(folder.path + "/run-1")
    #expect(result.status == 0, "\(result.output)\(result.errors)")
  }

  @Test("no signature of other words, another head, run, person, namespace or key counts")
  func refused() async throws {
    let trial = try SignedTrial()
    let run = try await Self.begin(trial)
    let early = await run.engine.head.hash
    try await Self.propose(run)
    let document = try await Self.document(run, "bo")
    let right = try await trial.sign(document)

    await Self.refuses(run, "ana", try await trial.sign(document, with: "ana"), "second person")
    await Self.refuses(run, "bo", try await trial.sign(document, with: "cy"), "cy's, not bo's")
    await Self.refuses(run, "cy", right, "bo's, not cy's")
    await Self.refuses(run, "bo", right, seen: early, "older than the request")
    var other = document
    other.comment = "so it was"
    await Self.refuses(run, "bo", try await trial.sign(other), "not over this document")
    other = document
    other.decision = .confirmSkip
    await Self.refuses(run, "bo", try await trial.sign(other), "not over this document")
    other = document
    other.decision = .approve
    await Self.refuses(run, "bo", try await trial.sign(other), "not over this document")
    let git = SSHSignature(armored: try trial.agent.sign(document.bytes, "bo", namespace: "git"))
    await Self.refuses(run, "bo", git, "for `git`")
    let second = try await Self.begin(trial, "run-2")
    try await Self.propose(second)
    await Self.refuses(second, "bo", right, "not over this document")
    #expect(await run.engine.state[Self.x]?.word == "outcome unknown")
  }

  @Test("one key under the names of both people settles nothing")
  func shared() async throws {
    let trial = try SignedTrial(sharing: ["ana", "bo"])
    let run = try await Self.begin(trial)
    try await Self.propose(run)
    let document = try await Self.document(run, "bo")
    await Self.refuses(run, "bo", try await trial.sign(document), "a key stands for one person")
  }

  @Test("it can be signed elsewhere and handed in as text")
  func elsewhere() async throws {
    let trial = try SignedTrial()
    let run = try await Self.begin(trial)
    try await Self.propose(run)
    let document = try await Self.document(run, "bo")
    let signature = try trial.agent.sign(document.bytes, "bo", namespace: "mailconsole")
    let state = await run.engine.state
    let changed = document.text.replacingOccurrences(of: "so it is", with: "so it was")
    let bad = try OfflineSignOff(reading: changed + signature)
    try await run.engine.submit(
      try OfflineSignOff(reading: document.text + signature).command(in: state),
      by: "bo"
    )
    #expect(await run.engine.state[Self.x]?.word == "succeeded")
    let after = await run.engine.state
    #expect(throws: OfflineSignOffProblem.self, "it was settled meanwhile") {
      _ = try bad.command(in: after)
    }
  }

  @Test("verify names the event of a forged confirmation")
  func forged() async throws {
    let trial = try SignedTrial()
    let run = try await Self.begin(trial, verifier: Credulous())
    try await Self.propose(run)
    let document = try await Self.document(run, "bo")
    var other = document
    other.comment = "something else"
    try await Self.confirm(run, "bo", try await trial.sign(other))
    try run.record.close()
    let entry = try #require(try run.record.entries().last { $0.event.type == "decision.made" })
    let verdict = try await trial.verify(run, Self.runbook(undoing: false))
    #expect(verdict.firstBadEvent == entry.sequence, "\(verdict.findings)")
  }
}
