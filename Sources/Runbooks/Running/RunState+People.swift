/// Events of people.
extension RunState {
  mutating func takePeople(_ event: RunEvent) throws(Misfit) {
    switch event {
    case .personAsked(let event):
      let index = try readyStep(event.step)
      guard runbook.steps[index].body.task == event.task else {
        throw Misfit("the step does not ask for that")
      }
      set(index, .waitingForPerson(.task(event)))
      see(event.at)
    case .inputGiven(let event):
      let index = try askedStep(event.step, for: [.answer])
      let result = StepResult(
        attempt: attempts[index],
        summary: "\(event.by) answered\(event.values.isEmpty ? "" : " ")\(event.values.inWords)",
        outputs: event.values,
        at: event.at,
        by: event.by
      )
      finish(index, by: event.by, .succeeded(result))
      hold(event.values.values)
    case .manualDone(let event):
      let index = try askedStep(event.step, for: [.manual])
      let result = StepResult(
        attempt: attempts[index],
        summary: (event.note.isEmpty ? "\(event.by) did it" : "\(event.by): \(event.note)")
          + (event.fields.isEmpty ? "" : " (\(event.fields.inWords))"),
        outputs: event.fields,
        at: event.at,
        by: event.by
      )
      finish(index, by: event.by, .succeeded(result))
    case .approvalRequested(let event):
      let index = try readyStep(event.step)
      guard case .approve = runbook.steps[index].body else {
        throw Misfit("the step asks for no sign-off")
      }
      set(index, .waitingForPerson(.approval(event, given: [])))
      see(event.at)
    case .approvalGiven(let event): try approve(event)
    case .approvalRejected(let event): try reject(event)
    case .approvalExpired(let event): try expire(event)
    case .settlementProposed(let event): try propose(event)
    case .decisionMade(let event): try decide(event)
    default: throw Misfit("it is no event of a person")
    }
  }

  private func readyStep(_ step: StepID) throws(Misfit) -> Int {
    let index = try position(of: step)
    guard states[index] == .ready, ending == nil, pause == nil else {
      throw Misfit("the step may not begin")
    }
    return index
  }

  private func askedStep(_ step: StepID, for tasks: [PersonTask]) throws(Misfit) -> Int {
    let index = try position(of: step)
    guard case .waitingForPerson(.task(let asked)) = states[index], tasks.contains(asked.task)
    else { throw Misfit("nobody was asked for that") }
    return index
  }

  private mutating func finish(_ index: Int, by name: String, _ state: StepState) {
    performers[index].insert(name)
    if case .succeeded(let result) = state { leaveTrace(index, result, nil) }
    set(index, state)
    if let result = state.result { see(result.at) }
  }

  private func request(
    of step: StepID
  ) throws(Misfit) -> (Int, RunEvent.ApprovalRequested, [RunEvent.ApprovalGiven]) {
    let index = try position(of: step)
    guard case .waitingForPerson(.approval(let request, let given)) = states[index] else {
      throw Misfit("no sign-off was asked for")
    }
    return (index, request, given)
  }

  private mutating func approve(_ event: RunEvent.ApprovalGiven) throws(Misfit) {
    let (index, request, given) = try request(of: event.step)
    guard event.statement == request.statement,
      event.evidence == request.evidence.map(\.blob.digest)
    else { throw Misfit("it signs another text or other evidence than was asked for") }
    if let refusal = objection(to: event.by, typed: event.typed, at: event.at, request, given) {
      throw Misfit(refusal)
    }
    if let refusal = objection(to: event.signature, by: event.by, given) { throw Misfit(refusal) }
    guard Set(event.roles).isSubset(of: roles(of: event.by)),
      !Set(event.roles).isDisjoint(with: request.roles)
    else { throw Misfit("\(event.by) does not hold the roles it names") }
    let all = given + [event]
    guard all.count == request.count else {
      set(index, .waitingForPerson(.approval(request, given: all)))
      return see(event.at)
    }
    for approval in all { performers[index].insert(approval.by) }
    let result = StepResult(
      attempt: attempts[index],
      summary: "signed off by \(all.map(\.by).joined(separator: ", "))",
      evidence: request.evidence,
      at: event.at,
      by: event.by
    )
    set(index, .succeeded(result))
    see(event.at)
  }

