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

  @Test("a revoked key signs no more, listed or in a revocation list, and what it signed stands")
  func revocation() async throws {
    let trial = try SignedTrial()
    let before = try await trial.begin("run-1")
    try await before.approve("bo", try await before.sign("bo"))
    _ = try await before.engine.drive()
    try before.record.close()
    let line = try #require(trial.keys["bo"])
    let list = trial.agent.folder.path + "/revoked"
    _ = try Program.run(
      "ssh-keygen",
      ["-k", "-q", "-f", list, list + "/../bo.pub"].map {
        $0.replacing("/revoked/..", with: "")
      }
    )
    let binary = Array(try Data(contentsOf: URL(fileURLWithPath: list)))
    for (name, bytes) in [("run-2", Array("# taken back\n\(line)\n".utf8)), ("run-3", binary)] {
      let revoked = try RevokedKeys(bytes: bytes)
      let run = try await trial.begin(name, revoked: revoked)
      await run.refuses("bo", try await run.sign("bo"), "is in revoked_keys")
      try await run.approve("cy", try await run.sign("cy"))
      try run.record.close()
    }
    #expect(await trial.verify(before).isSound)
    #expect(throws: RunbookProblem.self) {
      try RevokedKeys(bytes: Array("ssh-ed25519 AAAA\nno key\n".utf8))
    }
  }

  @Test("what was signed elsewhere with ssh-keygen alone is handed in as text")
  func elsewhere() async throws {
    let trial = try SignedTrial()
    let run = try await trial.begin("run-1")
    let document = try #require(await run.document("bo", comment: "read over the phone"))
    // What bo does on another machine: save the text, sign the file, send both back by mail.
    let text = document.text
    let armor = try trial.agent.sign(Array(text.utf8), "bo", namespace: "mailconsole")
    let mailed =
      "Here it is:\r\n\r\n" + (text + armor).replacing("\n", with: "  \r\n") + "\r\n-- \r\nbo"
    let signOff = try OfflineSignOff(reading: mailed)
    #expect(signOff.challenge == document.challenge)
    // Meanwhile something else is recorded; what was seen is what counts.
    try await run.engine.submit(.note(nil, text: "bo is on the phone"), by: "ana")
    try await run.engine.submit(try signOff.command(in: run.engine.state), by: signOff.approver)
    _ = try await run.engine.drive()
    try run.record.close()
    #expect(await trial.verify(run).isSound)
    let other = try await trial.begin("run-2")
    let state = await other.engine.state
    #expect(throws: OfflineSignOffProblem("it is for the run run-1, not for run-2")) {
      try signOff.command(in: state)
    }
    try other.record.close()
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
