import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// Every question of the table, asked of the lab in its state.
///
/// With `MAILCONSOLE_RECORD=1` the answers are kept as they come, for `LabAgreementTests`; without it what is
/// found has to be what the kept answers led to. `MAILCONSOLE_LAB_STATES` names the states that are entered,
/// with blanks between them; all of them without it. `deploy/lab/record` is the command for it.
@Suite(.serialized, .enabled(if: Lab.isWanted)) struct RecordingTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let isRecording = environment["MAILCONSOLE_RECORD"] == "1"
  private static let states: [LabState] = {
    let names = (environment["MAILCONSOLE_LAB_STATES"] ?? "").split(separator: " ")
    return names.isEmpty ? LabState.allCases : names.compactMap { LabState(rawValue: String($0)) }
  }()

  @Test("the lab answers each question as it is kept", arguments: states)
  func answers(state: LabState) async throws {
    let lab = try Lab()
    let stage = LabStage(lab: lab)
    try lab.kubectl("rollout", "status", "daemonset/mail", "--timeout", "180s")
    let undo = try stage.enter(state)
    for question in LabQuestion.all where question.state == state {
      do {
        let answer = try await ask(question)
        if Self.isRecording {
          try LabAnswers.write(answer, to: question)
        } else {
          compare(answer, with: try LabAnswers.read(question), question)
        }
      } catch {
        Issue.record("\(question): \(error)")
      }
    }
    try undo()
    try lab.kubectl("rollout", "status", "daemonset/mail", "--timeout", "180s")
  }

  private func ask(_ question: LabQuestion) async throws -> LabAnswer {
    let site = try #require(SiteLoader.read(directory: LabAnswers.site).value)
    var environment = CommandEnvironment.current()
    environment.variables["PATH", default: ""] += ":/run/mailconsole-lab/bin"
    let work = try #require(
      OperationCatalogue.families.flatMap(\.self)
        .first { $0.declaration.name == OperationName(question.operation) }
    )
    let context = OperationContext(site: site, timeout: .seconds(180)) { _ in }
    let cluster = Cluster(CommandRunner(environment: environment), context)
    let world = RecordingWorld(cluster: cluster, now: cluster.now)
    let call = Call(arguments: try question.arguments(for: work.declaration), site: site)
    func answer(_ values: [String: Value]?, _ failure: OperationFailure?) -> LabAnswer {
      LabAnswer(
        operation: question.operation,
        origin: "the lab",
        now: world.now,
        asked: world.tape.asked,
        values: values,
        failure: failure
      )
    }
    do throws(OperationFailure) {
      let procedure = try work.begin(call, try work.commands(call), now: world.now)
      let result = try work.declaration.checked(try await world.run(procedure))
      return answer(result.values, nil)
    } catch {
      return answer(nil, error)
    }
  }

  /// What does not change from one lab to the next: verdicts, and why there is none.
  private func compare(_ answer: LabAnswer, with kept: LabAnswer?, _ question: LabQuestion) {
    guard let kept else { return }
    #expect(
      answer.failure?.reason == kept.failure?.reason,
      "\(question): \(answer.failure?.message ?? "it was found")"
    )
    for (name, value) in kept.values ?? [:] where value.truth != nil {
      #expect(answer.values?[name] == value, "\(question): \(name)")
    }
  }
}
