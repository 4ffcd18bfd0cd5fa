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
    return .stepReleased(.init(step: step, commands: seen, by: name, at: now))
  }
}
