extension Form where Output == Step {
  /// One step: its body, and the conditions around it.
  static var step: Form {
    .object(StepFields.table) { fields, reader in reader.step(fields) }
  }
}

extension Reader {
  fileprivate mutating func step(_ fields: Fields) -> Step? {
    typealias Keys = StepFields
    let id = value(Keys.id, in: fields)
    let was = value(Keys.was, in: fields)
    let title = value(Keys.title, in: fields)
    let purpose = value(Keys.purpose, in: fields)
    let go = value(Keys.go, in: fields)
    let raci = value(Keys.raci, in: fields)
    let covers = value(Keys.covers, in: fields)
    let needs = value(Keys.needs, in: fields)
    let when = value(Keys.when, in: fields)
    let onFailure = value(Keys.onFailure, in: fields)
    let timeout = value(Keys.timeout, in: fields)
    let retry = value(Keys.retry, in: fields)
    let rollback = value(Keys.rollback, in: fields)
    let reversible = value(Keys.reversible, in: fields)
    let doneWhen = value(Keys.doneWhen, in: fields)
    let guardrails = value(Keys.guardrails, in: fields)
    let outputs = value(Keys.outputs, in: fields)
    let body = body(fields, timeout)
    let risk = risk(of: body, fields)
    guard let id, let body else { return nil }
    return Step(
      id: id,
      formerIDs: was ?? [],
      title: title ?? Self.title(of: id),
      purpose: purpose ?? "",
      go: go,
      body: body,
      needs: needs ?? [],
      when: when,
      risk: risk,
      responsibility: raci ?? Responsibility(),
      retry: retry,
      timeout: timeout ?? body.useTimeout,
      onFailure: onFailure ?? .ask,
      rollback: rollback,
      reversibility: reversible ?? .yes,
      doneWhen: doneWhen,
      guardrails: guardrails ?? [],
      outputs: (outputs ?? []).map {
        OutputDeclaration(
          name: $0.name,
          origin: $0.value.origin,
          type: $0.value.type,
          isSecret: $0.value.isSecret
        )
      },
      covers: covers ?? [],
      position: position(fields.node.mark)
    )
  }

  /// A title for a step without one: `hold-sender` becomes `Hold sender`.
  private static func title(of id: StepID) -> String {
    let words = id.name.split(separator: "-").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  // MARK: Body

  private mutating func body(_ fields: Fields, _ timeout: Duration?) -> StepBody? {
    typealias Keys = StepFields
    // Everything is read before anything is chosen, so that every problem is noted.
    let arguments = value(Keys.with, in: fields) ?? []
    let used = value(Keys.use, in: fields)
    let freshFor = value(Keys.freshFor, in: fields)
    let check = check(fields, arguments, freshFor)
    let operation = value(Keys.operation, in: fields)
    let run = value(Keys.run, in: fields)
    let exits = value(Keys.exits, in: fields)
    let input = value(Keys.input, in: fields)
    let manual = value(Keys.manual, in: fields)
    let reported = value(Keys.fields, in: fields)
    let ask = value(Keys.ask, in: fields)
    let approve = value(Keys.approve, in: fields)
    let wait = value(Keys.wait, in: fields)
    let gate = value(Keys.gate, in: fields)
    let runbook = value(Keys.runbook, in: fields)
    let note = value(Keys.note, in: fields)

    if let used { return .check(used.with(timeout: timeout, freshFor: freshFor)) }
    if let check { return .check(check) }
    if let operation {
      let position = position(fields.mark(Keys.operation))
      return .operation(
        OperationCall(operation: operation, arguments: arguments.byName, position: position)
      )
    }
    if let run {
      return .command(
        CommandLine(
          arguments: run,
          standardInput: input,
          expectedExits: exits ?? [0],
          position: position(fields.mark(Keys.run))
        )
      )
    }
    if let manual { return .manual(ManualTask(instructions: manual, fields: reported ?? [])) }
    if let ask { return .ask(ask) }
    if let approve { return .approve(approve) }
    if let wait { return .wait(wait) }
    if let gate { return .gate(gate) }
    if let runbook {
      return .runbook(
        NestedRunbook(
          id: runbook,
          arguments: arguments.byName,
          freshFor: value(Keys.freshFor, in: fields),
          position: position(fields.mark(Keys.runbook))
        )
      )
    }
    return note.map { .note($0) }
  }

  private mutating func check(
    _ fields: Fields,
    _ arguments: [Named<Argument>],
    _ freshFor: Duration?
  ) -> Check? {
    typealias Keys = StepFields
    let subject = value(Keys.check, in: fields)
    let pass = value(Keys.pass, in: fields)
    let warn = value(Keys.warn, in: fields)
    if fields.has(Keys.check), !fields.has(Keys.pass) {
      note(
        "the check has no `pass`",
        fix: "Add e.g. `pass: result.total < 30`.",
        at: fields.mark(Keys.check)
      )
    }
    refuseArguments(of: subject, fields, Keys.with)
    guard let subject, let pass else { return nil }
    return Check(
      subject: subject.subject(with: arguments),
      pass: pass,
      warn: warn,
      freshFor: freshFor
    )
  }

  // MARK: Risk

  /// The risk of the step: what is declared, but never less than what its operation does.
  ///
  /// An operation the catalogue does not know counts as destructive.
  private mutating func risk(of body: StepBody?, _ fields: Fields) -> Risk {
    typealias Keys = StepFields
    let declared = value(Keys.risk, in: fields)
    switch body {
    case .operation(let call):
      let known = risks[call.operation]
      if let known, let declared, declared < known, !readsPinned {
        note(
          "`\(call.operation)` is \(known), the step says \(declared)",
          fix: "Remove `risk`; it can only be raised.",
          at: fields.mark(Keys.risk)
        )
      }
      return max(declared ?? .read, known ?? .destructive)
    case .check:
      if let declared, declared > .read {
        note(
          "a check only reads, the step says \(declared)",
          fix: "Remove `risk`, or write `do` or `run`.",
          at: fields.mark(Keys.risk)
        )
      }
      return .read
    case .command:
      if !fields.has(Keys.risk) {
        note(
          "the step runs a command and has no `risk`",
          fix: "Add `risk: read`, `change` or `destructive`.",
          at: fields.mark(Keys.run)
        )
      }
      return declared ?? .destructive
    case .manual: return declared ?? .read
    case .runbook: return .change
    case .ask, .approve, .wait, .gate, .note, nil: return .read
    }
  }
}
