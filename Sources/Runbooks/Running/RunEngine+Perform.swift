/// Attempts: in the real world, or in the simulated one, where one is made at a time.
extension RunEngine {
  /// Makes an attempt whose intent is recorded, and records its end.
  func perform(_ resolved: ResolvedStep, _ attempt: Int) async {
    let step = resolved.step
    let (began, started) = (setting.clock.read().monotonicNanoseconds, now)
    let recorder = record.openOutput(of: step.id, attempt: attempt)
    await takeTurn()
    let hands = hands(
      for: step.id,
      step.timeout,
      keeping: recorder,
      of: attempt,
      isSimulated ? nil : custody(of: step.id, attempt)
    )
    let probe = probe(of: step)
    await hands.context.simulation?.spend(on: resolved, setting.clock)
    let found = await Self.attempt(resolved, probe, state.scope, hands)
      .redacted(by: setting.secrets)
    let output = await recorder.finish()
    take(hands.context.simulation)
    let moment = now
    let end = found.still(resolved, in: state, at: moment)
    let milliseconds =
      isSimulated
      ? now.since(started).wholeMilliseconds
      : (setting.clock.read().monotonicNanoseconds - began) / 1_000_000
    // The error is kept in `stopped`; the driver throws it.
    try? finish(step, attempt, end, output, durationMilliseconds: milliseconds, at: moment)
  }

  /// Whether what is done is done in a simulated world.
  var isSimulated: Bool { state.mode == .tabletop }

  /// Takes over the simulated world as an attempt left it; one that fails has come as far as it
  /// came, like the real one.
  func take(_ simulation: Simulation?) {
    if let simulation { world = simulation.world }
    endTurn()
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
    durationMilliseconds: Int64,
    at moment: Moment? = nil
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
      at: moment ?? now
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
    case .gate(let gate, let uses):
      return await pass(uses, after: !gate.requires.isEmpty, scope, hands)
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
    case .note, .wait, .waitUntil, .person:
      preconditionFailure("\(resolved.step.id) needs no attempt")
    }
  }

  /// Reads and judges.
  @concurrent
  static func check(_ check: ResolvedCheck, _ scope: Scope, _ hands: Hands) async -> StepEnd {
    let hands = hands.bounded(by: check.check.use?.timeout)
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
