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
    let kept = WitnessedHead(run: run, head: head, at: setting.clock.read().wall)
    var places: [String] = []
    var failures: [String] = []
    for place in policy.places {
      do throws(WitnessFailure) {
        try await setting.witness.keep(kept, at: place)
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
      failures: failures
    )
    try commit([.headWitnessed(event)], by: Self.name)
    if isDueAgain { chain.isWitnessDue = true }
    if policy.isRequired, !failures.isEmpty {
      throw stop(.record(.notWitnessed(failures.joined(separator: "; "))))
    }
  }
}
