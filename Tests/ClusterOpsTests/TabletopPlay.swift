import Foundation
import Runbooks

@testable import ClusterOps

/// A simulated world that is played with the command lines of operations.
struct TabletopPlay {
  var world: SimulatedWorld
  var site = Site.test

  /// Answers a command as ``Tabletop`` does.
  @discardableResult
  mutating func run(_ command: Command) -> Result<Answer, OperationFailure> {
    var scene = Scene(world, of: site)
    let said = scene.advance().map { .failure($0) } ?? scene.answer(command)
    world = scene.kept
    return said
  }

  @discardableResult
  mutating func postfix(_ program: [String], _ ids: [String] = []) -> Answer? {
    let input = ids.map { $0 + "\n" }.joined()
    return try? run(
      Command.postfix(program, on: site, changes: true).feeding(Array(input.utf8))
    ).get()
  }

  @discardableResult
  mutating func kubectl(_ words: [String]) -> Answer? {
    try? run(Command(here: ["kubectl"] + words)).get()
  }

  /// Lets an inject happen; nil: it was refused.
  @discardableResult
  mutating func inject(_ name: String, _ content: InjectContent) -> InjectOutcome? {
    let command = Command(here: InjectOperation.program + [name]).feeding(content.bytes)
    guard let said = try? run(command).get(), said.exit == 0 else { return nil }
    return InjectOutcome(said.stdout)
  }

  /// A change of the world by an inject.
  @discardableResult
  mutating func change(_ name: String, _ patch: String) -> InjectOutcome? {
    inject(name, InjectContent(world: patch))
  }

  /// Looks, and changes nothing.
  mutating func look() { postfix(["postconf", "-n"]) }

  /// Lets time pass, and looks.
  mutating func wait(_ seconds: Int) {
    world.now += seconds
    look()
  }

  /// What an operation finds in the world.
  mutating func find(
    _ name: String,
    _ values: [String: Value] = [:]
  ) async throws -> [String: Value] {
    try await OperationCatalogue.standard().operation(name)
      .simulate(Arguments(values), in: &world).values
  }

  var messages: [SimulatedQueue.Message] {
    SimulatedQueue(world.state["postfix"] ?? .record([:]), domain: "", now: world.now, seed: 0)
      .messages
  }

  func state(_ path: String...) -> Value? {
    path.dropFirst().reduce(path.first.flatMap { world.state[$0] }) { $0?[$1] }
  }
}

extension TabletopPlay {
  /// A world that goes on, from a state in JSON.
  init(_ json: String, now: Int = 1_800_000_000, seed: UInt64 = 7, site: Site = .test) throws {
    let state = try MergePatch(object: json).applied(to: nil)?.fields ?? [:]
    self.init(
      world: SimulatedWorld(
        state: state.merging(["goes_on": .boolean(true)]) { $1 },
        now: now,
        seed: seed
      ),
      site: site
    )
    look()
  }
}

extension InjectContent {
  /// As the operation tells it.
  var bytes: [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array((try? encoder.encode(self)) ?? Data())
  }
}

extension InjectOutcome {
  init?(_ bytes: [UInt8]) {
    guard let told = try? JSONDecoder().decode(InjectOutcome.self, from: Data(bytes)) else {
      return nil
    }
    self = told
  }
}
