internal import Runbooks

/// Drives a run and prints each event once it is on the disk.
enum PlainDriver {
  /// Drives until the run has ended or only people can go on; nothing printed is ever lost.
  static func drive(
    _ session: RunSession,
    _ decider: (any Decider)?,
    _ workplace: Workplace,
    takingPauseBack: Bool = false
  ) throws(CommandFailure) -> ExitStatus {
    do {
      return try blocking {
        Output.line("\(session.run)  \(workplace.site.name), world \(workplace.world.rawValue)")
        if let created = session.history.state.created,
          let drift = RunbookDrift(of: created, in: workplace.shelf.entries)
        {
          Output.line(drift.words)
        }
        for entry in session.history.entries { Output.line(PlainRun.line(entry)) }
        let updates = session.engine.updates(buffering: 100_000)
        let printing = Task {
          for await update in updates {
            if case .recorded(let entry) = update { Output.line(PlainRun.line(entry)) }
          }
        }
        try await session.engine.attach()
        if takingPauseBack, await session.engine.state.pause != nil {
          try await session.engine.submit(.continue, by: session.driver)
        }
        let status: RunStatus
        if let decider {
          status = try await session.engine.drive(decider: decider)
        } else {
          status = try await session.engine.drive()
        }
        try await session.engine.letGo(reason: "nothing is left to do without people")
        await printing.value
        try session.record.close()
        PlainRun.waiting(
          status,
          run: session.run,
          among: session.history.state.created?.operators ?? [],
          comeBack: workplace.comeBack
        )
        .forEach(Output.line)
        return PlainRun.exitStatus(status)
      }
    } catch {
      throw RunSession.failure(error)
    }
  }

  /// Who answers: the file of answers, and for secrets a person at the terminal, if one is there.
  static func decider(
    _ answers: Answers?,
    _ secrets: SecretAnswers?,
    _ session: RunSession
  ) -> (any Decider)? {
    var file: AnswersDecider?
    if let answers, let secrets {
      file = AnswersDecider(answers: answers, secrets: secrets, desk: session.desk)
    }
    guard SecretPrompt.isPossible else { return file }
    return SecretPrompt(person: session.driver, other: file)
  }
}
