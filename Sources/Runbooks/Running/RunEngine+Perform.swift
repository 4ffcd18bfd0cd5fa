/// Attempts: in the real world, or in the simulated one, where one is made at a time.
extension RunEngine {
  /// Makes an attempt whose intent is recorded, and records its end.
  func perform(_ resolved: ResolvedStep, _ attempt: Int) async {
    let step = resolved.step
    let (began, started) = (setting.clock.read().monotonicNanoseconds, now)
    let recorder = record.openOutput(of: step.id, attempt: attempt)
    let hands = hands(
      for: step.id,
      step.timeout,
      keeping: recorder,
      of: attempt,
      isSimulated ? nil : custody(of: step.id, attempt)
    )
    let probe = probe(of: step)
    await hands.context.simulation?.spend(on: resolved, setting.clock)
    let end = await Self.attempt(resolved, probe, state.scope, hands)
      .redacted(by: setting.secrets)
    let output = await recorder.finish()
    take(hands.context.simulation)
    let milliseconds =
      isSimulated
      ? now.since(started).wholeMilliseconds
      : (setting.clock.read().monotonicNanoseconds - began) / 1_000_000
    // The error is kept in `stopped`; the driver throws it.
    try? finish(step, attempt, end, output, durationMilliseconds: milliseconds)
  }

  /// Whether what is done is done in a simulated world.
  var isSimulated: Bool { state.mode == .tabletop }

  /// Takes over the simulated world as an attempt left it; one that fails has come as far as it
  /// came, like the real one.
  private func take(_ simulation: Simulation?) {
    if let simulation { world = simulation.world }
  }

  /// Keeps the simulated world where it has changed since it was last kept.
  private func keepWorld() throws(JournalError) -> BlobReference? {
    guard let world, world != keptWorld else { return nil }
    let blob = try record.keep(try RecordCoding.encode(world))
    keptWorld = world
    return blob
  }

  /// Records the end of an attempt.
  func finish(
    _ step: Step,
    _ attempt: Int,
    _ end: StepEnd,
    _ output: OutputRecorder.End? = nil,
    durationMilliseconds: Int64
  ) throws(RunEngineError) {
    inFlight.remove(step.id)
    defer { changed() }
    if let stopped { throw stopped }
    var evidence: [EvidenceReference] = []
    let world: BlobReference?
    do throws(JournalError) {
      // On the disk before the end that names it, so that a resumed run goes on in this very world.
      world = try keepWorld()
      for piece in end.evidence {
        let blob = try record.keep(piece.bytes)
        evidence.append(
          EvidenceReference(name: piece.name, mediaType: piece.mediaType, blob: blob)
        )
      }
    } catch {
      throw stop(.record(error))
    }
    let ended = RunEvent.StepEnded(
      step: step.id,
      attempt: attempt,
      outcome: end.outcome,
      summary: end.summary,
      failure: end.failure,
      outputs: end.outputs,
      evidence: evidence,
      output: output?.output,
      outputLoss: output?.loss,
      world: world,
      durationMilliseconds: durationMilliseconds,
      at: now
    )
    var events: [RunEvent] = [
      state.isUndoing(step.id) ? .compensation(.ended(ended)) : .stepEnded(ended)
    ]
    if let output, output.didFail, state.pause == nil {
      events.append(
        .runPaused(
          .init(
            by: Self.name,
            reason: "the output of \(step.id) could not be kept; check the disk"
          )
        )
      )
    }
    try commit(events, by: Self.name)
    record.children.forget(step.id, attempt: attempt)
  }

  /// What is needed to act in the world for one attempt.
  struct Hands: Sendable {
    let commands: any CommandPerformer
    let context: OperationContext

    var withoutCustody: Hands {
      Hands(
        commands: commands,
        context: OperationContext(
          site: context.site,
          timeout: context.timeout,
          simulation: context.simulation,
          clock: context.clock,
          output: context.output
        )
      )
    }
  }

  func hands(
    for step: StepID,
    _ timeout: Duration?,
    keeping recorder: OutputRecorder? = nil,
    of attempt: Int = 0,
    _ custody: Custody? = nil
  ) -> Hands {
    let watchers = watchers
    let simulation =
      isSimulated ? Simulation(world ?? SimulatedWorld(state: [:], now: 0, seed: 0)) : nil
    let commands: any CommandPerformer = isSimulated ? NoCommands() : setting.commands
    return Hands(
      commands: commands,
      context: OperationContext(
        site: setting.site,
        timeout: timeout ?? setting.defaultTimeout,
        simulation: simulation,
        custody: custody,
        secrets: setting.secrets,
        clock: setting.clock
      ) { bytes in
        guard let recorder else { return }
        await recorder.write(bytes) { offset in
          watchers.send(
            .output(OutputPiece(step: step, attempt: attempt, offset: offset, bytes: bytes))
          )
        }
      }
    )
  }

