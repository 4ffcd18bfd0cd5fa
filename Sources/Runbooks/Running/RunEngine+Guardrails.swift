/// Readings of guardrails: which are under way, and when each is due.
struct GuardrailWatch {
  var readings: [GuardrailID: Task<Void, Never>] = [:]
  var due: [GuardrailID: Moment] = [:]
}

/// Guardrails, read beside the steps. A reading leaves nothing behind but a changed verdict: it is
/// not supervised, and one that a dead runner began is simply made again.
extension RunEngine {
  /// Begins every reading that is due.
  ///
  /// - Returns: whether the caller looks again at once. In a simulated world one is made at a time
  ///   and nothing beside it, so that the same world gives the same record.
  func readGuardrails() async -> Bool {
    guard lockWait == nil, !isLettingGo, !Task.isCancelled,
      !state.waitsForDriver || state.isBusy
    else { return false }
    let inForce = state.guardrailsInForce
    watch.due = watch.due.filter { due in inForce.contains { $0.id == due.key } }
    let now = now
    for (id, guardrail) in inForce
    where watch.readings[id] == nil && (watch.due[id].map { $0 <= now } ?? true) {
      guard isSimulated else {
        read(id, guardrail)
        continue
      }
      guard inFlight.isEmpty else { return false }
      // Others may have acted on the world since.
      await catchUp()
      read(id, guardrail)
      if let reading = watch.readings[id] { await reading.value }
      return true
    }
    return false
  }

  /// Reads every guardrail that is in force, whenever it is due, and returns when they are read.
  public func lookAtGuardrails() async {
    // What is under way may have looked before this was asked for.
    for reading in watch.readings.values { await reading.value }
    watch.due = [:]
    while await readGuardrails() {}
    for reading in watch.readings.values { await reading.value }
  }

  private func read(_ id: GuardrailID, _ guardrail: Guardrail) {
    let use = resolution.resolve(use: guardrail.check)
    // In a simulated world it is a copy that is looked at.
    let hands = hands(for: StepID(id.check.name), guardrail.check.use?.timeout)
    let scope = state.scope
    watch.readings[id] = Task {
      let end = await Self.read(use, scope, hands).redacted(by: hands.context.secrets)
      self.found(end, of: id)
    }
  }

  private func found(_ end: StepEnd, of id: GuardrailID) {
    watch.readings[id] = nil
    defer { changed() }
    guard stopped == nil, !isLettingGo,
      let (_, guardrail) = state.guardrailsInForce.first(where: { $0.id == id })
    else { return }
    watch.due[id] = now.advanced(by: max(guardrail.every, Guardrail.shortest))
    let verdict = CheckVerdict(of: end)
    guard state.standing(of: id)?.verdict != verdict else { return }
    let advice: String? =
      switch verdict {
      case .pass, .warn: nil
      case .fail: guardrail.check.use?.advice
      case .undetermined: end.failure?.advice
      }
    let event = RunEvent.GuardrailRead(
      guardrail: id,
      verdict: verdict,
      summary: end.plainSummary,
      advice: advice,
      at: now
    )
    // The error is kept in `stopped`; the driver throws it.
    _ = try? commit([.guardrailRead(event)], by: Self.name)
  }

  /// When a guardrail is to be read next, where none is being read.
  var nextGuardrail: Moment? {
    guard !state.waitsForDriver || state.isBusy else { return nil }
    return watch.due.filter { watch.readings[$0.key] == nil }.values.min()
  }

  /// Ends the readings under way; what they find is nothing any more.
  func leaveGuardrails() {
    for reading in watch.readings.values { reading.cancel() }
    watch.readings = [:]
  }
}
