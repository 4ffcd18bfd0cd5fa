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
    at moment: Moment
  ) async throws(SignatureRefusal) {
    let outcome: CommandOutcome
    do {
      outcome = try await SSHTools.withFolder([
        "allowed_signers": signers.text, "signature": signature.armored,
      ]) { folder in
        try await tools.run(
          [
            "ssh-keygen", "-Y", "verify", "-f", folder + "/allowed_signers", "-I", name,
            "-n", SignOffDocument.namespace, "-s", folder + "/signature",
            "-O", "verify-time=" + moment.timestamp,
          ],
          input: document,
          timeout: timeout
        )
      }
    } catch let failure as OperationFailure {
      throw SignatureRefusal("it could not be checked: \(failure.message). \(failure.advice)")
    } catch {
      throw SignatureRefusal("it could not be checked: no temporary file could be written")
    }
    if outcome.exit != 0 { throw SignatureRefusal(Self.reason(outcome, name, signature)) }
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
