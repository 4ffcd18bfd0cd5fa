import Testing

@testable import Runbooks

/// What of a secret is kept, where, and for how long.
@Suite struct SecretVaultTests {
  @Test("equal secrets of a run have one mark, across its processes; of two runs they have two")
  func correlation() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.step("a", .note(Fixtures.template("x")))])
      let one = try store.create(Fixtures.creation(runbook)).directory
      let other = try store.create(Fixtures.creation(runbook, run: "run-2")).directory
      let secret = Array("correct horse".utf8)
      let first = SecretVault(of: one) {}
      let mark = try first.take(secret)
      #expect(try first.take(secret) == mark)
      #expect(try first.take(Array("correct horsf".utf8)) != mark)
      #expect(try SecretVault(of: one, willHold: {}).take(secret) == mark, "a successor's mark")
      #expect(try SecretVault(of: other, willHold: {}).take(secret) != mark)
      #expect(mark.hash != Digest(of: secret), "a guess could be tried without the key")
    }
  }

  @Test("the key is the owner's alone and goes with the end of the run")
  func key() async throws {
    try await Fixtures.withState { store in
      let runbook = Fixtures.runbook([Fixtures.step("a", .note(Fixtures.template("x")))])
      let directory = try store.create(Fixtures.creation(runbook)).directory
      let vault = SecretVault(of: directory) {}
      #expect(SystemFiles.length(of: directory.secretKey) == nil, "no key without a secret")
      let mark = try vault.take(Array("correct horse".utf8))
      #expect(SystemFiles.length(of: directory.secretKey) == 32)
      #expect(vault.reveal(mark) == Array("correct horse".utf8))
      vault.forget()
      #expect(vault.reveal(mark) == nil)
      #expect(vault.isEmpty)
      #expect(SystemFiles.length(of: directory.secretKey) == nil)
    }
  }

  @Test("HMAC-SHA-256 is that of RFC 4231")
  func vector() {
    let digest = Digest(
      of: Array("what do ya want for nothing?".utf8),
      key: Array("Jefe".utf8)
    )
    #expect(digest.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  @Test(
    "what cannot be kept secret is refused with the reason",
    arguments: [
      ("abc", "at least 4"), ("a\nb\n", "at least 4"), ("nul\u{0}nul", "NUL"),
      (String(repeating: "x", count: 16_385), "at most 16384"),
    ]
  )
  func refused(text: String, words: String) {
    #expect {
      try SecretVault().take(Array(text.utf8))
    } throws: { error in
      guard case .unfit(let refusal)? = error as? SecretVault.Refusal else { return false }
      return "\(refusal)".contains(words) && !"\(refusal)".contains(text)
    }
  }

  @Test("what everybody can read is no secret")
  func shown() throws {
    let shown = [Array(#"{"a":"the p\u0061ssword"}"#.utf8)]
    #expect(throws: SecretVault.Refusal.self) {
      try SecretVault().take(Array("password".utf8), unlessIn: shown)
    }
    _ = try SecretVault().take(Array("passw0rd".utf8), unlessIn: shown)
  }
}
