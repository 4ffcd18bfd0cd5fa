import Runbooks
import Testing

@testable import ClusterOps

/// What an operation declares is what it gives, or it is a failure that says so.
@Suite struct DeclaredResultTests {
  /// An operation that declares `count` and `names`, and gives what it is told to.
  private struct Odd: CommandOperation {
    let values: [String: Value]
    var risk = Risk.read

    var declaration: OperationDeclaration {
      OperationDeclaration(
        "odd.count",
        "Counts.",
        results: [
          ResultField<Int>("count", help: "how many"),
          ResultField<[Int]>("names", help: "which"),
        ],
        risk: risk,
        isRepeatable: true
      )
    }

    func commands(_ call: Call) throws(OperationFailure) -> [Command] { [] }

    func begin(
      _ call: Call,
      _ commands: [Command],
      now: Int
    ) throws(OperationFailure) -> Procedure {
      .done(OperationResult(values: values, summary: "Counted."))
    }
  }

  private func perform(_ odd: Odd) async throws(OperationFailure) -> OperationResult {
    var world = SimulatedWorld(state: [:], now: 0, seed: 1)
    return try await CatalogueOperation(work: odd, runner: CommandRunner())
      .simulate(Arguments([:]), in: &world)
  }

  @Test("the declared results, an empty list among them, are given on as they are")
  func kept() async throws {
    let values: [String: Value] = ["count": .integer(1), "names": .list([])]
    #expect(try await perform(Odd(values: values)).values == values)
  }

  @Test(
    "a result that is missing, of another type or not declared is malformed, and named",
    arguments: [
      (["count": Value.integer(1)], "odd.count gave no result `names`"),
      (
        ["count": .string("1"), "names": .list([])],
        "odd.count declares `count` as integer and gave string"
      ),
      (
        ["count": .integer(1), "names": .list([.integer(1), .string("b")])],
        "odd.count declares `names` as list of integer"
      ),
      (
        ["count": .integer(1), "names": .list([]), "more": .integer(2)],
        "odd.count gave a result `more`, which it does not declare"
      ),
    ]
  )
  func departing(values: [String: Value], words: String) async throws {
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform(Odd(values: values))
    }
    #expect(failure.reason == .malformed)
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(failure.effect == .none)
  }

  @Test("after a change nobody may say that nothing was changed")
  func changing() async throws {
    let failure = try await #require(throws: OperationFailure.self) {
      try await perform(Odd(values: [:], risk: .change))
    }
    #expect(failure.effect == .unknown)
  }
}
