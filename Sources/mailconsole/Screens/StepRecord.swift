internal import Runbooks
internal import TUI

/// What people said at a step: answers with their names, sign-offs with statement, comment and key.
enum StepRecord {
  /// The lines of a step that has ended, from its result and from what has been read of the record.
  static func lines(of step: Step, _ state: StepState, _ run: RunModel) -> [StyledText] {
    answers(of: step, state) + words(about: step.id, in: run)
  }

  /// Typed values, one a line, as `name  value`.
  private static func answers(of step: Step, _ state: StepState) -> [StyledText] {
    guard step.body.isPersonal, let outputs = state.result?.outputs, !outputs.isEmpty else {
      return []
    }
    let width = outputs.keys.map(\.count).max() ?? 0
    return ["", StyledText("answers", .heading)]
      + outputs.sorted { $0.key < $1.key }.map { name, value in
        StyledText("\(name.padding(to: width + 2))\(value)", .strong)
      }
  }

  /// Sign-offs, refusals, notes and decisions since the step last began anew.
  private static func words(about step: StepID, in run: RunModel) -> [StyledText] {
    let spoken = run.entries.flatMap { entry in lines(of: entry, about: step) }
    return spoken.isEmpty ? [] : [""] + spoken
  }

  private static func lines(of entry: JournalEntry, about step: StepID) -> [StyledText] {
    guard entry.event.step == step else { return [] }
    let at = entry.wall.clockTime
    switch entry.event {
    case .approvalGiven(let event):
      let roles = event.roles.map(\.name).joined(separator: ", ")
      let key =
        event.signature.map { "signed with the key \($0.fingerprint)" } ?? "typed, not signed"
      return [
        StyledText("\(event.by) (\(roles)) signed off, \(at); \(key)", .good),
        StyledText("statement  \(event.statement)"),
        StyledText("comment    \(event.comment)"),
      ] + (event.typed.map { [StyledText("typed      \($0)")] } ?? [])
    case .approvalRejected(let event):
      let key = event.signature.map { "; signed with the key \($0.fingerprint)" } ?? ""
      return [
        StyledText("\(event.by) refused, \(at)\(key)", .bad),
        StyledText("reason     \(event.reason)"),
      ]
    case .manualDone(let event):
      return [StyledText("\(event.by) said it is done, \(at)", .dim)]
        + (event.note.isEmpty ? [] : [StyledText("note       \(event.note)")])
    case .stepReleased, .decisionMade, .settlementProposed, .noteAdded:
      return [StyledText("\(entry.event.sentence), \(at)", .dim)]
    default: return []
    }
  }
}
