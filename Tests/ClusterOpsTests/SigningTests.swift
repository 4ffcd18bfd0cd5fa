import Foundation
import TestSupport
import Testing

@testable import ClusterOps
@testable import Runbooks

/// OpenSSH's own programs, with an agent and keys of the test.
@Suite struct SigningTests {
  private static let now = Moment(seconds: 1_795_316_400)  // 2026-11-22T03:00:00Z

  static let document = SignOffDocument(
    run: RunID("run-1"),
    runbook: RunbookID("trial"),
    runbookText: Digest(of: "text"),
    world: .live,
    site: "lab",
    siteRecord: Digest(of: "site"),
    step: StepID("ok"),
    decision: .approve,
    statement: "go on\nrun: \"other\"",
    evidence: [Digest(of: "a")],
    excluded: ["cy"],
    approver: "ana",
    roles: [Role("E4")],
    typed: nil,
    comment: "fine",
    seen: Digest(of: "head"),
    expires: nil
  )

  private func signer(_ agent: SSHAgent) -> SSHSigner {
    var environment = CommandEnvironment.current()
    environment.variables["SSH_AUTH_SOCK"] = agent.socket
    return SSHSigner(runner: CommandRunner(environment: environment))
  }

  private func refusal(
    _ document: SignOffDocument,
    _ signature: SSHSignature,
    _ signers: AllowedSigners,
    at moment: Moment = now
  ) async -> String? {
    do throws(SignatureRefusal) {
      try await SignedSignOff(document: document, signature: signature).verify(
        with: SSHVerifier(),
        listedIn: signers,
        among: ["ana", "bo", "cy"],
        at: moment
      )
      return nil
    } catch {
      return error.reason
    }
  }

  @Test("a key in the agent signs, and what it signed holds")
  func signAndVerify() async throws {
    let agent = try SSHAgent()
    try agent.addKey("other")
    let line = try agent.addKey("ana")
    let signers = try AllowedSigners(text: "ana namespaces=\"mailconsole\" \(line)\n")
    let signature = try await signer(agent).sign(
      Self.document,
      listedIn: .init(allowed: signers),
      at: Self.now
    )
    #expect(signature.fingerprint == SSHPublicKey(line: line)?.fingerprint)
    let listed = try Program.run("ssh-keygen", ["-l", "-f", agent.folder.path + "/ana.pub"])
    #expect(listed.output.contains(signature.fingerprint))
    #expect(signature.namespace == "mailconsole")
    #expect(await refusal(Self.document, signature, signers) == nil)
    let coded = try JSONEncoder().encode(signature)
    #expect(try JSONDecoder().decode(SSHSignature.self, from: coded) == signature)
  }

  @Test("it fails over another run, step, world, site, statement, evidence, head or decision")
  func replay() async throws {
    let agent = try SSHAgent()
    let signers = try AllowedSigners(text: "ana,bo \(try agent.addKey("ana"))\n")
    let one = try AllowedSigners(text: signers.text.replacing("ana,bo", with: "ana"))
    let signature = try await signer(agent).sign(
      Self.document,
      listedIn: .init(allowed: one),
      at: Self.now
    )
    let changes: [(inout SignOffDocument) -> Void] = [
      { $0.run = RunID("run-2") }, { $0.step = StepID("ok-2") }, { $0.world = .tabletop },
      { $0.siteRecord = Digest(of: "other site") }, { $0.runbookText = Digest(of: "edited") },
      { $0.statement = "go on" }, { $0.evidence = [Digest(of: "b")] }, { $0.evidence = [] },
      { $0.seen = Digest(of: "another head") }, { $0.decision = .reject }, { $0.excluded = [] },
      { $0.comment = "" }, { $0.typed = "" }, { $0.expires = Self.now }, { $0.roles = [] },
    ]
    for change in changes {
      var document = Self.document
      change(&document)
      let reason = await refusal(document, signature, one)
      #expect(reason?.contains("not over this document") == true, "\(reason ?? "accepted")")
    }
    // One key under two names.
    let shared = await refusal(Self.document, signature, signers)
    #expect(shared?.contains("a key stands for one person") == true)
  }

