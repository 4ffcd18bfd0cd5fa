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

  /// The end of an attempt whose reading is in doubt; what was read is kept.
  static func undetermined(_ result: OperationResult, _ doubt: Doubt) -> StepEnd {
    var end = StepEnd.failed(OperationFailure(undetermined: result.summary, doubt))
    end.outputs = result.values
    end.evidence = result.evidence
    return end
  }
}

/// Judgement on results; pure.
enum Judgement {
  /// Judges what an operation did: done, a warning where it was understood only in part,
  /// undetermined where the end of what it read was not seen.
  static func end(of result: OperationResult) -> StepEnd {
    if let doubt = result.doubt, doubt.extent == .end { return .undetermined(result, doubt) }
    return StepEnd(
      outcome: result.doubt == nil ? .passed : .warned,
      summary: result.summary,
      outputs: result.values,
      evidence: result.evidence
    )
  }

  /// Judges what a check read by its `pass` and `warn`.
  static func end(of check: Check, _ result: OperationResult, in scope: Scope) -> StepEnd {
    var scope = scope
    scope.result = result.values
    do {
      let passes = try check.pass.evaluate(in: scope).truth
      let warns = passes == true ? false : try check.warn?.evaluate(in: scope).truth ?? false
      if let doubt = result.doubt, passes == true || warns {
        return .undetermined(result, doubt)
      }
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
          advice: check.use?.advice ?? "Look at the evidence; put it right, then retry.",
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
  ///
  /// - Parameter quotes: whether the failure may quote standard error; not where it may hold a
  ///   secret that nobody knows yet.
  static func end(
    of argv: [String],
    expecting exits: [Int],
    _ result: CommandResult,
    _ step: Step,
    quotes: Bool = true
  ) -> StepEnd {
    let summary = "\(argv.first ?? "the command") exited with \(result.exitStatus)"
    guard exits.contains(result.exitStatus) else {
      let expected = exits.map(String.init).joined(separator: " or ")
      return .failed(
        OperationFailure(
          .failed,
          "\(summary), \(expected) was expected"
            + (quotes ? StandardError.quotation(of: result.standardError) : ""),
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
