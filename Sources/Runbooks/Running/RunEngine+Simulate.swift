/// Attempts in a simulated world: one after the other, in the order of the file.
extension RunEngine {
  /// Makes an attempt whose intent is recorded, and records its end.
  ///
  /// The world after it is kept under its digest before the end is recorded, so
  /// that a resumed run goes on in the very same world.
  func simulate(
    _ resolved: ResolvedStep,
    _ attempt: Int,
    began: Moment
  ) throws(RunEngineError) {
    let step = resolved.step
    let end: StepEnd
    if let probe = probe(of: step), case let found = simulate(probe), found.outcome == .passed {
      end = StepEnd(
        outcome: .alreadyDone,
        summary: "already done: \(found.summary)",
        evidence: found.evidence
      )
    } else {
      switch resolved.work {
      case .check(let check): end = simulate(check)
      case .operation(let operation, let arguments): end = simulate(operation, arguments)
      case .command, .gate, .note, .wait, .waitUntil, .person:
        preconditionFailure("\(step.id) needs no attempt in a simulated world")
      }
    }
    let passed = now.since(began).wholeMilliseconds
    try finish(
      step,
      attempt,
      end,
      world: try keepWorld(),
      durationMilliseconds: passed
    )
  }

  /// Makes an attempt that takes its time, in the world and outside it, so that an exercise can be
  /// interrupted in the middle of it.
  func simulate(_ resolved: ResolvedStep, _ attempt: Int, after span: Duration) async {
    let began = now
    await setting.clock.sleep(for: span)
    world?.now += Int(span.components.seconds)
    // The error is kept in `stopped`; the driver throws it.
    try? simulate(resolved, attempt, began: began)
  }

  private func simulate(_ operation: any Operation, _ arguments: Arguments) -> StepEnd {
    guard var changed = world else { return .failed(Self.noWorld) }
    do throws(OperationFailure) {
      let result = try operation.simulate(arguments, in: &changed)
      world = changed
      return Judgement.end(of: result)
    } catch {
      // A twin that fails leaves the world as far as it came, like the real one.
      world = changed
      return .failed(error)
    }
  }

  /// Reads and judges in the simulated world.
  func simulate(_ check: ResolvedCheck) -> StepEnd {
    guard var changed = world else { return .failed(Self.noWorld) }
    guard case .operation(let operation, let arguments) = check.subject else {
      return .failed(
        OperationFailure(
          .refused,
          "a command line is not run in a simulated world",
          advice: "Use an operation of the catalogue.",
          effect: .none
        )
      )
    }
    do throws(OperationFailure) {
      let result = try operation.simulate(arguments, in: &changed)
      world = changed
      return Judgement.end(of: check.check, result, in: state.scope)
    } catch {
      world = changed
      return .failed(error)
    }
  }

  /// Keeps the world where it has changed since it was last kept.
  func keepWorld() throws(RunEngineError) -> BlobReference? {
    guard let world, world != keptWorld else { return nil }
    do throws(JournalError) {
      let blob = try record.keep(try RecordCoding.encode(world))
      keptWorld = world
      return blob
    } catch {
      throw stop(.record(error))
    }
  }

  private static let noWorld = OperationFailure(
    .refused,
    "there is no simulated world",
    advice: "Start the run with a scenario.",
    effect: .none
  )
}
