/// What a sign-off of a run has to be.
public enum SignaturePolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// A name that somebody typed; it proves no more than that.
  case typedNames = "typed-names"
  /// An SSH signature by a key of the site's `allowed_signers`, as pinned to the run.
  case sshSignatures = "ssh-signatures"
}

extension RunState {
  /// What a sign-off of this run has to be; runs from before signatures take typed names.
  public var signaturePolicy: SignaturePolicy { created?.signOffs ?? .typedNames }

  /// What a person would sign at a step that waits for a sign-off; nil at any other.
  ///
  /// - Parameter seen: the head of the chain that the person was shown.
  public func signOffDocument(
    of step: StepID,
    by name: String,
    _ decision: SignOffDocument.Decision,
    comment: String,
    typed: String?,
    seen: Digest
  ) -> SignOffDocument? {
    guard let created, case .waitingForPerson(.approval(let request, _))? = self[step] else {
      return nil
    }
    return SignOffDocument(
      run: created.run,
      runbook: created.runbook,
      runbookText: created.text,
      world: created.mode,
      site: created.site,
      siteRecord: created.siteRecord,
      step: step,
      decision: decision,
      statement: request.statement,
      evidence: request.evidence.map(\.blob.digest),
      excluded: request.excluded,
      approver: name,
      roles: roles(of: name).intersection(request.roles).sorted(),
      typed: typed,
      comment: comment,
      seen: seen,
      expires: request.expires
    )
  }

  /// The signature an event carries, with what it is meant to be over; nil: it carries none.
  ///
  /// Asked before the event is applied, while its step still waits.
  func signedSignOff(in event: RunEvent) -> SignedSignOff? {
    switch event {
    case .approvalGiven(let event):
      guard let signature = event.signature else { return nil }
      guard
        var document = signOffDocument(
          of: event.step,
          by: event.by,
          .approve,
          comment: event.comment,
          typed: event.typed,
          seen: event.seen
        )
      else { return nil }
      // To the byte what the event says, not what it should say.
      document.statement = event.statement
      document.evidence = event.evidence
      document.roles = event.roles
      return SignedSignOff(document: document, signature: signature)
    case .approvalRejected(let event):
      guard let signature = event.signature, let seen = event.seen else { return nil }
      return signOffDocument(
        of: event.step,
        by: event.by,
        .reject,
        comment: event.reason,
        typed: nil,
        seen: seen
      ).map { SignedSignOff(document: $0, signature: signature) }
    default: return nil
    }
  }

  /// Why a refusal's signature is not accepted; one without a signature always is, because
  /// nobody should need a key to say no.
  func objection(
    toRefusalSigned signature: SSHSignature?,
    by name: String,
    seen: Digest?
  ) -> String? {
    guard let signature else { return nil }
    if seen == nil { return "a signed refusal names what was seen" }
    return objection(to: signature, by: name, [])
  }

  /// Why a sign-off's signature, or its absence, is not accepted, as far as the run itself
  /// can tell; nil: it may be verified.
  func objection(
    to signature: SSHSignature?,
    by name: String,
    _ given: [RunEvent.ApprovalGiven]
  ) -> String? {
    switch (signaturePolicy, signature) {
    case (.typedNames, nil): return nil
    case (.typedNames, _?):
      return "the site has no allowed_signers, so there is nothing to hold a signature against"
    case (.sshSignatures, nil):
      return "the run accepts only signed sign-offs, and this one has no signature"
    case (.sshSignatures, let signature?):
      if signature.namespace != SignOffDocument.namespace {
        return "the signature is for `\(signature.namespace)`, not for "
          + "`\(SignOffDocument.namespace)`"
      }
      if let other = given.first(where: { $0.signature?.fingerprint == signature.fingerprint }) {
        return "the key \(signature.fingerprint) has signed off already, as \(other.by); "
          + "one person counts once"
      }
      return nil
    }
  }
}
