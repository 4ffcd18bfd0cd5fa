/// The record against heads of it: the file `head`, and heads kept elsewhere.
extension RunCheck {
  mutating func checkHeads(_ kept: HeadFile.Contents?) {
    if let kept { checkHead(kept.head, "`head` says") }
    for (place, heads) in outside.heads.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      for head in heads.sorted(by: { $0.sequence < $1.sequence }) {
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
        if !heads.contains(head) {
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
    guard let last = outside.heads.values.joined().map(\.sequence).max(), result.isSound else {
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
