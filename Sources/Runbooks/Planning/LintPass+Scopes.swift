extension LintPass {
  /// What the expressions of a step can see.
  ///
  /// Only the steps that the references name are looked up. With `itself`
  /// the step's own outputs can be seen too, each of them uncertain.
  func scope(
    for step: Step,
    reading references: [ReferenceUse],
    result: [String: TypeScope.Entry]? = nil,
    itself: Bool = false
  ) -> TypeScope {
    var scope = TypeScope(
      inputs: inputs,
      site: SiteLoader.names,
      knownSteps: knownSteps,
      result: result
    )
    for use in references {
      guard case .step(let id) = use.reference.root, scope.steps[id] == nil,
        let other = graph.step(id)
      else { continue }
      if id == step.id, itself {
        scope.steps[id] = entries(of: other, unset: "`\(id)` may have failed")
      } else if graph.isAncestor(id, of: step.id) {
        scope.steps[id] = entries(of: other, unset: reason(for: other, before: step))
      }
    }
    return scope
  }

  /// Whether a reference reads an operation that the catalogue does not know.
  ///
  /// Its results are then unknown too, and one message is enough.
  func readsUnknownOperation(_ references: [ReferenceUse]) -> Bool {
    references.contains { use in
      guard case .step(let id) = use.reference.root, let step = graph.step(id) else { return false }
      switch step.body {
      case .operation(let call): return operations[call.operation] == nil
      case .check(let check):
        guard case .operation(let call) = check.subject else { return false }
        return operations[call.operation] == nil
      default: return false
      }
    }
  }

  /// Why another step's outputs may be missing when a step begins; nil: they never are.
  private func reason(for other: Step, before step: Step) -> String? {
    if !graph.succeeds(other.id, before: step.id) {
      return "`\(other.id)` need not have succeeded"
    }
    if other.when != nil { return "`\(other.id)` runs only when its condition holds" }
    if other.doneWhen != nil { return "`\(other.id)` is not run where it is already done" }
    return nil
  }

  /// The outputs of a step and its state.
  private func entries(of step: Step, unset: String?) -> [String: TypeScope.Entry] {
    var entries: [String: TypeScope.Entry] = [:]
    switch step.body {
    case .check(let check):
      for (name, entry) in results(of: check) ?? [:] {
        entries[name] = TypeScope.Entry(entry.type, unset: unset)
      }
    case .operation(let call):
      for result in operations[call.operation]?.results ?? [] {
        entries[result.name] = TypeScope.Entry(result.type, unset: unset)
      }
    case .command:
      for output in step.outputs {
        entries[output.name] = TypeScope.Entry(output.valueType, unset: unset)
      }
    case .runbook: entries["run"] = TypeScope.Entry(.string, unset: unset)
    case .manual(let task):
      for field in task.fields { entries[field.name] = entry(of: field, unset: unset) }
    case .ask(let questions):
      for question in questions { entries[question.name] = entry(of: question, unset: unset) }
    case .approve, .wait, .gate, .note: break
    }
    entries[TypeScope.stateName] = TypeScope.Entry(.string, words: TypeScope.stepStates)
    return entries
  }

  private func entry(of field: InputDeclaration, unset: String?) -> TypeScope.Entry {
    let entry = field.entry
    return TypeScope.Entry(entry.type, words: entry.words, unset: unset ?? entry.unset)
  }

  /// What `result` has where a check judges; nil where the operation is unknown.
  func results(of check: Check) -> [String: TypeScope.Entry]? {
    switch check.subject {
    case .command: return CommandReading.names
    case .operation(let call):
      guard let declaration = operations[call.operation] else { return nil }
      return Dictionary(
        declaration.results.map { ($0.name, TypeScope.Entry($0.type)) },
        uniquingKeysWith: { first, _ in first }
      )
    }
  }
}

extension InputDeclaration {
  /// What an expression can know of it.
  var entry: TypeScope.Entry {
    let words: [String]? = if case .choice(let words) = form { words } else { nil }
    let isAlwaysSet = isRequired || fallback != nil
    return TypeScope.Entry(
      form.type,
      words: words,
      unset: isAlwaysSet ? nil : "nobody has to give it"
    )
  }
}
