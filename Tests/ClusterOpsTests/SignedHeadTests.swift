import Foundation
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// Heads that are kept elsewhere with a signature: a real agent, real keys, ssh-keygen as the judge.
@Suite struct SignedHeadTests {
  private static let run = RunID("run-1")

  /// A run that bo signed off and ana drove to its end, with its heads in a file.
  private struct Kept {
    let trial: SignedTrial
    let run: SignedRun
    let folder: TemporaryFolder
    var path: String { folder.path + "/heads" }
    var place: WitnessPlace { .file(path) }

    init(driverHasKey: Bool = true) async throws {
      folder = try TemporaryFolder()
      trial = try SignedTrial(witnesses: WitnessPolicy(places: [.file(folder.path + "/heads")]))
      run = try await trial.begin("run-1")
      try await run.approve("bo", try await run.sign("bo"))
      if !driverHasKey { try trial.agent.removeKey("ana") }
      _ = try await run.engine.drive()
      try run.record.close()
    }

    func lines() throws -> [String] {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    func verify(today signers: AllowedSigners? = nil) async -> Verification {
      var outside = await OutsideHeads.read(of: SignedHeadTests.run, at: [place], by: HeadWitness())
      outside.signers = signers
      return await Verification.of(
        run.record.directory,
        outside: { [outside] _ in outside },
        signatures: SSHVerifier()
      ) { _ in SignedTrial.runbook }
    }
  }

  @Test("a sign-off is kept with what was signed, the end with the driver's signature; both hold")
  func kept() async throws {
    let kept = try await Kept()
    let verdict = await kept.verify()
    #expect(verdict.isSound, "\(verdict.findings)")
    let lines = verdict.lines(of: Self.run).filter { $0.hasPrefix("  head: ") }
    #expect(lines.count == 3)
    #expect(lines.first?.hasSuffix("signed by bo") == true, "\(lines)")
    #expect(lines[1].hasSuffix("unsigned"), "the sign-off itself comes after what bo saw")
    #expect(lines.last?.hasSuffix("signed by ana") == true, "\(lines)")
    #expect(!verdict.notRuledOut.contains { $0.contains("unsigned") }, "\(verdict.notRuledOut)")
    let entries = try kept.run.record.entries()
    #expect(entries.last?.event.sentence.hasSuffix("signed by ana") == true)
    #expect(entries.contains { $0.event.sentence.hasSuffix("signed by bo") })

    // By hand, as decision 023 says: two words of the line are all that is needed.
    let words = try #require(try kept.lines().first).split(separator: " ").map(String.init)
    let files = try TemporaryFolder()
    let document = try #require(Data(base64Encoded: words[4]))
    let signature = try #require(Data(base64Encoded: words[5]))
    try signature.write(to: URL(fileURLWithPath: files.path + "/signature"))
    try files.write(kept.trial.signers.text, to: "allowed_signers")
    let byHand = try Program.run(
      "ssh-keygen",
      [
        "-Y", "verify", "-f", files.path + "/allowed_signers", "-I", "bo", "-n", "mailconsole",
        "-s", files.path + "/signature",
      ],
      input: document
    )
    #expect(byHand.status == 0, "\(byHand.errors)")
    #expect(String(decoding: document, as: UTF8.self).contains("seen: \(words[2])\n"))
  }

  @Test("without the driver's key in the agent the head of the end is unsigned, and that is said")
  func withoutKey() async throws {
    let kept = try await Kept(driverHasKey: false)
    let last = try kept.run.record.entries().last
    #expect(last?.event.sentence.contains("unsigned: Your ssh-agent holds") == true)
    let verdict = await kept.verify()
    #expect(verdict.isSound, "\(verdict.findings)")
    #expect(verdict.headsElsewhere.last?.hasSuffix("unsigned") == true)
    #expect(verdict.notRuledOut.contains { $0.contains("they are unsigned") })
  }

  @Test(
    "a signed head that was altered, moved to another head, or signed by a foreign key is found",
    arguments: ["altered", "moved", "foreign", "another run"]
  )
  func forged(how: String) async throws {
    let kept = try await Kept()
    var lines = try kept.lines()
    var words = try #require(lines.last).split(separator: " ").map(String.init)
    let document = String(decoding: try #require(Data(base64Encoded: words[4])), as: UTF8.self)
    switch how {
    case "altered":
      let other = document.replacingOccurrences(of: "\"ana\"", with: "\"cy\"")
      words[4] = Data(other.utf8).base64EncodedString()
    case "moved":
      // The signature of the end beside the head of the sign-off.
      let other = lines[1].split(separator: " ").map(String.init)
      words[1] = other[1]
      words[2] = other[2]
    case "foreign":
      _ = try kept.trial.agent.addKey("eve")
      let signature = try kept.trial.agent.sign(
        Array(document.utf8),
        "eve",
        namespace: "mailconsole"
      )
      words[5] = Data(signature.utf8).base64EncodedString()
    default:
      let other = document.replacingOccurrences(of: "\"run-1\"", with: "\"run-2\"")
      words[4] = Data(other.utf8).base64EncodedString()
    }
    lines[lines.count - 1] = words.joined(separator: " ")
    try Data((lines.joined(separator: "\n") + "\n").utf8)
      .write(to: URL(fileURLWithPath: kept.path))
    let verdict = await kept.verify()
    #expect(
      verdict.findings.contains { $0.message.hasPrefix("The signature of the head of event") },
      "\(verdict.findings)"
    )
  }

  @Test("a key that the site does not list today is said, where whoever verifies knows the site")
  func today() async throws {
    let kept = try await Kept()
    let others = kept.trial.signers.text.split(separator: "\n")
      .filter { !$0.hasPrefix("ana ") }.map { $0 + "\n" }.joined()
    let verdict = await kept.verify(today: try AllowedSigners(text: others))
    #expect(verdict.headsElsewhere.last?.contains("does not list for ana today") == true)
    let same = await kept.verify(today: kept.trial.signers)
    #expect(same.headsElsewhere.last?.hasSuffix("signed by ana") == true)
  }

  @Test("a line reads as it was written, and no other line is a signed head")
  func lines() throws {
    let document = HeadDocument(
      run: Self.run,
      head: ChainHead(sequence: 7, hash: Digest(of: "7")),
      signer: "a \"b\""
    )
    let agent = try SSHAgent()
    try agent.addKey("ana")
    let armored = try agent.sign(Array(document.text.utf8), "ana", namespace: "mailconsole")
    let head = WitnessedHead(
      run: Self.run,
      head: document.head,
      at: Moment(milliseconds: 1_795_316_400_123),
      proof: HeadProof(
        document: document.text,
        signature: try #require(SSHSignature(armored: armored))
      )
    )
    #expect(WitnessedHead(line: head.line, of: Self.run) == head)
    #expect(head.proof?.claim == .init(run: Self.run, hash: Digest(of: "7"), signer: "a \"b\""))
    for end in 1..<head.line.count {
      let torn = WitnessedHead(line: head.line.prefix(end), of: Self.run)
      // A line torn right after its time is the head without its signature.
      #expect(torn == nil || torn?.proof == nil, "\(end)")
    }
    #expect(WitnessedHead(line: head.line + " x", of: Self.run) == nil)
  }
}
