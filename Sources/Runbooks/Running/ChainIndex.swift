/// What the engine looks up in the chain again and again.
struct ChainIndex: Sendable {
  /// Where in the chain each hash stands, so that a sign-off is held against what was seen.
  private(set) var sequences: [Digest: Int64] = [:]
  /// The first entry that shows each open request for sign-off, or proposal to be confirmed.
  private(set) var requested: [StepID: Int64] = [:]
  /// Whether the head is to be kept elsewhere before anything else begins.
  var isWitnessDue = false
  /// Signed sign-offs that are not kept elsewhere yet.
  private(set) var unwitnessed: [(sequence: Int64, signOff: SignedSignOff)] = []
  private let policy: WitnessPolicy

  init(_ policy: WitnessPolicy) { self.policy = policy }

  mutating func take(_ entry: JournalEntry, _ signOff: SignedSignOff?) {
    sequences[entry.hash] = entry.sequence
    if let signOff, !policy.places.isEmpty {
      unwitnessed.append((entry.sequence, signOff))
      isWitnessDue = true
    }
    switch entry.event {
    case .approvalRequested(let event): requested[event.step] = entry.sequence
    case .settlementProposed(let event), .compensation(.proposed(let event)):
      requested[event.step] = entry.sequence
    case .approvalGiven, .approvalRejected, .runEnded: isWitnessDue = !policy.places.isEmpty
    case .headWitnessed(let event):
      isWitnessDue = !policy.places.isEmpty && policy.isRequired && !event.failures.isEmpty
      if !isWitnessDue { unwitnessed.removeAll { $0.sequence <= event.sequence } }
    default: break
    }
  }
}
