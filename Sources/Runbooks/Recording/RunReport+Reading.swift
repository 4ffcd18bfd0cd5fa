extension RunReport {
  /// Makes the report of a run.
  ///
  /// - Parameters:
  ///   - entries: the sound ones, from the first on.
  /// - Returns: nil when the first event does not create a run.
  public init?(of runbook: Runbook, _ entries: [JournalEntry], _ verdict: Verification) {
    guard let first = entries.first, let last = entries.last,
      case .runCreated(let created) = first.event
    else { return nil }
    var state = RunState(of: runbook)
    var reading = Reading()
    for entry in entries {
      // Events that cannot follow are a finding of the verdict; the report shows what is recorded.
      try? state.apply(entry.event)
      reading.read(entry)
    }
    header = Self.header(created, first, last, reading, state)
    self.verdict = Verdict(
      isSound: verdict.isSound,
      lines: verdict.lines(of: created.run),
      soundEvents: verdict.soundEvents,
      head: verdict.head?.hash,
      firstBadEvent: verdict.firstBadEvent,
      notRuledOut: verdict.notRuledOut
    )
    steps = state.steps.map { step, stepState in
      Step(
        step: step.id,
        title: step.title,
        state: stepState.reportWord + state.undoing(step.id),
        ending: stepState.reportEnding,
        risk: step.risk,
        attempts: state.attemptCount(of: step.id),
        durationMilliseconds: reading.durations[step.id],
        people: state.performers(of: step.id).union(reading.signers[step.id] ?? []).sorted(),
        summary: stepState.reportSummary
      )
    }
    timeline = Timeline(entries)
    evidence = reading.evidence
    signOffs = reading.signOffs
    deviations = (reading.deviations + Self.acceptedByPolicy(state, entries))
      .sorted { $0.sequence < $1.sequence }
    coverage = Self.coverage(state)
  }

  private static func header(
    _ created: RunEvent.RunCreated,
    _ first: JournalEntry,
    _ last: JournalEntry,
    _ reading: Reading,
    _ state: RunState
  ) -> Header {
    let waiting = state.waitingItems.map(\.step.name).joined(separator: ", ")
    return Header(
      run: created.run,
      runbook: created.runbook,
      title: created.title,
      version: created.version,
      text: created.text,
      site: created.site,
      world: created.mode,
      console: created.console,
      inputs: created.inputs.mapValues(\.description),
      driving: reading.driving,
      began: first.wall.description,
      last: last.wall.description,
      durationMilliseconds: last.wall.since(first.wall).wholeMilliseconds,
      simulated: created.mode == .tabletop ? "\(created.at) to \(state.latest)" : nil,
      outcome: reading.ended?.outcome,
      standing: reading.ended?.summary
        ?? (waiting.isEmpty ? "under way" : "under way; waits for people at \(waiting)")
    )
  }

  /// Failures that stand because the runbook says so; no event of their own tells of them.
  private static func acceptedByPolicy(
    _ state: RunState,
    _ entries: [JournalEntry]
  ) -> [Deviation] {
    state.steps.compactMap { step, stepState in
      guard case .failed(let result, .accepted(by: nil)) = stepState,
        let entry = entries.last(where: {
          if case .stepEnded(let event) = $0.event { event.step == step.id } else { false }
        })
      else { return nil }
      return Deviation(
        sequence: entry.sequence,
        kind: .acceptedFailure,
        step: step.id,
        by: "the runbook",
        at: entry.wall.description,
        text: result.summary
      )
    }
  }

  private static func coverage(_ state: RunState) -> [Coverage] {
    var order: [String] = []
    var steps: [String: [StepID]] = [:]
    var missing: Set<String> = []
    for (step, stepState) in state.steps {
      for item in step.covers {
        if steps[item] == nil { order.append(item) }
        steps[item, default: []].append(step.id)
        switch stepState {
        case .succeeded, .warned, .alreadyDone: break
        default: missing.insert(item)
        }
      }
    }
    return order.sorted().map { item in
      Coverage(item: item, steps: steps[item] ?? [], isCovered: !missing.contains(item))
    }
  }

  /// What is gathered from the events, one after the other.
  private struct Reading {
    var driving: [DrivingSpan] = []
    var ended: RunEvent.RunEnded?
    var durations: [StepID: Int64] = [:]
    var signers: [StepID: Set<String>] = [:]
    var evidence: [Evidence] = []
    var signOffs: [SignOff] = []
    var deviations: [Deviation] = []
    /// When a person was asked, or a wait began.
    private var opened: [StepID: Moment] = [:]
    private var requests: [StepID: RunEvent.ApprovalRequested] = [:]
    private var skippedByPlan: Set<StepID> = []

    mutating func read(_ entry: JournalEntry) {
      switch entry.event {
      case .driverAttached(let event): drive(event.by, entry)
      case .driveTaken(let event): drive(event.by, entry)
      case .driverDetached: endDriving(entry)
      case .stepStarted(let event):
        if event.attempt > 1 { deviate(entry, .retry, by: event.by) }
      case .stepEnded(let event): end(event, entry)
      case .stepOutput(let event):
        let blob = EvidenceReference(
          name: "output",
          mediaType: "text/plain",
          blob: event.output
        )
        keep(blob, of: event.step, event.attempt, entry)
      case .waitStarted(let event): opened[event.step] = opened[event.step] ?? event.at
      case .personAsked(let event): opened[event.step] = event.at
      case .inputGiven(let event): close(event.step, at: event.at)
      case .manualDone(let event): close(event.step, at: event.at)
      case .approvalRequested(let event):
        opened[event.step] = event.at
        requests[event.step] = event
      case .approvalGiven(let event):
        close(event.step, at: event.at, again: true)
        signers[event.step, default: []].insert(event.by)
        sign(entry, event)
      case .approvalRejected(let event):
        close(event.step, at: event.at)
        sign(entry, event.step, .refused, by: event.by, event.reason, event.signature)
        deviate(entry, .refusal, by: event.by)
      case .approvalExpired(let event):
        close(event.step, at: event.at)
        sign(entry, event.step, .expired, by: nil, "")
        deviate(entry, .expiry)
      case .stepSkipped(let event):
        // A condition of the runbook, and what follows from it, is the plain way.
        switch event.reason {
        case .conditionIsFalse: skippedByPlan.insert(event.step)
        case .needCannotBeMet(let need, _) where skippedByPlan.contains(need):
          skippedByPlan.insert(event.step)
        case .needCannotBeMet, .needsPlannedResult, .decided: deviate(entry, .skip)
        }
      case .decisionMade(let event):
        deviate(entry, Self.kind(of: event.decision), by: event.people)
      case .stepUnknown: deviate(entry, .unknownOutcome)
      case .stepAdopted: deviate(entry, .adoption)
      case .stepReconciled: deviate(entry, .settled)
      case .runRewound(let event): deviate(entry, .rewind, by: event.by)
      case .runPaused(let event): deviate(entry, .pause, by: event.by)
      case .guardrailRead(let event):
        if event.verdict > .warn { deviate(entry, .guardrail) }
      case .guardrailOverruled(let event): deviate(entry, .guardrail, by: event.by)
      case .abortRequested(let event): deviate(entry, .abort, by: event.by)
      case .rollbackRequested(let event): deviate(entry, .rollback, by: event.by)
      case .rollbackBegun: deviate(entry, .rollback)
      case .compensation(let event): read(event, entry)
      case .nested(.bound(let event)): opened[event.step] = opened[event.step] ?? event.at
      case .nested(.ended(let event)): close(event.step, at: event.at)
      case .nested(.released(let event)): deviate(entry, .release, by: event.by)
      case .clockJumped: deviate(entry, .clockJump)
      case .runEnded(let event): ended = event
      case .runCreated, .driveOffered, .stepReleased, .stepSpawned,
        .runContinued, .noteAdded, .settlementProposed, .headWitnessed, .locksTaken, .lockAwaited,
        .lockRefused, .secretGiven, .nested(.made):
        break
      }
    }

    /// Coming back to one's own run goes on with the span; a runner that died let nobody go.
    private mutating func drive(_ name: String, _ entry: JournalEntry) {
      if let last = driving.indices.last, driving[last].by == name {
        driving[last].lastEvent = nil
        return
      }
      if driving.last?.lastEvent == nil { endDriving(entry) }
      driving.append(
        DrivingSpan(by: name, firstEvent: entry.sequence, since: entry.wall.description)
      )
    }

    private mutating func endDriving(_ entry: JournalEntry) {
      guard let last = driving.indices.last, driving[last].lastEvent == nil else { return }
      driving[last].lastEvent = entry.sequence
    }

    /// Every end of a compensation is told: what was undone is no longer so.
    private mutating func read(_ event: RunEvent.CompensationEvent, _ entry: JournalEntry) {
      switch event {
      case .ended(let event):
        end(event, entry)
        deviate(entry, .rollback)
      case .output(let event):
        let blob = EvidenceReference(name: "output", mediaType: "text/plain", blob: event.output)
        keep(blob, of: event.step, event.attempt, entry)
      case .unknown: deviate(entry, .unknownOutcome)
      case .adopted: deviate(entry, .adoption)
      case .reconciled: deviate(entry, .settled)
      case .done(let event): deviate(entry, .rollback, by: event.by)
      case .decided(let event): deviate(entry, Self.kind(of: event.decision), by: event.people)
      case .started, .spawned, .asked, .proposed: break
      }
    }

    private static func kind(of decision: RunEvent.DecisionMade.Decision) -> Deviation.Kind {
      switch decision {
      case .retry: .retry
      case .skip: .skip
      case .markDone: .markDone
      case .acceptFailure: .acceptedFailure
      }
    }

    private mutating func end(_ event: RunEvent.StepEnded, _ entry: JournalEntry) {
      if opened[event.step] != nil {
        close(event.step, at: event.at)
      } else {
        durations[event.step, default: 0] += event.durationMilliseconds
      }
      for blob in event.evidence { keep(blob, of: event.step, event.attempt, entry) }
      if let output = event.output {
        let blob = EvidenceReference(name: "output", mediaType: "text/plain", blob: output)
        keep(blob, of: event.step, event.attempt, entry)
      }
      if let loss = event.outputLoss { deviate(entry, .lostOutput, text: loss) }
    }

    private mutating func keep(
      _ file: EvidenceReference,
      of step: StepID,
      _ attempt: Int,
      _ entry: JournalEntry
    ) {
      evidence.append(
        Evidence(
          sequence: entry.sequence,
          step: step,
          attempt: attempt,
          name: file.name,
          mediaType: file.mediaType,
          digest: file.blob.digest,
          length: file.blob.length
        )
      )
    }

    /// Counts the time since the step was opened.
    private mutating func close(_ step: StepID, at moment: Moment, again: Bool = false) {
      guard let since = opened[step] else { return }
      durations[step, default: 0] += moment.since(since).wholeMilliseconds
      opened[step] = again ? moment : nil
    }

    /// What stands behind a name; whether a signature holds is the verdict's to say.
    private static func assurance(_ signature: SSHSignature?) -> String {
      signature.map { "signed with the key \($0.fingerprint)" } ?? "typed, not signed"
    }

    private mutating func sign(_ entry: JournalEntry, _ event: RunEvent.ApprovalGiven) {
      signOffs.append(
        SignOff(
          sequence: entry.sequence,
          step: event.step,
          answer: .signedOff,
          by: event.by,
          roles: event.roles,
          statement: event.statement,
          comment: event.comment,
          typed: event.typed,
          evidence: event.evidence,
          at: entry.wall.description,
          assurance: Self.assurance(event.signature)
            + (requests[event.step]?.alone.map { "; whoever did the work could sign too: \($0)" }
              ?? "")
        )
      )
    }

    private mutating func sign(
      _ entry: JournalEntry,
      _ step: StepID,
      _ answer: SignOff.Answer,
      by name: String?,
      _ comment: String,
      _ signature: SSHSignature? = nil
    ) {
      signOffs.append(
        SignOff(
          sequence: entry.sequence,
          step: step,
          answer: answer,
          by: name,
          roles: requests[step]?.roles ?? [],
          statement: requests[step]?.statement ?? "",
          comment: comment,
          typed: nil,
          evidence: requests[step]?.evidence.map(\.blob.digest) ?? [],
          at: entry.wall.description,
          assurance: name == nil ? "nobody answered" : Self.assurance(signature)
        )
      )
    }

    private mutating func deviate(
      _ entry: JournalEntry,
      _ kind: Deviation.Kind,
      by name: String? = nil,
      text: String? = nil
    ) {
      deviations.append(
        Deviation(
          sequence: entry.sequence,
          kind: kind,
          step: entry.event.step,
          by: name ?? "the run",
          at: entry.wall.description,
          text: text ?? entry.event.sentence
        )
      )
    }
  }
}

extension StepState {
  /// The state in words, with what became of a failure.
  fileprivate var reportWord: String {
    guard case .failed(_, .accepted(let by)) = self else { return word }
    return by.map { "failed, accepted by \($0)" } ?? "failed, accepted by policy"
  }

  fileprivate var reportEnding: RunReport.Step.Ending {
    switch self {
    case .succeeded, .alreadyDone: .succeeded
    case .warned: .warned
    case .failed: .failed
    case .skipped: .skipped
    case .planned: .planned
    case .unknown: .unknown
    case .pending, .ready, .running, .waitingForPerson, .waitingUntil, .inRun: .open
    }
  }

  /// How it ended, or why it did not run.
  fileprivate var reportSummary: String {
    if case .skipped(let reason) = self { return reason.description }
    if case .unknown(let outcome) = self { return outcome.reason }
    return result?.summary ?? ""
  }
}

extension RunState {
  /// What the rollback made of a step, after the word for its own state.
  fileprivate func undoing(_ step: StepID) -> String {
    switch rollback?[step]?.state {
    case nil: rollback?.standing.contains { $0.step == step } == true ? ", stands" : ""
    case .succeeded?, .warned?, .alreadyDone?: ", undone"
    default: ", not undone"
    }
  }
}
