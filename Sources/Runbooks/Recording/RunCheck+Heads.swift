/// The record against heads of it: the file `head`, and heads kept elsewhere.
extension RunCheck {
  mutating func checkHeads(_ kept: HeadFile.Contents?) {
    if let kept {
      checkHead(kept.head, "`head` says")
      let end = Int64(entries.count)
      // A runner that took the run since then broke the seal in good order.
      if kept.seal != nil, result.findings.isEmpty, kept.head.sequence != end,
        HeadFile.read(directory.head) == kept
      {
        bad(
          nil,
          "`head` was sealed at event \(kept.head.sequence), and the journal ends with event \(end)."
        )
      }
    }
    for (place, heads) in outside.heads.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      for head in heads.map(\.head).sorted(by: { $0.sequence < $1.sequence }) {
        checkHead(head, "The head kept in \(place) says")
      }
    }
    for entry in entries {
      guard case .headWitnessed(let event) = entry.event else { continue }
      let head = ChainHead(sequence: event.sequence, hash: event.hash)
      if event.sequence >= entry.sequence || entries[Int(event.sequence) - 1].hash != event.hash {
        bad(entry.sequence, "It names a head that the chain does not have.")
      }
      for (place, heads) in outside.heads where event.places.contains(place.description) {
        if !heads.contains(where: { $0.head == head }) {
          bad(entry.sequence, "The head it says is kept in \(place) is not there.")
        }
      }
    }
  }

  private mutating func checkHead(_ head: ChainHead, _ who: String) {
    guard head.sequence > 0 else { return }
    if head.sequence > Int64(entries.count) {
      guard result.findings.isEmpty else { return }
      return bad(
        Int64(entries.count) + 1,
        "\(who) that \(head.sequence) events were recorded; the journal ends before this one."
      )
    }
    if entries[Int(head.sequence) - 1].hash != head.hash {
      bad(head.sequence, "\(who) that its hash is \(head.hash.short): the chain was rewritten.")
    }
  }

  /// Checks the signatures of the heads kept elsewhere, and says of each head who signed it.
  mutating func checkHeadSignatures(with verifier: any SignatureVerifying) async {
    var people: [String] = []
    var asksForSignatures = false
    if case .runCreated(let created)? = entries.first?.event {
      people = created.operators.map(\.name)
      asksForSignatures = created.signOffs == .sshSignatures
    }
    let pinned = asksForSignatures ? try? directory.pinnedSigners() : nil
    var lastSigned: Int64 = 0
    for (place, heads) in outside.heads.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      for head in heads.sorted(by: { $0.head.sequence < $1.head.sequence }) {
        let what = "event \(head.head.sequence) in \(place)"
        guard let proof = head.proof else {
          result.headsElsewhere.append("\(what), unsigned")
          continue
        }
        do throws(SignatureRefusal) {
          let signer = try await self.signer(of: head, proof, pinned, people, verifier)
          result.headsElsewhere.append("\(what), signed by \(signer)")
          lastSigned = max(lastSigned, head.head.sequence)
        } catch {
          bad(nil, "The signature of the head of \(what) does not hold: \(error).")
        }
      }
    }
    result.findings += takeStray()
    let last = outside.heads.values.joined().map(\.head.sequence).max() ?? 0
    if asksForSignatures, last > lastSigned {
      result.notRuledOut.append(
        "Heads elsewhere that were written by others: after event \(lastSigned) they are unsigned, "
          + "and count as much as the place they are kept in."
      )
    }
  }

  /// Who signed a head, once everything about it holds.
  private func signer(
    of head: WitnessedHead,
    _ proof: HeadProof,
    _ pinned: AllowedSigners?,
    _ people: [String],
    _ verifier: any SignatureVerifying
  ) async throws(SignatureRefusal) -> String {
    guard let claim = proof.claim else {
      throw SignatureRefusal("what is signed is neither a sign-off nor a head")
    }
    guard claim.run == head.run, claim.hash == head.head.hash else {
      throw SignatureRefusal("what is signed names another run or another head")
    }
    guard let pinned else {
      throw SignatureRefusal("the run has no allowed_signers to hold it against")
    }
    try await proof.signature.verify(
      over: Array(proof.document.utf8),
      by: claim.signer,
      with: verifier,
      listedIn: pinned,
      among: people,
      at: head.at
    )
    if let today = outside.signers,
      today.holders(of: proof.signature.key, among: people) != [claim.signer]
    {
      return "\(claim.signer), with a key that the site does not list for \(claim.signer) today"
    }
    return claim.signer
  }

  /// Says what these files and the heads could not show.
  mutating func sayWhatIsOpen(_ kept: HeadFile.Contents?) {
    if kept?.seal == nil {
      result.notRuledOut.append(
        "Changes to bytes of journal.sqlite that belong to no event: the journal is open or was "
          + "not closed in good order, so it is not sealed."
      )
    }
    for place in outside.unread { result.notRuledOut.append("Heads elsewhere: \(place).") }
    let now = result.head.map { " (now: event \($0.sequence), \($0.hash))" } ?? ""
    guard let last = outside.heads.values.joined().map(\.head.sequence).max(), result.isSound
    else {
      return result.notRuledOut.append(
        "Events cut off at the end, and all files rewritten together: that takes a head of the "
          + "chain kept elsewhere\(now)."
      )
    }
    let later = entries.dropFirst(Int(last)).filter {
      if case .headWitnessed = $0.event { false } else { true }
    }
    if !later.isEmpty || entries.last(where: { $0.event.type == "run.ended" }) == nil {
      result.notRuledOut.append(
        "Events after event \(last) cut off or rewritten: the last head kept elsewhere is that "
          + "one's\(now)."
      )
    }
  }
}
