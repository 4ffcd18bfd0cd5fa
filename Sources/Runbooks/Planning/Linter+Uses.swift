/// What is wrong with the checks that a runbook uses, told where it uses them.
extension Linter {
  /// A check with errors keeps the runbooks from being used that use it, and no others.
  func problemsOfUse(in runbook: Runbook) -> [RunbookProblem] {
    runbook.usedChecks.compactMap { check in
      guard let use = check.use else { return nil }
      let definition = CheckDefinition(
        id: use.id,
        title: use.title,
        group: "",
        check: Check(subject: check.subject, pass: check.pass, warn: check.warn),
        remedy: use.remedy,
        position: check.pass.position
      )
      return problems(in: definition).first { $0.severity == .error }.map { found in
        RunbookProblem(
          "the check `\(use.id)` cannot be used: \(found.position): \(found.message)",
          fix: found.fix,
          at: use.position
        )
      }
    }
  }
}

extension LintPass {
  /// The same guardrail twice is a mistake, and its interval would be the first's.
  mutating func checkGuardrails() {
    checkGuardrails(runbook.guardrails)
    for step in runbook.steps { checkGuardrails(step.guardrails) }
  }

  private mutating func checkGuardrails(_ guardrails: [Guardrail]) {
    var seen: Set<CheckID> = []
    for guardrail in guardrails where !seen.insert(guardrail.id).inserted {
      note(
        "the guardrail `\(guardrail.id)` stands there twice",
        fix: "Remove one of them.",
        at: guardrail.position
      )
    }
  }
}