  @Test("a foreign key, one under another name, another namespace, a damaged text are refused")
  func foreign() async throws {
    let agent = try SSHAgent()
    let (ana, bo) = (try agent.addKey("ana"), try agent.addKey("bo"))
    try agent.addKey("stranger")
    let signers = try AllowedSigners(
      text: "ana \(ana)\nbo namespaces=\"git\" \(bo)\n"
    )
    func signature(_ key: String, _ namespace: String = "mailconsole") throws -> SSHSignature {
      try #require(
        SSHSignature(
          armored: try agent.sign(Self.document.bytes, key, namespace: namespace)
        )
      )
    }
    let foreign = await refusal(Self.document, try signature("stranger"), signers)
    #expect(foreign?.contains("does not list the key") == true)
    let other = await refusal(Self.document, try signature("bo"), signers)
    #expect(other?.contains("is bo's, not ana's") == true)
    let git = await refusal(Self.document, try signature("ana", "git"), signers)
    #expect(git?.contains("namespace") == true)
    var asBo = Self.document
    asBo.approver = "bo"
    let text = try agent.sign(asBo.bytes, "bo", namespace: "mailconsole")
    let limited = await refusal(asBo, try #require(SSHSignature(armored: text)), signers)
    #expect(limited?.contains("namespace") == true, "\(limited ?? "accepted")")

    // Every character of the armour counts.
    let sound = try signature("ana").armored
    for offset in stride(from: 40, to: sound.utf8.count - 30, by: 17) {
      var bytes = Array(sound.utf8)
      guard bytes[offset] != 0x0A else { continue }
      bytes[offset] = bytes[offset] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      guard let damaged = SSHSignature(armored: String(decoding: bytes, as: UTF8.self)) else {
        continue
      }
      #expect(await refusal(Self.document, damaged, signers) != nil, "byte \(offset)")
    }
  }

  @Test("an expired key is refused now, and what it signed before holds at its time")
  func expired() async throws {
    let agent = try SSHAgent()
    let line = try agent.addKey("ana")
    let signers = try AllowedSigners(text: "ana valid-before=\"20261122\" \(line)\n")
    let before = Moment(seconds: 1_795_305_600 - 1)  // 2026-11-21T23:59:59Z
    let signature = try await signer(agent).sign(
      Self.document,
      listedIn: .init(allowed: signers),
      at: before
    )
    #expect(await refusal(Self.document, signature, signers, at: before) == nil)
    let late = await refusal(Self.document, signature, signers)
    #expect(late?.contains("has expired") == true)
    await #expect(throws: SigningFailure.notListed("ana")) {
      try await signer(agent).key(of: "ana", in: .init(allowed: signers), at: Self.now)
    }
    // The key that replaced it is found beside it.
    let next = try agent.addKey("ana-2")
    let both = try AllowedSigners(text: signers.text + "ana \(next)\n")
    let key = try await signer(agent).key(of: "ana", in: .init(allowed: both), at: Self.now)
    #expect(key.comment == "ana-2")
  }

  @Test("what keeps an agent from signing is said in words")
  func failures() async throws {
    let agent = try SSHAgent()
    let line = try agent.addKey("ana")
    let signers = try AllowedSigners(text: "ana \(line)\n")
    let key = try #require(SSHPublicKey(line: line))
    // Asked to confirm, and nobody there to confirm.
    try agent.removeKey("ana")
    await #expect(
      throws: SigningFailure.noMatchingKey("ana", listed: [key.fingerprint], held: 0)
    ) {
      try await signer(agent).key(of: "ana", in: .init(allowed: signers), at: Self.now)
    }
    let wary = try agent.addKey("wary", options: ["-c"])
    let waryKey = try #require(SSHPublicKey(line: wary))
    await #expect(throws: SigningFailure.agentRefused(waryKey.fingerprint)) {
      try await signer(agent).sign(Self.document, with: waryKey)
    }
    var environment = CommandEnvironment.current()
    environment.variables["SSH_AUTH_SOCK"] = nil
    let alone = SSHSigner(runner: CommandRunner(environment: environment))
    await #expect(throws: SigningFailure.noAgent("SSH_AUTH_SOCK is not set")) {
      try await alone.agentKeys()
    }
    environment.variables["SSH_AUTH_SOCK"] = agent.folder.path + "/nobody"
    let deaf = SSHSigner(runner: CommandRunner(environment: environment))
    await #expect {
      try await deaf.agentKeys()
    } throws: { error in
      if case .noAgent? = error as? SigningFailure { true } else { false }
    }
    environment.variables["PATH"] = agent.folder.path
    let bare = SSHSigner(runner: CommandRunner(environment: environment))
    await #expect(throws: SigningFailure.missingProgram) { try await bare.agentKeys() }
  }

  @Test("an agent that never answers is given up on")
  func silentAgent() async throws {
    let folder = TemporaryDirectory()
    folder.write("ssh-keygen", "#!/bin/sh\nexec sleep 60\n", executable: true)
    var environment = CommandEnvironment.current()
    environment.variables["PATH"] = folder.path + ":/usr/bin:/bin"
    let signer = SSHSigner(
      runner: CommandRunner(environment: environment),
      timeout: .milliseconds(200)
    )
    let key = try #require(
      SSHPublicKey(
        line: "ssh-ed25519 "
          + "AAAAC3NzaC1lZDI1NTE5AAAAIPHBUBJgllg6D1atud3W9vzty5Zg7BEfrEY7mPEwJ8vL"
      )
    )
    await #expect(throws: SigningFailure.noAnswer) {
      try await signer.sign(Self.document, with: key)
    }
  }
}
