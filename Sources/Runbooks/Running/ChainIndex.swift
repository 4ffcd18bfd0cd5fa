/// What the engine looks up in the chain again and again.
struct ChainIndex: Sendable {
  /// Where in the chain each hash stands, so that a sign-off is held against what was seen.
  private(set) var sequences: [Digest: Int64] = [:]
  /// The first entry that shows each open request for sign-off.
  private(set) var requested: [StepID: Int64] = [:]
  /// Whether the head is to be kept elsewhere before anything else begins.
  var isWitnessDue = false
  private let policy: WitnessPolicy

  init(_ policy: WitnessPolicy) { self.policy = policy }

  mutating func take(_ entry: JournalEntry) {
    sequences[entry.hash] = entry.sequence
    switch entry.event {
    case .approvalRequested(let event): requested[event.step] = entry.sequence
    case .approvalGiven, .approvalRejected, .runEnded: isWitnessDue = !policy.places.isEmpty
    case .headWitnessed(let event):
      isWitnessDue = !policy.places.isEmpty && policy.isRequired && !event.failures.isEmpty
    default: break
    }
  }
}
