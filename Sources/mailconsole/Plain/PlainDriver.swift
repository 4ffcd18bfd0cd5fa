internal import Runbooks

/// Drives a run and prints each event once it is on the disk.
enum PlainDriver {
  /// Drives until the run has ended or only people can go on; nothing printed is ever lost.
  static func drive(
    _ session: RunSession,
    _ decider: AnswersDecider?,
    _ workplace: Workplace
  ) throws(CommandFailure) -> ExitStatus {
    do {
      return try blocking {
        Output.line("\(session.run)  \(workplace.site.name), world \(workplace.world.rawValue)")
        for entry in session.history.entries { Output.line(PlainRun.line(entry)) }
        let updates = session.engine.updates(buffering: 100_000)
        let printing = Task {
          for await update in updates {
            if case .recorded(let entry) = update { Output.line(PlainRun.line(entry)) }
          }
        }
        try await session.engine.attach()
        let status: RunStatus
        if let decider {
          status = try await session.engine.drive(decider: decider)
        } else {
          status = try await session.engine.drive()
        }
        try await session.engine.letGo(reason: "nothing is left to do without people")
        await printing.value
        try session.record.close()
        PlainRun.waiting(status, run: session.run).forEach(Output.line)
        return PlainRun.exitStatus(status)
      }
    } catch {
      throw RunSession.failure(error)
    }
  }
}
