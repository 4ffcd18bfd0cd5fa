import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// The simulated world and the lab, asked the same questions.
///
/// The lab's answers are what its programs printed (`deploy/lab/record`); the operations read them here as they
/// did there. Beside them a scenario says to the simulated world what the lab was like.
@Suite struct LabAgreementTests {
  private let site: Site

  init() throws {
    site = try #require(SiteLoader.read(directory: LabAnswers.site).value)
  }

  private func world(_ state: LabState) throws -> SimulatedWorld {
    let reading = ScenarioLoader.read(path: LabAnswers.scenario(state))
    try #require(reading.problems.isEmpty, "\(reading.problems)")
    return try #require(reading.value)
  }

  private func answers(_ state: LabState) throws -> [(LabQuestion, LabAnswer)] {
    try LabQuestion.all.filter { $0.state == state }
      .compactMap { question in try LabAnswers.read(question).map { (question, $0) } }
  }

  @Test(
    "asked the same, the simulated world makes the same commands and comes to the same results",
    arguments: LabState.allCases
  )
  func agrees(state: LabState) async throws {
    let simulation = Simulation(try world(state))
    for (question, answer) in try answers(state) {
      simulation.act { $0.now = answer.now }
      let real = try await question.replayed(answer, on: site)
      for command in real.commands {
        #expect(
          Tabletop.counterpart(of: command, in: simulation.world, on: site) != nil,
          "\(question): no facet knows \(command.program)"
        )
      }
      let twin = try await question.played(in: simulation, on: site)
      let differences = LabDifference.all(
        real: real,
        twin: twin,
        leaving: LabAllowance.fields(for: question)
      )
      for difference in differences { Issue.record("\(question): \(difference)") }
    }
  }

  @Test("the recorded answers lead to what they led to in the lab", arguments: LabState.allCases)
  func replays(state: LabState) async throws {
    for (question, answer) in try answers(state) {
      #expect(answer.operation == question.operation, "\(question): record it anew")
      switch try await question.replayed(answer, on: site).result {
      case .success(let result): #expect(result.values == answer.values, "\(question)")
      case .failure(let failure): #expect(failure == answer.failure, "\(question)")
      }
    }
  }

  @Test("every question of the table has its recorded answer, and no two share one")
  func table() throws {
    let names = LabQuestion.all.map(\.description)
    #expect(Set(names).count == names.count)
    #expect(try LabAnswers.kept() == Set(names))
    for question in LabQuestion.all {
      _ = try question.arguments(for: try question.work().declaration)
    }
  }

  @Test("each program that is played is recorded in the lab, or it is said why not")
  func programs() async throws {
    var recorded: Set<String> = []
    for state in LabState.allCases {
      let world = try world(state)
      for (question, answer) in try answers(state) {
        let commands = try await question.replayed(answer, on: site).commands
        // A program that was refused, or was not there, has shown nothing of itself.
        for (command, asked) in zip(commands, answer.asked)
        where asked.failure == nil && asked.exit == 0 {
          if let name = Tabletop.counterpart(of: command, in: world, on: site) {
            recorded.insert(name)
          }
        }
      }
    }
    #expect(Tabletop.counterparts.subtracting(recorded) == Set(LabGaps.programs.keys))
    #expect(LabGaps.programs.values.allSatisfy { !$0.isEmpty })
  }

  @Test("each operation is asked in the lab, or it is said why not")
  func operations() {
    let known = Set(OperationCatalogue.families.flatMap(\.self).map(\.declaration.name.name))
    let asked = Set(LabQuestion.all.map(\.operation))
    #expect(known.subtracting(asked) == Set(LabGaps.operations.keys))
    #expect(LabGaps.operations.values.allSatisfy { !$0.isEmpty })
  }

  @Test("what may differ is a result of an operation that is asked, and has a reason")
  func allowances() throws {
    for allowance in LabAllowance.all {
      let question = try #require(LabQuestion.all.first(where: allowance.covers))
      let names = Set(try question.work().declaration.results.map(\.name))
      #expect(allowance.fields.subtracting(names).subtracting(LabAllowance.others) == [])
      #expect(!allowance.reason.isEmpty)
    }
  }

  @Test("a value that differs is found, and one that may differ is not")
  func difference() {
    func outcome(_ answers: Bool) -> LabOutcome {
      LabOutcome(
        commands: [],
        result: .success(
          OperationResult(values: ["answers": .boolean(answers)], summary: "")
        )
      )
    }
    #expect(LabDifference.all(real: outcome(true), twin: outcome(true), leaving: []) == [])
    #expect(LabDifference.all(real: outcome(true), twin: outcome(false), leaving: []).count == 1)
    let allowed = LabDifference.all(real: outcome(true), twin: outcome(false), leaving: ["answers"])
    #expect(allowed == [])
  }

  @Test(
    "the program that does the work is told where another starts it",
    arguments: [
      (["redis-cli", "ping"], "redis-cli"),
      (["timeout", "10", "redis-cli", "ping"], "redis-cli"),
      (["xargs", "-r", "-n", "100", "postcat", "-q"], "postcat"),
      (["timeout", "10", "xargs", "-r", "-d", #"\n"#, "-n", "1", "doveadm", "fetch"], "doveadm"),
      (["timeout", "60", "sh", "-c", ResticSnapshots.script, "/etc/x", "restic"], "restic"),
      (["sh", "-c", "true"], ""), ([], ""),
    ] as [([String], String)]
  )
  func tool(program: [String], name: String) {
    #expect(Command(here: program).tool == name)
  }
}
