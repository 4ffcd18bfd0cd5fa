extension LintPass {
  /// What keeps a step from doing harm.
  mutating func checkSafety(of step: Step) {
    checkRisk(of: step)
    checkGo(of: step)
    checkWayBack(of: step)
    checkRetry(of: step)
    checkProbes(of: step)
    switch step.body {
    case .approve(let approval): check(approval, of: step)
    case .gate(let gate): check(gate, of: step)
    case .runbook(let nested): check(nested, of: step)
    case .check, .operation, .command, .manual, .ask, .wait, .note: break
    }
    var covers: Set<String> = []
    for cover in step.covers where !covers.insert(cover).inserted {
      note("`covers` names `\(cover)` twice", fix: "Remove one.", at: step.position)
    }
  }

  // MARK: Rules

  private mutating func checkRisk(of step: Step) {
    guard StepGraph.isDestructive(step, { operations[$0] }) else { return }
    // An unknown operation counts as destructive; it has a message of its own.
    if case .operation(let call) = step.body, operations[call.operation] == nil { return }
    let isApproved = runbook.steps.contains { other in
      guard case .approve = other.body else { return false }
      return graph.succeeds(other.id, before: step.id)
    }
    guard !isApproved else { return }
    note(
      "\(step.risk == .destructive ? "" : "the rollback of ")`\(step.id)` is destructive"
        + " and no approval stands before it",
      fix: "Add an `approve` step and put it into its needs.",
      at: step.position
    )
  }

  /// Whoever lets something go for good must read of what, and how much of it.
  private mutating func checkGo(of step: Step) {
    let isAsked =
      switch step.body {
      case .operation(let call): operations[call.operation] != nil
      case .command: true
      default: false
      }
    guard isAsked, step.risk == .destructive, step.go == nil else { return }
    note(
      "the go of `\(step.id)` names neither what it destroys nor how much",
      fix: "Add e.g. `go: \"Delete ${steps.look.hold} messages of ${inputs.sender}\"`.",
      at: step.position,
      severity: .warning
    )
  }

  private mutating func checkWayBack(of step: Step) {
    if step.rollback != nil, step.reversibility == .no {
      note(
        "`\(step.id)` has a rollback and says `reversible: no`",
        fix: "Remove one of the two.",
        at: step.position
      )
    }
    guard step.risk > .read, step.rollback == nil, step.reversibility != .no else { return }
    if case .operation(let call) = step.body, operations[call.operation] == nil { return }
    if case .runbook = step.body { return }
    note(
      "`\(step.id)` changes something and says no way back",
      fix: "Add a `rollback`, or `reversible: no`.",
      at: step.position
    )
  }

  private mutating func checkRetry(of step: Step) {
    guard let retry = step.retry, retry.attempts > 1 else { return }
    switch step.body {
    case .operation(let call):
      guard let declaration = operations[call.operation], !declaration.isRepeatable else { return }
      note(
        "`\(call.operation)` must not be repeated",
        fix: "Remove `retry`; a person decides after a failure.",
        at: step.position
      )
    case .command where step.risk > .read && step.doneWhen == nil:
      note(
        "nothing tells whether the command may be repeated",
        fix: "Add `done_when`, or remove `retry`.",
        at: step.position,
        severity: .warning
      )
    default: break
    }
  }

  /// A check, a probe and a waiting condition read and never change.
  private mutating func checkProbes(of step: Step) {
    var checks: [Check] = []
    if case .check(let check) = step.body { checks.append(check) }
    if case .wait(.until(let check, every: _, atMost: _)) = step.body { checks.append(check) }
    if let probe = step.doneWhen { checks.append(probe) }
    for case .operation(let call) in checks.filter({ $0.use == nil }).map(\.subject) {
      guard let declaration = operations[call.operation], declaration.risk > .read else { continue }
      note(
        "a check only reads, `\(call.operation)` is \(declaration.risk)",
        fix: "Write it as `do`, and check its result.",
        at: call.position
      )
    }
  }

  private mutating func check(_ approval: Approval, of step: Step) {
    if approval.roles.isEmpty {
      note("nobody may approve", fix: "Give roles under `of`.", at: step.position)
    }
    if approval.alone != nil, graph.work(boundBy: step.id, { operations[$0] }) == nil {
      note(
        "`alone` says who may approve what destroys, and no destructive step needs `\(step.id)`",
        fix: "Remove it.",
        at: step.position,
        severity: .warning
      )
    }
    if approval.isInOrder, approval.count > approval.roles.count {
      note(
        "`order: sequence` has \(approval.roles.count) roles for \(approval.count) sign-offs",
        fix: "Name one role under `of` for each sign-off, in their order.",
        at: step.position
      )
    }
    if let accountable = step.responsibility.accountable, !approval.roles.contains(accountable) {
      note(
        "\(accountable.name) answers for the sign-off and may not sign it",
        fix: "Add \(accountable.name) to `of`, or name another role under `raci: {A: …}`.",
        at: step.position
      )
    } else if let accountable = step.responsibility.accountable, approval.count == 1,
      approval.roles.count > 1
    {
      note(
        "one sign-off is asked for and \(accountable.name) answers for it, so nobody else can sign",
        fix: "Leave only \(accountable.name) under `of`, ask for more sign-offs, or leave out `A`.",
        at: step.position
      )
    }
    for id in approval.evidence { needUpstream(id, of: step, as: "the evidence") }
    for id in approval.notPerformersOf { needUpstream(id, of: step, as: "the step in `not`,") }
    if case .rewind(to: let id) = approval.onReject {
      needUpstream(id, of: step, as: "the step to go back to,")
    }
  }

  private mutating func check(_ gate: Gate, of step: Step) {
    for id in gate.requires {
      needUpstream(id, of: step, as: "the required step")
      switch graph.step(id)?.body {
      case .check, .approve, nil: break
      case .some(let body):
        note(
          "a gate requires checks and approvals, `\(id)` is a `\(body.keyword)` step",
          fix: "Require a check that proves it.",
          at: step.position
        )
      }
    }
  }

  private mutating func needUpstream(_ id: StepID, of step: Step, as what: String) {
    guard !graph.isAncestor(id, of: step.id) else { return }
    note(
      "\(what) `\(id)` need not have ended when `\(step.id)` begins",
      fix: "Add `\(id)` to the needs of `\(step.id)`.",
      at: step.position
    )
  }
}
