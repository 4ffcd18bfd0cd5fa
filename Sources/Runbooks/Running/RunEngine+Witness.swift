/// Heads kept outside the state directory, at each sign-off and at the end.
extension RunEngine {
  /// Keeps the head at every place and records how that went.
  ///
  /// - Throws: when a place failed and the site asks that none does; nothing more is done then.
  func witness() async throws(RunEngineError) {
    chain.isWitnessDue = false
    let policy = setting.site.witnesses
    let head = record.head
    guard let run = state.created?.run else { return }
    let wall = setting.clock.read().wall
    var heads: [WitnessedHead] = []
    var signers: [String] = []
    for (_, signOff) in chain.unwitnessed {
      guard let sequence = chain.sequences[signOff.document.seen] else { continue }
      let seen = ChainHead(sequence: sequence, hash: signOff.document.seen)
      heads.append(WitnessedHead(run: run, head: seen, at: wall, proof: HeadProof(signOff)))
      signers.append(signOff.document.approver)
    }
    var proof: HeadProof?
    var unsigned: String?
    if state.ended != nil, state.signaturePolicy == .sshSignatures {
      do throws(WitnessFailure) {
        proof = try await signature(over: head, of: run)
        signers.append(driver)
      } catch {
        unsigned = "\(error)"
      }
    }
    heads.append(WitnessedHead(run: run, head: head, at: wall, proof: proof))
    var places: [String] = []
    var failures: [String] = []
    for place in policy.places {
      do throws(WitnessFailure) {
        for head in heads { try await setting.witness.keep(head, at: place) }
        places.append(place.description)
      } catch {
        failures.append("\(place): \(error)")
      }
    }
    // Somebody may have signed off meanwhile: that head is due on its own.
    let isDueAgain = chain.isWitnessDue
    let event = RunEvent.HeadWitnessed(
      sequence: head.sequence,
      hash: head.hash,
      places: places,
      failures: failures,
      signers: signers.isEmpty ? nil : signers,
      unsigned: unsigned
    )
    try commit([.headWitnessed(event)], by: Self.name)
    if isDueAgain { chain.isWitnessDue = true }
    if policy.isRequired, !failures.isEmpty {
      throw stop(.record(.notWitnessed(failures.joined(separator: "; "))))
    }
  }

  /// The head of the end, signed by whoever drives with a key of their agent.
  private func signature(
    over head: ChainHead,
    of run: RunID
  ) async throws(WitnessFailure) -> HeadProof {
    guard let signer = setting.headSigner, let signers = setting.pinnedSigners else {
      throw WitnessFailure("nothing signs here")
    }
    let document = HeadDocument(run: run, head: head, signer: driver)
    let signature = try await signer.sign(document)
    do throws(SignatureRefusal) {
      try await signature.verify(
        over: Array(document.text.utf8),
        by: driver,
        with: setting.signatures,
        listedIn: signers,
        among: state.created?.operators.map(\.name) ?? [],
        at: setting.clock.read().wall
      )
    } catch {
      throw WitnessFailure("the signature does not hold: \(error)")
    }
    return HeadProof(document: document.text, signature: signature)
  }
}
