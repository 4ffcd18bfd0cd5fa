/// How an attempt went, before it is an event: what was found, and the bytes still to be kept.
struct StepEnd: Sendable {
  let outcome: StepOutcome
  let summary: String
  var failure: OperationFailure?
  var outputs: [String: Value] = [:]
  var evidence: [Evidence] = []

  static func failed(_ failure: OperationFailure) -> StepEnd {
    StepEnd(outcome: .failed, summary: failure.message, failure: failure)
  }
}

/// Judgement on results; pure.
enum Judgement {
  /// Judges what a check read by its `pass` and `warn`.
  static func end(of check: Check, _ result: OperationResult, in scope: Scope) -> StepEnd {
    var scope = scope
    scope.result = result.values
    do {
      let passes = try check.pass.evaluate(in: scope).truth
      let warns = passes == true ? false : try check.warn?.evaluate(in: scope).truth ?? false
      switch (passes, warns) {
      case (true?, _):
        return StepEnd(
          outcome: .passed,
          summary: result.summary,
          outputs: result.values,
          evidence: result.evidence
        )
      case (_, true):
        return StepEnd(
          outcome: .warned,
          summary: result.summary,
          outputs: result.values,
          evidence: result.evidence
        )
      default:
        let failure = OperationFailure(
          .failed,
          "\(result.summary) (`\(check.pass.source)` does not hold)",
          advice: "Look at the evidence; put it right, then retry.",
          effect: .none
        )
        return StepEnd(
          outcome: .failed,
          summary: failure.message,
          failure: failure,
          outputs: result.values,
          evidence: result.evidence
        )
      }
    } catch {
      return .failed(
        OperationFailure(
          .malformed,
          "the result cannot be judged: \(error)",
          advice: "Correct the check for the next run.",
          effect: .none
        )
      )
    }
  }

  /// Judges how a command ended by the exit statuses that are expected.
  static func end(
    of argv: [String],
    expecting exits: [Int],
    _ result: CommandResult,
    _ step: Step
  ) -> StepEnd {
    let summary = "\(argv.first ?? "the command") exited with \(result.exitStatus)"
    guard exits.contains(result.exitStatus) else {
      let expected = exits.map(String.init).joined(separator: " or ")
      return .failed(
        OperationFailure(
          .failed,
          "\(summary), \(expected) was expected",
          advice: "Look at the output; put it right, then retry.",
          effect: step.risk == .read ? .none : .unknown
        )
      )
    }
    var outputs: [String: Value] = [:]
    for declaration in step.outputs {
      guard let value = CommandOutput.value(of: declaration, in: result) else {
        return .failed(
          OperationFailure(
            .malformed,
            "\(summary), but its output has no \(declaration.type) for "
              + "`\(declaration.name)`",
            advice: "Look at the output; correct the runbook for the next run.",
            effect: step.risk == .read ? .none : .unknown
          )
        )
      }
      outputs[declaration.name] = value
    }
    return StepEnd(outcome: .passed, summary: summary, outputs: outputs)
  }
}
