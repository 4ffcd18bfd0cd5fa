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
    case .answer(let step, let inputs):
      return [.send(.answer(step, Self.read(values, inputs)), by: me)]
    case .done(let step, let inputs):
      var fields = Self.read(values, inputs)
      if let run = values["run"] { fields["run"] = .string(run) }
      return [.send(.done(step, note: values["note"] ?? "", fields: fields), by: me)]
    case .signOff(let step, let seen): return signOff(step, seen, values)
    case .decide(let step):
      switch values["decision"] {
      case "retry": return [.send(.retry(step, reason: reason), by: me)]
      case "skip": return [.send(.skip(step, reason: reason), by: me)]
      case "mark-done": return [.send(.markDone(step, reason: reason), by: me)]
      case "accept": return [.send(.acceptFailure(step, reason: reason), by: me)]
      default: return [.send(.abort(reason: reason), by: me)]
      }
    case .rewind(let step): return [.send(.rewind(to: step, reason: reason), by: me)]
    case .abort: return [.send(.abort(reason: reason), by: me)]
    case .note(let step): return [.send(.note(step, text: values["text"] ?? ""), by: me)]
    }
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
      guard let text = values[input.name], !text.isEmpty || input.isRequired else { continue }
      if let value = try? input.form.read(text) { read[input.name] = value }
    }
    return read
  }
}
