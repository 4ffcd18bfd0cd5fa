/// A check that a runbook uses, worked out, or why it cannot be.
struct ResolvedUse: Sendable {
  let check: Check
  let subject: Result<ResolvedCheck, OperationFailure>

  /// What is announced before it.
  var actions: [PlannedAction] { (try? subject.get())?.actions ?? [] }
}

extension StepResolution {
  /// Works out a check that is read beside others: what cannot be worked out is undetermined.
  func resolve(use check: Check) -> ResolvedUse {
    do throws(ResolutionFailure) {
      return ResolvedUse(check: check, subject: .success(try resolve(check)))
    } catch {
      switch error {
      case .refused(let failure): return ResolvedUse(check: check, subject: .failure(failure))
      case .unset(let reference):
        let failure = OperationFailure(
          .refused,
          "\(reference) has no value on the site \(site.name)",
          advice: "Give it in site.yaml.",
          effect: .none
        )
        return ResolvedUse(check: check, subject: .failure(failure))
      }
    }
  }
}

extension CheckVerdict {
  /// What came of a reading: only what was read and judged fails, all else is undetermined.
  init(of end: StepEnd) {
    switch end.outcome {
    case .passed, .alreadyDone, .planned: self = .pass
    case .warned: self = .warn
    case .failed: self = end.failure?.reason == .failed ? .fail : .undetermined
    }
  }
}

extension StepEnd {
  /// The summary without the word for the verdict, which stands beside it.
  var plainSummary: String {
    summary.hasPrefix("undetermined: ") ? String(summary.dropFirst(14)) : summary
  }
}

extension StepEnd {
  /// The same, unless a gate passed whose evidence has grown too old while its checks were read.
  func still(_ resolved: ResolvedStep, in state: RunState, at moment: Moment) -> StepEnd {
    guard case .gate(let gate, _) = resolved.work, outcome != .failed,
      let failure = state.verdict(on: gate, now: moment)
    else { return self }
    return .failed(failure)
  }
}

extension RunEngine.Hands {
  /// The same for a check that says itself how long it may take; nil: the step's own time.
  func bounded(by timeout: Duration?) -> RunEngine.Hands {
    guard let timeout else { return self }
    return RunEngine.Hands(
      commands: commands,
      context: OperationContext(
        site: context.site,
        timeout: timeout,
        simulation: context.simulation,
        custody: context.custody,
        secrets: context.secrets,
        clock: context.clock,
        output: context.output
      )
    )
  }
}

/// Checks that are read without a step of their own: by gates and as guardrails.
extension RunEngine {
  /// Reads and judges one.
  @concurrent
  static func read(_ use: ResolvedUse, _ scope: Scope, _ hands: Hands) async -> StepEnd {
    switch use.subject {
    case .success(let resolved): await check(resolved, scope, hands)
    case .failure(let failure): .failed(failure)
    }
  }

  /// Performs the checks of a gate, side by side in the real world; it opens when each passes or
  /// warns.
  @concurrent
  static func pass(
    _ uses: [ResolvedUse],
    after required: Bool,
    _ scope: Scope,
    _ hands: Hands
  ) async -> StepEnd {
    // They read before anything has begun, so nothing of them has to be kept.
    let hands = hands.withoutCustody
    var ends: [Int: StepEnd] = [:]
    if hands.context.simulation == nil {
      await withTaskGroup(of: (Int, StepEnd).self) { group in
        for (index, use) in uses.enumerated() {
          group.addTask { (index, await read(use, scope, hands)) }
        }
        for await (index, end) in group { ends[index] = end }
      }
    } else {
      for (index, use) in uses.enumerated() { ends[index] = await read(use, scope, hands) }
    }
    let readings = uses.indices.compactMap { index in
      ends[index].flatMap { end in uses[index].check.use.map { GateReading(use: $0, end: end) } }
    }
    return GateReading.end(of: readings, after: required)
  }
}

/// What a gate found of one of its checks.
private struct GateReading {
  let use: UsedCheck
  let end: StepEnd

  private var verdict: CheckVerdict { CheckVerdict(of: end) }

  /// The end of the gate.
  static func end(of readings: [GateReading], after required: Bool) -> StepEnd {
    let closed = readings.filter { $0.verdict > .warn }
    let isFailure = closed.contains { $0.verdict == .fail }
    var end: StepEnd
    if closed.isEmpty {
      let evidence = required ? ["the evidence stands and is fresh"] : []
      let words = evidence + readings.map(\.words)
      end = StepEnd(
        outcome: readings.contains { $0.verdict == .warn } ? .warned : .passed,
        summary: words.joined(separator: "; ")
      )
    } else {
      end = .failed(
        OperationFailure(
          isFailure ? .failed : .undetermined,
          closed.map(\.objection).joined(separator: "; "),
          advice: closed.map(\.advice).joined(separator: " "),
          effect: .none
        )
      )
    }
    end.evidence = readings.flatMap { reading in
      reading.end.evidence.map {
        Evidence(name: "\(reading.use.id): \($0.name)", mediaType: $0.mediaType, bytes: $0.bytes)
      }
    }
    return end
  }

  /// What it found, without a full stop: others follow.
  private var words: String {
    let text = end.plainSummary
    return "\(use.id): \(text.hasSuffix(".") ? String(text.dropLast()) : text)"
  }

  private var objection: String {
    verdict == .fail
      ? "\(use.id) fails: \(end.plainSummary)"
      : "\(use.id) could not be found out: \(end.plainSummary)"
  }

  private var advice: String {
    let first = verdict == .fail ? "" : (end.failure?.advice ?? "")
    return "\(use.id): \(first)\(first.isEmpty ? "" : " ")\(use.advice)"
  }
}
