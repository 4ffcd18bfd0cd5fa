internal import Synchronization

/// Commands of an attempt: kept on record while they run, and taken over from a runner that died.
extension RunEngine {
  /// Keeps the commands of an attempt on record.
  ///
  /// - Parameter inherited: what the attempt's first command came to, where a runner before this
  ///   one began it.
  func custody(
    of step: StepID,
    _ attempt: Int,
    inherited: Custody.Inheritance? = nil
  ) -> Custody {
    let commands = CommandCount(inherited)
    let store = record.children
    return Custody(
      next: { store.prepare(step, attempt: attempt, command: commands.next()) },
      spawned: { program, process, supervisor async throws(OperationFailure) in
        try await self.spawned(step, attempt, commands.current, program, process, supervisor)
      },
      inherit: { commands.inherit() }
    )
  }

  private func spawned(
    _ step: StepID,
    _ attempt: Int,
    _ command: Int,
    _ program: String,
    _ process: ProcessIdentity,
    _ supervisor: ProcessIdentity
  ) throws(OperationFailure) {
    do throws(RunEngineError) {
      try commit(
        [
          state.asUnderWay(
            .spawned(
              .init(
                step: step,
                attempt: attempt,
                command: command,
                program: program,
                process: process,
                supervisor: supervisor,
                at: now
              )
            )
          )
        ],
        by: Self.name
      )
    } catch {
      throw OperationFailure(
        .cancelled,
        "\(program) was not begun, because its process could not be recorded: \(error)",
        advice: "Mend that, then resume the run.",
        effect: .none
      )
    }
  }

  // MARK: - Taking over

  /// The event for an attempt with a command that can be awaited; nil: it has none.
  func adoption(of step: StepID, _ attempt: StepState.Attempt) -> RunEvent? {
    guard let last = attempt.commands.last else { return nil }
    return state.asUnderWay(
      .adopted(
        .init(
          step: step,
          attempt: attempt.number,
          command: last.command,
          isRunning: abandoned(last).lives,
          at: now
        )
      )
    )
  }

  /// Awaits the end of an attempt's last command and records what follows from it.
  func adopt(_ step: Step, _ attempt: StepState.Attempt) {
    guard let last = attempt.commands.last else { return }
    inFlight.insert(step.id)
    Task { await self.await(last, step, attempt) }
  }

  private func abandoned(_ command: RunEvent.StepSpawned) -> AbandonedChild {
    AbandonedChild(
      files: files(of: command),
      process: command.process,
      supervisor: command.supervisor,
      boot: setting.clock.bootID
    )
  }

  private func files(of command: RunEvent.StepSpawned) -> ChildFiles {
    record.children.files(of: command.step, attempt: command.attempt, command: command.command)
  }

  private func await(
    _ last: RunEvent.StepSpawned,
    _ step: Step,
    _ attempt: StepState.Attempt
  ) async {
    let fate = await setting.commands.waitForEnd(
      of: abandoned(last),
      within: step.timeout ?? setting.defaultTimeout
    )
    // The dead runner's own file is made anew: supervisors wrote all that it got, and more.
    let recorder = record.openOutput(of: step.id, attempt: attempt.number)
    var inherited: Custody.Inheritance?
    if case .ended(let status) = fate, status.ending != .withdrawn {
      inherited = Custody.Inheritance(program: last.program, status: status)
    }
    let hands = hands(
      for: step.id,
      step.timeout,
      keeping: recorder,
      of: attempt.number,
      custody(of: step.id, attempt.number, inherited: inherited)
    )
    for command in attempt.commands {
      await record.children.forEachPiece(of: files(of: command)) { await hands.context.output($0) }
    }
    guard inherited != nil, last.command == 1, let resolved = resolved(step, as: attempt) else {
      // The error is kept in `stopped`; the driver throws it.
      try? leaveUnknown(step, attempt, await recorder.finish(), last, fate)
      return
    }
    let end = await Self.attempt(resolved, nil, state.scope, hands)
      .redacted(by: setting.secrets)
    let output = await recorder.finish()
    try? finish(
      step,
      attempt.number,
      end,
      output,
      durationMilliseconds: max(0, now.since(attempt.since).wholeMilliseconds)
    )
  }

  /// The step as the attempt's intent has it; nil when it cannot be worked out to the same, or when
  /// secrets that went with the dead runner are needed for it.
  private func resolved(_ step: Step, as attempt: StepState.Attempt) -> ResolvedStep? {
    let resolution = state.isUndoing(step.id) ? rollbackResolution : resolution
    guard let resolved = try? resolution.resolve(step), resolved.actions == attempt.actions,
      !resolved.arguments.values.contains(where: \.holdsSecret),
      !step.outputs.contains(where: \.isSecret)
    else { return nil }
    return resolved.withoutInput
  }

  private func leaveUnknown(
    _ step: Step,
    _ attempt: StepState.Attempt,
    _ output: OutputRecorder.End,
    _ last: RunEvent.StepSpawned,
    _ fate: AbandonedChild.Fate
  ) throws(RunEngineError) {
    inFlight.remove(step.id)
    defer { changed() }
    let which = "\(last.program), command \(last.command) of attempt \(attempt.number),"
    var isWithdrawn: Bool?
    if case .ended(let status) = fate, status.ending == .withdrawn { isWithdrawn = true }
    let reason =
      switch fate {
      case .ended where isWithdrawn == true: "\(which) was never let begin by its runner"
      case .ended(let status):
        "\(which) \(status.words) after its runner had died, and what the whole attempt came to "
          + "cannot be told from that"
      case .lost(let why): "\(which) was left behind by its runner: \(why)"
      }
    var events: [RunEvent] = []
    if let blob = output.output {
      events.append(
        state.asUnderWay(.output(.init(step: step.id, attempt: attempt.number, output: blob)))
      )
    }
    let unknown = RunEvent.StepUnknown(
      step: step.id,
      attempt: attempt.number,
      reason: reason,
      isWithdrawn: isWithdrawn
    )
    events.append(state.asUnderWay(.unknown(unknown)))
    try commit(events, by: Self.name)
    record.children.forget(step.id, attempt: attempt.number)
  }
}

extension ResolvedStep {
  /// The same for a command that has its standard input already.
  fileprivate var withoutInput: ResolvedStep {
    let work: Work =
      switch self.work {
      case .command(let argv, _, let line): .command(argv, input: nil, line)
      case .check(let check):
        if case .command(let argv, _) = check.subject {
          .check(
            ResolvedCheck(
              check: check.check,
              subject: .command(argv, input: nil),
              actions: check.actions,
              arguments: check.arguments
            )
          )
        } else {
          self.work
        }
      default: self.work
      }
    return ResolvedStep(
      step: step,
      work: work,
      actions: actions,
      arguments: arguments,
      risk: risk,
      isRepeatable: isRepeatable
    )
  }
}

/// Counts the commands of one attempt and holds the inherited one until it is taken.
///
/// A class because the closures of a ``Custody`` share it.
private final class CommandCount: Sendable {
  private let state: Mutex<(count: Int, inherited: Custody.Inheritance?)>

  init(_ inherited: Custody.Inheritance?) {
    state = Mutex((inherited == nil ? 0 : 1, inherited))
  }

  var current: Int { state.withLock { $0.count } }

  func next() -> Int {
    state.withLock {
      $0.count += 1
      return $0.count
    }
  }

  func inherit() -> Custody.Inheritance? {
    state.withLock { state in
      let inherited = state.inherited
      state.inherited = nil
      return inherited
    }
  }
}
