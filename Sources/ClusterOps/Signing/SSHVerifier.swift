public import Runbooks

/// Checks signatures with `ssh-keygen -Y verify`, the program anybody can check them with.
public struct SSHVerifier: SignatureVerifying {
  private let tools: SSHTools
  private let timeout: Duration

  /// Dates in `allowed_signers` without a `Z` are read as UTC, so that a record gets the same
  /// verdict on every machine.
  public init(runner: CommandRunner = CommandRunner(), timeout: Duration = .seconds(20)) {
    var runner = runner
    runner.environment.variables["TZ"] = "UTC"
    tools = SSHTools(runner: runner)
    self.timeout = timeout
  }

  public func verify(
    _ signature: SSHSignature,
    over document: [UInt8],
    by name: String,
    listedIn signers: AllowedSigners,
    unless revoked: RevokedKeys?,
    at moment: Moment
  ) async throws(SignatureRefusal) {
    let list = ["allowed_signers": Array(signers.text.utf8)]
    let files = list.merging(["signature": Array(signature.armored.utf8)]) { a, _ in a }
    func arguments(_ folder: String) -> [String] {
      [
        "ssh-keygen", "-Y", "verify", "-f", folder + "/allowed_signers", "-I", name,
        "-n", SignOffDocument.namespace, "-s", folder + "/signature",
        "-O", "verify-time=" + moment.timestamp,
      ]
    }
    let outcome = try await run(files, arguments, document)
    if outcome.exit != 0 { throw SignatureRefusal(Self.reason(outcome, name, signature)) }
    guard let revoked else { return }
    // By itself, because ssh-keygen says the same of a revoked key as of a wrong signature.
    let second = try await run(
      files.merging(["revoked": revoked.bytes]) { a, _ in a },
      { folder in
        arguments(folder) + ["-r", folder + "/revoked"]
      },
      document
    )
    if second.exit != 0 {
      throw SignatureRefusal("the key \(signature.fingerprint) of \(name) is in revoked_keys")
    }
  }

  private func run(
    _ files: [String: [UInt8]],
    _ arguments: (String) -> [String],
    _ document: [UInt8]
  ) async throws(SignatureRefusal) -> CommandOutcome {
    do {
      return try await SSHTools.withFolder(files) { folder in
        try await tools.run(arguments(folder), input: document, timeout: timeout)
      }
    } catch let failure as OperationFailure {
      throw SignatureRefusal("it could not be checked: \(failure.message). \(failure.advice)")
    } catch {
      throw SignatureRefusal("it could not be checked: no temporary file could be written")
    }
  }

  /// What `ssh-keygen` means, for an operator.
  private static func reason(
    _ outcome: CommandOutcome,
    _ name: String,
    _ signature: SSHSignature
  ) -> String {
    let said = outcome.stderrText
    if said.contains("key has expired") {
      return "the key \(signature.fingerprint) of \(name) has expired in allowed_signers"
    }
    if said.contains("key is not yet valid") {
      return "the key \(signature.fingerprint) of \(name) is not yet valid in allowed_signers"
    }
    if said.contains("incorrect signature") {
      return "it is not over this document: another run, step, world or evidence, or changed since"
    }
    if said.contains("namespace") {
      return "the key or the signature is not for the namespace `\(SignOffDocument.namespace)`"
    }
    return "ssh-keygen refused it: \(SSHTools.lastWords(outcome))"
  }
}
