internal import Runbooks
internal import TUI

extension ConsoleModel {
  /// Turns answered questions into what they ask the run to do.
  mutating func submit(_ dialog: FormDialog) -> [ConsoleEffect] {
    let values = dialog.form.values
    let me = context.operatorName
    let reason = values["reason"] ?? ""
    switch dialog.purpose {
    case .start(let runbook):
      isOpening = true
      notice = StyledText("Starting…", .dim)
      return [.start(runbook.id, inputs: Self.read(values, runbook.inputs))]
    case .secrets(let names):
      return names.compactMap { name in
        values[name].map { .send(.giveSecret(name, .string($0)), by: me) }
      }
    case .answer(let step, let inputs):
      return [.send(.answer(step, Self.read(values, inputs)), by: me)]
    case .done(let step, let inputs):
      let fields = Self.read(values, inputs)
      return [.send(.done(step, note: values["note"] ?? "", fields: fields), by: me)]
    case .run(let step):
      let choice = values["decision"] ?? ""
      guard choice.hasPrefix(Forms.takeRun) else { return [.send(.startRun(step), by: me)] }
      let run = RunID(String(choice.dropFirst(Forms.takeRun.count)))
      return [.send(.bindRun(step, run), by: me)]
    case .releaseRun(let step): return [.send(.releaseRun(step, reason: reason), by: me)]
    case .signOff(let step, let seen): return signOff(step, seen, values)
    case .decide(let step):
      switch values["decision"] {
      case "retry": return [.send(.retry(step, reason: reason), by: me)]
      case "skip": return [.send(.skip(step, reason: reason), by: me)]
      case "mark-done": return [.send(.markDone(step, reason: reason), by: me)]
      case Forms.rollBackRun:
        // Nobody lets a run be undone without having seen what that is.
        if let run { overlay = .form(Forms.rollBack(run, context, because: reason)) }
        return []
      case "accept": return [.send(.acceptFailure(step, reason: reason), by: me)]
      default: return [.send(.abort(reason: reason), by: me)]
      }
    case .confirm(let step, _, _) where values["decision"] == Forms.otherwise:
      return decideOtherwise(about: step)
    case .confirm(let step, let decision, let seen):
      return confirm(step, decision, seen, by: values["by"] ?? me, values)
    case .rewind(let step): return [.send(.rewind(to: step, reason: reason), by: me)]
    case .rollBack: return [.send(.rollBack(reason: reason), by: me)]
    case .overrule: return [.send(.overrule(reason: reason), by: me)]
    case .abort: return [.send(.abort(reason: reason), by: me)]
    case .exercise(let question): return order(question, values)
    case .note(let step): return [.send(.note(step, text: values["text"] ?? ""), by: me)]
    }
  }

  /// The confirmation is of what the dialog showed, even when the run has gone on since.
  private mutating func confirm(
    _ step: StepID,
    _ decision: RunEvent.DecisionMade.Decision,
    _ seen: Digest,
    by name: String,
    _ values: [String: String]
  ) -> [ConsoleEffect] {
    let reason = values["reason"] ?? ""
    guard run?.state.duties.confirmations == .sshSignatures,
      let signed = SignOffDocument.Decision(confirming: decision)
    else { return [.send(.confirm(step, decision, reason: reason), by: name)] }
    if values["decision"] == Forms.elsewhere {
      showSignOff(of: step, by: name, signed, comment: reason, typed: nil, seen: seen)
      return []
    }
    notice = StyledText("Signing… touch your key if it blinks.", .waiting)
    return [.send(.confirm(step, decision, reason: reason, seen: seen), by: name)]
  }

  /// Asks the driver for another proposal about an unknown outcome.
  private mutating func decideOtherwise(about id: StepID) -> [ConsoleEffect] {
    guard mayOrder else { return onlyWatching() }
    guard let run, case .unknown(let outcome)? = run.state.subject(of: id),
      let step = run.subject(id)
    else { return [] }
    overlay = .form(Forms.unknown(step, outcome, run.state))
    return []
  }

  /// The sign-off is over what the dialog showed, even when the run has gone on since.
  private mutating func signOff(
    _ step: StepID,
    _ head: Digest,
    _ values: [String: String]
  ) -> [ConsoleEffect] {
    let by = values["by"] ?? ""
    let comment = values["comment"] ?? ""
    if run?.state.signaturePolicy == .sshSignatures {
      notice = StyledText("Signing… touch your key if it blinks.", .waiting)
    }
    if values["decision"] == Forms.elsewhere {
      showSignOff(
        of: step,
        by: by,
        .approve,
        comment: comment,
        typed: values["typed"],
        seen: head
      )
      return []
    }
    guard values["decision"] == "approve" else {
      return [.send(.reject(step, reason: comment, seen: head), by: by)]
    }
    return [.send(.approve(step, comment: comment, typed: values["typed"], seen: head), by: by)]
  }

  /// The typed values of fields that the form has found sound; empty optional ones are left out.
  private static func read(
    _ values: [String: String],
    _ inputs: [InputDeclaration]
  ) -> [String: Value] {
    var read: [String: Value] = [:]
    for input in inputs {
      guard let text = values[input.name], !text.isEmpty else { continue }
      if let value = try? input.form.read(text) { read[input.name] = value }
    }
    return read
  }
}