  /// The step's probe; nil when it has none or it cannot be worked out now.
  func probe(of step: Step) -> ResolvedCheck? {
    guard let check = step.doneWhen else { return nil }
    return try? resolution.resolve(check)
  }

  // Off the actor: an operation that computes must not hold up the engine.
  @concurrent
  static func attempt(
    _ resolved: ResolvedStep,
    _ probe: ResolvedCheck?,
    _ scope: Scope,
    _ hands: Hands
  ) async -> StepEnd {
    if let probe {
      // It reads before anything has begun, so nothing of it has to be kept.
      let found = await Self.check(probe, scope, hands.withoutCustody)
      if found.outcome == .passed {
        return StepEnd(
          outcome: .alreadyDone,
          summary: "already done: \(found.summary)",
          evidence: found.evidence
        )
      }
    }
    switch resolved.work {
    case .check(let check): return await Self.check(check, scope, hands)
    case .operation(let operation, let arguments):
      do throws(OperationFailure) {
        return Judgement.end(of: try await operation.perform(arguments, in: hands.context))
      } catch {
        return .failed(error)
      }
    case .command(let argv, let input, let line):
      do throws(OperationFailure) {
        let bytes = try input?.revealed(by: hands.context.secrets) ?? []
        if resolved.step.outputs.contains(where: \.isSecret) {
          return try await performSecretly(argv, bytes, line, resolved.step, hands)
        }
        let result = try await hands.commands.perform(argv, input: bytes, in: hands.context)
        return Judgement.end(of: argv, expecting: line.expectedExits, result, resolved.step)
      } catch {
        return .failed(error)
      }
    case .gate, .note, .wait, .waitUntil, .person:
      preconditionFailure("\(resolved.step.id) needs no attempt")
    }
  }

  /// Reads and judges.
  @concurrent
  static func check(_ check: ResolvedCheck, _ scope: Scope, _ hands: Hands) async -> StepEnd {
    do throws(OperationFailure) {
      switch check.subject {
      case .operation(let operation, let arguments):
        let result = try await operation.perform(arguments, in: hands.context)
        return Judgement.end(of: check.check, result, in: scope)
      case .command(let argv, let input):
        let bytes = try input?.revealed(by: hands.context.secrets) ?? []
        let result = try await hands.commands.perform(argv, input: bytes, in: hands.context)
        return Judgement.end(of: check.check, result.asReading(of: argv), in: scope)
      }
    } catch {
      return .failed(error)
    }
  }

  // MARK: - Waiting for a condition

  /// Looks whether a wait is over.
  func poll(_ step: Step) throws(RunEngineError) {
    guard case .waitingUntil(let delay)? = state[step.id] else { return }
    guard case .wait(.until(let check, _, _)) = step.body else {
      let end = StepEnd(outcome: .passed, summary: "the time has come")
      return try endWait(step, delay, end)
    }
    let resolved: ResolvedCheck
    do throws(ResolutionFailure) {
      resolved = try resolution.resolve(check)
    } catch {
      let detail: String
      switch error {
      case .unset(let reference): detail = "\(reference) has no value"
      case .refused(let failure): detail = failure.message
      }
      let failure = OperationFailure(
        .refused,
        "its condition cannot be worked out: \(detail)",
        advice: "Correct the runbook for the next run.",
        effect: .none
      )
      return try endWait(step, delay, .failed(failure))
    }
    inFlight.insert(step.id)
    let hands = hands(for: step.id, step.timeout)
    let scope = state.scope
    Task {
      let end = await Self.check(resolved, scope, hands).redacted(by: hands.context.secrets)
      self.take(hands.context.simulation)
      try? self.polled(step, delay, end)
    }
  }

  private func polled(
    _ step: Step,
    _ delay: StepState.Delay,
    _ end: StepEnd
  ) throws(RunEngineError) {
    inFlight.remove(step.id)
    defer { changed() }
    // A person may have skipped the wait meanwhile.
    guard state[step.id] == .waitingUntil(delay) else { return }
    try judge(step, delay, end)
  }

  private func judge(
    _ step: Step,
    _ delay: StepState.Delay,
    _ end: StepEnd
  ) throws(RunEngineError) {
    guard case .wait(.until(_, let every, let atMost)) = step.body else { return }
    switch end.outcome {
    case .passed, .warned, .planned, .alreadyDone: return try endWait(step, delay, end)
    case .failed: break
    }
    guard now >= delay.until else {
      let pause = max(every, .seconds(1))
      nextPoll[step.id] = min(now.advanced(by: pause), delay.until)
      return
    }
    let failure = OperationFailure(
      .timedOut,
      "the condition did not hold within \(DurationText.format(atMost)): \(end.summary)",
      advice: "Look at the last reading; retry to wait again.",
      effect: .none
    )
    var timedOut = StepEnd.failed(failure)
    timedOut.outputs = end.outputs
    timedOut.evidence = end.evidence
    try endWait(step, delay, timedOut)
  }