  private mutating func reject(_ event: RunEvent.ApprovalRejected) throws(Misfit) {
    let (index, request, _) = try request(of: event.step)
    guard !roles(of: event.by).isDisjoint(with: request.roles) else {
      throw Misfit("\(event.by) holds none of the roles asked for")
    }
    if let refusal = objection(
      toRefusalSigned: event.signature,
      by: event.by,
      seen: event.seen
    ) {
      throw Misfit(refusal)
    }
    guard case .approve(let approval) = runbook.steps[index].body else {
      throw Misfit("the step asks for no sign-off")
    }
    let failure = OperationFailure(
      .refused,
      "\(event.by) refused to sign off: \(event.reason)",
      advice: "Settle the objection before going on.",
      effect: .none
    )
    let result = StepResult(
      attempt: attempts[index],
      summary: failure.message,
      failure: failure,
      at: event.at,
      by: event.by
    )
    switch approval.onReject {
    case .abort:
      set(index, .failed(result, .endsRun))
      if ending == nil { ending = .aborted(by: event.by, reason: failure.message) }
    case .rewind: set(index, .failed(result, .undecided))
    }
    see(event.at)
  }

  private mutating func expire(_ event: RunEvent.ApprovalExpired) throws(Misfit) {
    let (index, request, _) = try request(of: event.step)
    guard let expires = request.expires, event.at >= expires else {
      throw Misfit("the request still stands")
    }
    let failure = OperationFailure(
      .timedOut,
      "nobody signed off in time; the request expired at \(expires)",
      advice: "Retry to ask again, with the evidence as it is then.",
      effect: .none
    )
    let result = StepResult(
      attempt: attempts[index],
      summary: failure.message,
      failure: failure,
      at: event.at
    )
    see(event.at)
    failForGood(index, result)
  }

  private mutating func propose(_ event: RunEvent.SettlementProposed) throws(Misfit) {
    let index = try position(of: event.step)
    guard case .unknown(var outcome) = states[index], duties.settling == .twoPeople else {
      throw Misfit("no outcome is unknown that two people settle")
    }
    if let refusal = objection(to: event.decision, about: index) { throw Misfit(refusal) }
    outcome.proposal = event
    set(index, .unknown(outcome))
    see(event.at)
  }

  private mutating func decide(_ event: RunEvent.DecisionMade) throws(Misfit) {
    let index = try position(of: event.step)
    if let refusal = objection(to: event.decision, about: index) { throw Misfit(refusal) }
    if case .unknown = states[index], duties.settling == .twoPeople {
      if let refusal = objection(toConfirming: event, about: index) { throw Misfit(refusal) }
    } else if event.proposer != nil {
      throw Misfit("nothing was proposed")
    }
    see(event.at)
    switch event.decision {
    case .retry:
      attemptsForgiven[index] = attempts[index]
      set(index, .ready)
    case .skip: set(index, .skipped(.decided(by: event.by, reason: event.reason)))
    case .markDone:
      let result = StepResult(
        attempt: attempts[index],
        summary: "\(event.people) marked it done: \(event.reason)",
        at: event.at,
        by: event.by
      )
      if let proposer = event.proposer { performers[index].insert(proposer) }
      // A person's word does not turn a failed check into a passed one.
      let isCheck = if case .check = runbook.steps[index].body { true } else { false }
      finish(index, by: event.by, isCheck ? .warned(result) : .succeeded(result))
    case .acceptFailure:
      guard case .failed(let result, .undecided) = states[index] else {
        throw Misfit("the step has not failed")
      }
      set(index, .failed(result, .accepted(by: event.by)))
    }
  }
}

extension [String: Value] {
  /// Answers as a person reads them: `decision=delete, ticket=T1`; a secret is its mark.
  var inWords: String {
    sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
  }
}

// MARK: - Rules that commands and events share

extension RunState {
  /// The roles a person has in this run.
  public func roles(of name: String) -> Set<Role> {
    Set(created?.operators.first { $0.name == name }?.roles ?? [])
  }

