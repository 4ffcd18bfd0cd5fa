extension LintPass {
  /// What a step gives to the runbook that it runs, against what that asks for.
  mutating func check(_ nested: NestedRunbook, of step: Step) {
    for argument in nested.arguments.values { use(argument.references) }
    guard let known else { return }
    guard let other = known[nested.id] else {
      note(
        "there is no runbook `\(nested.id)`",
        fix: Spelling.hint(
          for: nested.id.name,
          among: known.keys.map(\.name),
          else: "`mailconsole lint` names those that cannot be read."
        ),
        at: nested.position
      )
      return
    }
    if let circle = circle(through: other.id) {
      note(
        "`\(runbook.id)` would run itself: \(circle.map(\.name).joined(separator: " → "))",
        fix: "Take one of these steps out.",
        at: nested.position
      )
    }
    for lock in other.locks
    where runbook.locks.contains(where: { $0.name == lock.name && $0.scope == lock.scope }) {
      note(
        "`\(other.id)` would wait for the lock `\(lock.name)`, which this run holds meanwhile",
        fix: "Give the lock of one of the two another name.",
        at: nested.position
      )
    }
    for (name, argument) in nested.arguments.sorted(by: { $0.key < $1.key }) {
      guard let input = other.inputs.first(where: { $0.name == name }) else {
        noteUnknown(
          "`\(other.id)` has no input `\(name)`",
          name,
          among: other.inputs.map(\.name),
          at: argument.position ?? nested.position
        )
        continue
      }
      check(argument, for: input, of: other, in: step, at: nested.position)
    }
    for input in other.inputs
    where input.isRequired && input.fallback == nil && input.form != .secret
      && nested.arguments[input.name] == nil
    {
      note(
        "`\(other.id)` needs the input `\(input.name)`",
        fix: "Add it under `with`: \(input.help)",
        at: nested.position
      )
    }
  }

  private mutating func check(
    _ argument: Argument,
    for input: InputDeclaration,
    of other: Runbook,
    in step: Step,
    at position: SourcePosition
  ) {
    guard input.form != .secret else {
      note(
        "`\(input.name)` of `\(other.id)` is a secret, which no run hands to another",
        fix: "Leave it out; its run asks for it when it is needed.",
        at: argument.position ?? position
      )
      return
    }
    let references = argument.references
    guard !readsUnknownOperation(references) else { return }
    do throws(ExpressionError) {
      let scope = scope(for: step, reading: references)
      if let found = try argument.mismatch(with: input.form.type, in: scope) {
        note(
          "`\(input.name)` of `\(other.id)` is \(input.form.type.phrase), this is \(found.phrase)",
          fix: "Give \(input.form.type.phrase).",
          at: argument.position ?? position
        )
      }
    } catch {
      note(error)
    }
  }

  /// The way from a runbook back to this one; nil: there is none.
  private func circle(through first: RunbookID) -> [RunbookID]? {
    var seen: Set<RunbookID> = []
    var front: [[RunbookID]] = [[runbook.id, first]]
    while let way = front.popLast(), let last = way.last {
      if last == runbook.id { return way }
      guard seen.insert(last).inserted else { continue }
      for step in known?[last]?.steps ?? [] {
        if let next = step.body.nested { front.append(way + [next.id]) }
      }
    }
    return nil
  }
}
