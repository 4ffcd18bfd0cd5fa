internal import ClusterOps
internal import Runbooks

/// Has sign-offs signed, in a run that asks for signatures.
struct SignOffDesk: Sendable {
  /// The signers pinned to the run; nil where typed names count.
  let pinned: AllowedSigners?
  /// The site's lists as they are now, for the keys that were taken back.
  let today: SignersToday
  /// Where what a sign-off binds is kept.
  let evidence: BlobStore
  var signer = SSHSigner()
  var clock: any RunClock = SystemRunClock()

  /// The key that would sign for a person now; nil where typed names count.
  func key(of name: String) async throws(SigningFailure) -> SSHPublicKey? {
    guard let pinned else { return nil }
    // A list that cannot be read is told by the check of the signature, with its place.
    let signers = SignerLists(allowed: pinned, revoked: (try? today())?.revoked)
    return try await signer.key(of: name, in: signers, at: clock.read().wall)
  }

  /// Nobody signs over files that are not what the request names.
  private func require(_ digests: [Digest]) throws(SigningFailure) {
    for digest in digests {
      guard (try? evidence.bytes(of: digest)) != nil else {
        throw SigningFailure.broken(
          "the evidence outputs/\(digest.short)… is missing or was changed since it was recorded"
        )
      }
    }
  }

  /// The command with its signature, or as it is where it needs none.
  ///
  /// A refusal is signed when the person's key is at hand and recorded without a signature
  /// when it is not: nobody needs a key to say no.
  ///
  /// - Parameter willSign: told of the key that is asked to sign, before it may want a touch.
  func signed(
    _ command: RunCommand,
    by name: String,
    in state: RunState,
    willSign: @Sendable (SSHPublicKey) -> Void = { _ in }
  ) async throws(SigningFailure) -> RunCommand {
    guard state.signaturePolicy == .sshSignatures else { return command }
    switch command {
    case .approve(let step, let comment, let typed, let seen, nil):
      guard
        let document = state.signOffDocument(
          of: step,
          by: name,
          .approve,
          comment: comment,
          typed: typed,
          seen: seen
        )
      else { return command }
      try require(document.evidence)
      guard let key = try await key(of: name) else { return command }
      willSign(key)
      let signature = try await signer.sign(document, with: key)
      return .approve(step, comment: comment, typed: typed, seen: seen, signature: signature)
    case .reject(let step, let reason, let seen?, nil):
      guard
        let document = state.signOffDocument(
          of: step,
          by: name,
          .reject,
          comment: reason,
          typed: nil,
          seen: seen
        ),
        let key = try? await key(of: name)
      else { return command }
      willSign(key)
      let signature = try await signer.sign(document, with: key)
      return .reject(step, reason: reason, seen: seen, signature: signature)
    case .confirm(let step, let decision, let reason, let seen?, nil):
      guard state.duties.confirmations == .sshSignatures,
        let confirmation = SignOffDocument.Decision(confirming: decision),
        let document = state.signOffDocument(
          of: step,
          by: name,
          confirmation,
          comment: reason,
          typed: nil,
          seen: seen
        ),
        let key = try await key(of: name)
      else { return command }
      willSign(key)
      let signature = try await signer.sign(document, with: key)
      return .confirm(step, decision, reason: reason, seen: seen, signature: signature)
    default: return command
    }
  }
}