  /// Why a person may not sign off, in a sentence; nil: they may.
  func objection(
    to name: String,
    typed: String?,
    at now: Moment,
    _ request: RunEvent.ApprovalRequested,
    _ given: [RunEvent.ApprovalGiven]
  ) -> String? {
    let asked = request.roles.map(\.name).joined(separator: " or ")
    if roles(of: name).isDisjoint(with: request.roles) {
      return "\(name) does not hold the role \(asked), which the sign-off asks for"
    }
    if request.excluded.contains(name) {
      return "\(name) did what is to be signed off, and nobody signs off their own work"
    }
    if given.contains(where: { $0.by == name }) {
      return "\(name) has signed off already; the sign-off asks for different people"
    }
    if request.inOrder == true, request.roles.indices.contains(given.count),
      !roles(of: name).contains(request.roles[given.count])
    {
      return "the roles sign in the order \(request.roles.map(\.name).joined(separator: ", ")), "
        + "and it is the turn of \(request.roles[given.count].name)"
    }
    if let accountable = request.accountable, given.count + 1 == request.count,
      !(given.map(\.by) + [name]).contains(where: { roles(of: $0).contains(accountable) })
    {
      return "\(accountable.name) answers for it and has not signed; the last sign-off is theirs"
    }
    if let confirmation = request.confirmation, typed != confirmation {
      return "the text typed is not `\(confirmation)`"
    }
    if let expires = request.expires, now >= expires {
      return "the request expired at \(expires)"
    }
    return nil
  }

  /// Why a second person's word does not settle an unknown outcome, in a sentence; nil: it does.
  func objection(toConfirming event: RunEvent.DecisionMade, about index: Int) -> String? {
    let state = subject(of: event.step) ?? states[index]
    guard case .unknown(let outcome) = state else { return "\(event.step) is \(state.word)" }
    guard let proposal = outcome.proposal else {
      return "nobody has proposed how the outcome of \(event.step) is settled"
    }
    if ending != nil, rollback == nil { return "the run is ending" }
    guard proposal.decision == event.decision, proposal.by == event.proposer else {
      return "the proposal has changed meanwhile: \(proposal.sentence)"
    }
    if event.by == proposal.by {
      return "\(event.by) proposed it; a second person has to look and confirm it"
    }
    if roles(of: event.by).isEmpty {
      return "\(event.by) is no operator of this site, and two of them settle an unknown outcome"
    }
    return objection(toConfirmationSigned: event.signature, seen: event.seen)
  }

  /// Why a decision about a step is not possible now, in a sentence; nil: it is.
  func objection(to decision: RunEvent.DecisionMade.Decision, about index: Int) -> String? {
    if rollback != nil { return objection(inRollbackTo: decision, about: index) }
    let step = runbook.steps[index]
    if ending != nil { return "the run is ending" }
    let isSignOff =
      switch step.body {
      case .approve, .gate: true
      default: false
      }
    let standing = "\(step.id) is \(states[index].word)"
    switch (decision, states[index]) {
    case (.skip, _) where isSignOff:
      return "\(step.id) is a sign-off or a gate, which is met or not met but never skipped"
    case (.markDone, _) where isSignOff:
      return "\(step.id) is a sign-off or a gate, which nobody can declare met"
    case (.retry, .failed(_, .undecided)), (.retry, .unknown), (.skip, .failed(_, .undecided)),
      (.skip, .unknown), (.skip, .pending), (.skip, .ready), (.skip, .waitingForPerson),
      (.skip, .waitingUntil), (.markDone, .failed(_, .undecided)), (.markDone, .unknown),
      (.acceptFailure, .failed(_, .undecided)):
      return nil
    case (.retry, .waitingUntil(let delay)), (.markDone, .waitingUntil(let delay)):
      if case .retry = delay.reason { return nil }
      return "\(standing); a wait can be skipped, not settled"
    default: return standing
    }
  }
}

extension StepBody {
  /// What the body asks of a person, sign-offs apart.
  var task: PersonTask? {
    switch self {
    case .manual: .manual
    case .ask: .answer
    case .runbook: .runbook
    default: nil
    }
  }
}
