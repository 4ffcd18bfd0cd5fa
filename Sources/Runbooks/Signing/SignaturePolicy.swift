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

  /// What a person would sign at a step that waits for a sign-off, or about an outcome that nobody
  /// knows; nil at any other.
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
    let question =
      if let settlement = decision.settlement { unknown(step, settlement) } else { approval(step) }
    guard let created, let question else { return nil }
    let roles = roles(of: name)
    return SignOffDocument(
      run: created.run,
      runbook: created.runbook,
      runbookText: created.text,
      world: created.mode,
      site: created.site,
      siteRecord: created.siteRecord,
      step: step,
      decision: decision,
      statement: question.statement,
      evidence: question.evidence,
      excluded: question.excluded,
      approver: name,
      roles: (question.roles.map { roles.intersection($0) } ?? roles).sorted(),
      typed: decision.settlement == nil ? typed : nil,
      comment: comment,
      seen: seen,
      expires: question.expires
    )
  }

  /// What a document is about, whoever signs it.
  private struct Question {
    let statement: String
    var evidence: [Digest] = []
    let excluded: [String]
    /// The roles that count; nil: whichever the person has.
    var roles: [Role]?
    var expires: Moment?
  }

  private func approval(_ step: StepID) -> Question? {
    guard case .waitingForPerson(.approval(let request, _))? = self[step] else { return nil }
    return Question(
      statement: request.statement,
      evidence: request.evidence.map(\.blob.digest),
      excluded: request.excluded,
      roles: request.roles,
      expires: request.expires
    )
  }

  /// What the first person proposed, who may not confirm it.
  private func unknown(
    _ step: StepID,
    _ settlement: RunEvent.DecisionMade.Decision
  ) -> Question? {
    guard case .unknown(let outcome)? = subject(of: step),
      let proposal = outcome.proposal, proposal.decision == settlement
    else { return nil }
    let undoes = rollback?.begun == nil ? "" : ", which undoes it"
    return Question(
      statement: "nobody knows how attempt \(outcome.attempt.number) of \(step)\(undoes) ended: "
        + "\(outcome.reason); \(proposal.sentence)",
      excluded: [proposal.by]
    )
  }

  /// What has to be the case with a confirmation's signature, as far as the run itself can tell.
  func objection(toConfirmationSigned signature: SSHSignature?, seen: Digest?) -> String? {
    switch (duties.confirmations ?? .typedNames, signature) {
    case (.typedNames, nil): nil
    case (.typedNames, _?):
      "the run takes confirmations by name, so there is nothing to hold a signature against"
    case (.sshSignatures, nil):
      "the run accepts only signed confirmations, and this one has no signature"
    case (.sshSignatures, let signature?) where signature.namespace != SignOffDocument.namespace:
      "the signature is for `\(signature.namespace)`, not for `\(SignOffDocument.namespace)`"
    case (.sshSignatures, _?): seen == nil ? "a signed confirmation names what was seen" : nil
    }
  }

  private func signedConfirmation(in event: RunEvent.DecisionMade) -> SignedSignOff? {
    guard let signature = event.signature, let seen = event.seen,
      let decision = SignOffDocument.Decision(confirming: event.decision)
    else { return nil }
    return signOffDocument(
      of: event.step,
      by: event.by,
      decision,
      comment: event.reason,
      typed: nil,
      seen: seen
    ).map { SignedSignOff(document: $0, signature: signature) }
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
    case .decisionMade(let event): return signedConfirmation(in: event)
    case .compensation(.decided(let event)): return signedConfirmation(in: event)
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
