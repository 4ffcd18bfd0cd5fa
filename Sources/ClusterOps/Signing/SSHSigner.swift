public import Runbooks

/// Signs with a key in the operator's ssh-agent; no private key is ever read.
///
/// The agent may be a forwarded one, so that the key stays on the operator's own machine.
public struct SSHSigner: Sendable {
  private let tools: SSHTools
  /// How long the agent may take; a person may have to touch a key.
  private let timeout: Duration

  public init(runner: CommandRunner = CommandRunner(), timeout: Duration = .seconds(60)) {
    tools = SSHTools(runner: runner)
    self.timeout = timeout
  }

  /// The keys in the agent, in its order.
  public func agentKeys() async throws(SigningFailure) -> [SSHPublicKey] {
    guard let socket = tools.runner.environment.variables["SSH_AUTH_SOCK"], !socket.isEmpty else {
      throw .noAgent("SSH_AUTH_SOCK is not set")
    }
    let outcome = try await run(["ssh-add", "-L"], timeout: .seconds(10))
    switch outcome.exit {
    case 0:
      return outcome.stdoutText.split(whereSeparator: \.isNewline)
        .compactMap { SSHPublicKey(line: $0) }
    case 1: return []
    default: throw .noAgent(SSHTools.lastWords(outcome))
    }
  }

  /// The key in the agent that signs for a person now.
  public func key(
    of name: String,
    in signers: SignerLists,
    at now: Moment
  ) async throws(SigningFailure) -> SSHPublicKey {
    let listed = signers.keys(of: name, at: now)
    guard !listed.isEmpty else { throw .notListed(name) }
    let held = try await agentKeys()
    let match = held.first { key in listed.contains { $0.fingerprint == key.fingerprint } }
    guard let match else {
      throw .noMatchingKey(name, listed: listed.map(\.fingerprint), held: held.count)
    }
    return match
  }

  /// Has the agent sign a document with that key.
  public func sign(
    _ document: SignOffDocument,
    with key: SSHPublicKey
  ) async throws(SigningFailure) -> SSHSignature {
    try await sign(document.bytes, with: key)
  }

  /// Has the agent sign the bytes of a document with that key, in the namespace of sign-offs.
  public func sign(
    _ document: [UInt8],
    with key: SSHPublicKey
  ) async throws(SigningFailure) -> SSHSignature {
    let outcome: CommandOutcome
    do {
      outcome = try await SSHTools.withFolder(["key.pub": Array((key.line + "\n").utf8)]) {
        folder in
        try await tools.run(
          [
            "ssh-keygen", "-Y", "sign", "-n", SignOffDocument.namespace,
            "-f", folder + "/key.pub",
          ],
          input: document,
          timeout: timeout
        )
      }
    } catch let failure as OperationFailure {
      throw Self.failure(failure)
    } catch {
      throw .broken("no temporary file could be written")
    }
    guard outcome.exit == 0 else {
      let words = SSHTools.lastWords(outcome)
      throw words.contains("agent refused") || words.contains("communication with agent")
        ? .agentRefused(key.fingerprint) : .broken(words)
    }
    guard let signature = SSHSignature(armored: outcome.stdoutText),
      signature.fingerprint == key.fingerprint
    else { throw .broken("ssh-keygen printed no signature by \(key.fingerprint)") }
    return signature
  }

  /// Finds the person's key and signs with it.
  public func sign(
    _ document: SignOffDocument,
    listedIn signers: SignerLists,
    at now: Moment
  ) async throws(SigningFailure) -> SSHSignature {
    try await sign(document, with: try await key(of: document.approver, in: signers, at: now))
  }

  private func run(
    _ argv: [String],
    timeout: Duration
  ) async throws(SigningFailure) -> CommandOutcome {
    do throws(OperationFailure) {
      return try await tools.run(argv, timeout: timeout)
    } catch {
      throw Self.failure(error)
    }
  }

  private static func failure(_ failure: OperationFailure) -> SigningFailure {
    switch failure.reason {
    case .timedOut: .noAnswer
    case .unreachable: .missingProgram
    default: .broken(failure.message)
    }
  }
}
