/// Changes that wait for a person's go.
extension RunState {
  /// Whether a step is ready, and begins only when a person has said so.
  public func waitsForRelease(_ step: StepID) -> Bool {
    graph.index[step].map { waitsForRelease($0) } ?? false
  }

  func waitsForRelease(_ index: Int) -> Bool {
    guard states[index] == .ready, rollback == nil, missingSecrets(index).isEmpty,
      created?.pace == .attended, mode != .plan,
      released[index] == nil
    else { return false }
    let step = runbook.steps[index]
    guard step.risk > .read, !step.body.isPersonal, step.body.task == nil else { return false }
    guard let when = step.when else { return true }
    // What the condition skips, or fails on, needs nobody's go.
    return (try? when.evaluate(in: scope)) == .boolean(true)
  }

  /// Why these commands may not be performed now, in a sentence; nil: they may.
  func objection(to commands: CommandList, of index: Int) -> String? {
    guard let go = released[index], let seen = go.commands, seen != commands.digest else {
      return nil
    }
    return "\(go.by) let other commands go than \(commands.step) would perform now"
  }

  /// What a go for a step lets happen, with object and count where they are known now.
  public func go(of step: StepID) -> String {
    guard let step = graph.index[step].map({ runbook.steps[$0] }) else { return step.name }
    guard let go = step.go, go.references.allSatisfy(isSettled) else { return step.title }
    return (try? go.sentence(in: scope)) ?? step.title
  }

  /// Whether a name has the value it will have: a count that is yet to come is not 0.
  private func isSettled(_ use: ReferenceUse) -> Bool {
    guard case .step(let id) = use.reference.root else { return true }
    return self[id]?.hasEnded ?? true
  }

  /// The event of a person's go.
  func release(
    _ step: StepID,
    _ seen: Digest?,
    _ name: String,
    _ now: Moment
  ) throws(CommandRefusal) -> RunEvent {
    guard waitsForRelease(step) else {
      throw CommandRefusal("\(step) waits for nobody's go; it is \(self[step]?.word ?? "unknown").")
    }
    return .stepReleased(.init(step: step, commands: seen, go: go(of: step), by: name, at: now))
  }
}
