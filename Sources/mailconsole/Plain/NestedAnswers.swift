internal import Foundation
internal import Runbooks

/// Drives the runs that stand for steps of an unattended run, each by an answers file of its own.
struct NestedAnswers: Sendable {
  let answers: Answers
  /// The file the answers were read from; those of other runbooks lie beside it.
  let path: String
  let workplace: Workplace

  /// nil: nobody answers by a file.
  init?(_ answers: Answers?, _ path: String?, at workplace: Workplace) {
    guard let answers, let path else { return nil }
    self.answers = answers
    self.path = path
    self.workplace = workplace
  }

  /// Drives the run of a step until it has ended or its answers say nothing more.
  func drive(_ step: StepID, in state: RunState) async {
    guard case .inRun(let standing)? = state[step] else { return }
    do {
      try await drive(standing)
    } catch {
      Output.error(
        "\(step) is left in the run \(standing.run). \(RunSession.failure(error).message)"
      )
    }
  }

  private func drive(_ standing: StepState.NestedRun) async throws {
    guard let directory = workplace.store.directory(of: standing.run) else { return }
    let runbook = try Workplace.pinned(try directory.pinnedSource())
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    let file = folder.appendingPathComponent(answers.file(for: standing.runbook)).path
    let said = try AnswersFile.read(file, for: runbook)
    let session = try await RunSession.take(
      standing.run,
      in: workplace.store,
      on: workplace.site,
      as: said.operator,
      runbooks: workplace.runbooks
    )
    let decider = AnswersDecider(
      answers: said,
      secrets: try SecretAnswers(said, for: runbook),
      desk: session.desk,
      nested: NestedAnswers(said, file, at: workplace)
    )
    _ = try await PlainDriver.driveOn(session, decider, workplace)
  }
}
