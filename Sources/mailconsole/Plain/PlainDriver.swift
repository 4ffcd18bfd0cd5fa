internal import Runbooks

/// Drives a run and prints each event once it is on the disk.
enum PlainDriver {
  /// Drives until the run has ended or only people can go on; nothing printed is ever lost.
  static func drive(
    _ session: RunSession,
    _ decider: (any Decider)?,
    _ workplace: Workplace,
    takingPauseBack: Bool = false,
    because reason: String? = nil
  ) throws(CommandFailure) -> ExitStatus {
    do {
      return try blocking {
        PlainRun.exitStatus(
          try await driveOn(
            session,
            decider,
            workplace,
            takingPauseBack: takingPauseBack,
            because: reason
          )
        )
      }
    } catch {
      throw RunSession.failure(error)
    }
  }

  /// The same for who waits for nothing on the main thread.
  static func driveOn(
    _ session: RunSession,
    _ decider: (any Decider)?,
    _ workplace: Workplace,
    takingPauseBack: Bool = false,
    because reason: String? = nil
  ) async throws -> RunStatus {
    let mode = session.history.state.mode.rawValue
    Output.line("\(session.run)  \(workplace.site.name), world \(mode)")
    if let created = session.history.state.created,
      let current = workplace.shelf.current(created.runbook),
      let drift = RunbookDrift(of: created, in: [current])
    {
      Output.line(drift.words)
    }
    for entry in session.history.entries { Output.line(PlainRun.line(entry)) }
    let updates = session.engine.updates(buffering: 100_000)
    let printing = Task {
      var last = session.history.entries.last?.sequence ?? 0
      for await update in updates {
        guard case .recorded(let entry) = update else { continue }
        Output.line(PlainRun.line(entry))
        last = entry.sequence
      }
      return last
    }
    let status: RunStatus
    do {
      status = try await perform(session, decider, takingPauseBack, reason)
    } catch {
      // Why it ended stands in the last events; who is told the error has to see them as well.
      printing.cancel()
      let last = await printing.value
      for entry in (try? session.record.entries()) ?? [] where entry.sequence > last {
        Output.line(PlainRun.line(entry))
      }
      throw error
    }
    _ = await printing.value
    try session.record.close()
    PlainRun.waiting(
      status,
      run: session.run,
      among: session.history.state.created?.operators ?? [],
      comeBack: workplace.comeBack
    )
    .forEach(Output.line)
    return status
  }

  private static func perform(
    _ session: RunSession,
    _ decider: (any Decider)?,
    _ takingPauseBack: Bool,
    _ reason: String?
  ) async throws -> RunStatus {
    let engine = session.engine
    try await engine.attach()
    // It may have cleared while nobody performed the run.
    if await !engine.state.trippedGuardrails.isEmpty { await engine.lookAtGuardrails() }
    if takingPauseBack, await engine.state.pause != nil {
      let isTripped = await !engine.state.trippedGuardrails.isEmpty
      let command: RunCommand =
        if isTripped, let reason { .overrule(reason: reason) } else { .continue }
      try await engine.submit(command, by: session.driver)
    }
    let status = try await engine.drive(decider: decider ?? NoDecider())
    try await engine.letGo(reason: "nothing is left to do without people")
    return status
  }

  /// Who answers: the file of answers, and for secrets a person at the terminal, if one is there.
  static func decider(
    _ answers: Answers?,
    _ secrets: SecretAnswers?,
    _ session: RunSession,
    _ nested: NestedAnswers?
  ) -> (any Decider)? {
    var file: AnswersDecider?
    if let answers, let secrets {
      file = AnswersDecider(
        answers: answers,
        secrets: secrets,
        desk: session.desk,
        nested: nested
      )
    }
    guard SecretPrompt.isPossible else { return file }
    return SecretPrompt(person: session.driver, other: file)
  }
}