  private func endWait(
    _ step: Step,
    _ delay: StepState.Delay,
    _ end: StepEnd
  ) throws(RunEngineError) {
    nextPoll[step.id] = nil
    var waited: Int64 = 0
    if case .body(let since) = delay.reason { waited = now.since(since).wholeMilliseconds }
    try finish(step, delay.attempt, end, durationMilliseconds: waited)
  }

  // MARK: - Unknown outcomes

  /// Settles an unknown outcome by the step's probe, by repetition, or by leaving it to people.
  func reconcile(_ step: Step) throws(RunEngineError) {
    guard case .unknown(let outcome)? = state[step.id] else { return }
    if outcome.attempt.hasNotBegun { return try settle(step, outcome, found: nil) }
    guard let probe = probe(of: step) else {
      return try settle(step, outcome, found: nil)
    }
    inFlight.insert(step.id)
    let hands = hands(for: step.id, step.timeout)
    let scope = state.scope
    Task {
      let found = await Self.check(probe, scope, hands).redacted(by: hands.context.secrets)
      self.take(hands.context.simulation)
      try? self.probed(step, outcome, found)
    }
  }

  private func probed(
    _ step: Step,
    _ outcome: StepState.UnknownOutcome,
    _ found: StepEnd
  ) throws(RunEngineError) {
    inFlight.remove(step.id)
    defer { changed() }
    // A person may have decided meanwhile.
    guard state[step.id] == .unknown(outcome) else { return }
    try settle(step, outcome, found: found)
  }

  /// Why an attempt whose end is not recorded did nothing.
  static let nothingBegan =
    "nothing of it began: none of its processes was let go before its runner died; another attempt "
    + "is made"

  /// Whether every process of an attempt is recorded before it begins; nil: no, or there is none.
  func isSupervised(_ resolved: ResolvedStep) -> Bool? {
    guard !isSimulated else { return nil }
    let answer =
      switch resolved.work {
      case .command: setting.commands.isSupervising
      case .operation(let operation, _): operation.isSupervised
      default: false
      }
    return answer ? true : nil
  }

  private func settle(
    _ step: Step,
    _ outcome: StepState.UnknownOutcome,
    found: StepEnd?
  ) throws(RunEngineError) {
    let settlement: RunEvent.StepReconciled.Settlement
    let summary: String
    let probe = found.map { "the probe says it is not done (\($0.summary))" }
    if outcome.attempt.hasNotBegun {
      settlement = .nothingBegan
      summary = Self.nothingBegan
    } else if let found, found.outcome == .passed {
      settlement = .probeFoundItDone
      summary = "the probe says it is done: \(found.summary)"
    } else if outcome.attempt.risk == .read
      || outcome.attempt.isRepeatable && state.rollback == nil
    {
      settlement = .safeToRepeat
      let why = outcome.attempt.risk == .read ? "it only reads" : "it may be repeated"
      summary = "another attempt is made: \(why)" + (probe.map { "; \($0)" } ?? "")
    } else {
      settlement = .leftToPeople
      summary =
        "\(outcome.reason); "
        + (probe ?? "it has no probe that tells")
        + (state.rollback == nil
          ? ", and it may not be repeated blindly" : ", and the run is rolling back")
    }
    try commit(
      [
        .stepReconciled(
          .init(
            step: step.id,
            attempt: outcome.attempt.number,
            settlement: settlement,
            summary: summary,
            at: now
          )
        )
      ],
      by: Self.name
    )
  }
}

extension CommandResult {
  /// What a command told, as a check judges it.
  fileprivate func asReading(of argv: [String]) -> OperationResult {
    var text = String(decoding: standardOutput, as: UTF8.self)
    if text.hasSuffix("\n") { text.removeLast() }
    return OperationResult(
      values: CommandReading.values(exit: exitStatus, standardOutput: text),
      summary: "\(argv.first ?? "the command") exited with \(exitStatus)"
    )
  }
}

extension Simulation {
  /// Lets an operation take its time where the scenario gives it some, in the world and outside
  /// it, so that an exercise can be interrupted in the middle of it.
  fileprivate func spend(on resolved: ResolvedStep, _ clock: any RunClock) async {
    guard case .operation(let operation, _) = resolved.work,
      let span = world.span(of: operation.declaration.name)
    else { return }
    await clock.sleep(for: span)
    act { $0.now += Int(span.components.seconds) }
  }
}
