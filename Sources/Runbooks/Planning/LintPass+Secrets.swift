/// Where a secret may go, and where everybody would see it.
extension LintPass {
  /// What becomes of a text.
  enum Place {
    /// It is shown and recorded.
    case shown
    /// It is an argument of a command, which ps(1) lists and the record holds.
    case argument
    /// A command reads it.
    case standardInput
  }

  /// Refuses a secret in a text that others see.
  mutating func refuseSecret(in template: Template, _ scope: TypeScope, as place: Place) {
    guard let use = template.references.first(where: { isSecret($0, in: scope) }) else { return }
    switch place {
    case .standardInput: break
    case .shown:
      note(
        "the secret `\(use.reference)` would be shown and recorded here",
        fix: "Leave it out; a command reads it by `stdin`.",
        at: use.reference.position
      )
    case .argument:
      note(
        "the secret `\(use.reference)` would be an argument, which ps(1) lists",
        fix: "Write `stdin: ${\(use.reference)}`, and let the command read standard input.",
        at: use.reference.position
      )
    }
  }

  /// Refuses a secret in what may run when the secret is forgotten: probes also run after a crash,
  /// and a condition is read for hours.
  mutating func refuseSecrets(in probe: Check, of step: Step, as place: String) {
    for use in references(of: probe.subject)
    where isSecret(use, in: scope(for: step, reading: [use])) {
      note(
        "\(place) reads the secret `\(use.reference)`, which a new runner does not hold",
        fix: "Write a check step of its own, which asks for it again.",
        at: use.reference.position
      )
    }
  }

  /// Refuses secrets as answers of people who do manual work: nothing would read them.
  mutating func refuseSecrets(of task: ManualTask) {
    for field in task.fields where field.form == .secret {
      note(
        "a manual task reports no secret",
        fix: "Ask for `\(field.name)` in an `ask` step.",
        at: field.position
      )
    }
  }

  /// An argument of an operation that takes a secret is one, whole and as it is.
  mutating func refuseComposition(
    _ argument: Argument,
    for parameter: OperationDeclaration.Parameter,
    _ scope: TypeScope
  ) {
    guard parameter.type.holdsSecret, case .template(let template) = argument, !template.isLone,
      let use = template.references.first(where: { isSecret($0, in: scope) })
    else { return }
    note(
      "`\(parameter.name)` takes a secret as it is, not a text with one in it",
      fix: "Write ${\(use.reference)} and nothing around it.",
      at: use.reference.position
    )
  }

  private func references(of subject: Check.Subject) -> [ReferenceUse] {
    switch subject {
    case .command(let command):
      (command.arguments + [command.standardInput].compactMap { $0 }).flatMap(\.references)
    case .operation(let call): call.arguments.sorted { $0.key < $1.key }.flatMap(\.value.references)
    }
  }

  private func isSecret(_ use: ReferenceUse, in scope: TypeScope) -> Bool {
    (try? scope.entry(for: use.reference))?.type.holdsSecret == true
  }
}
