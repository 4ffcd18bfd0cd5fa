import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// The worlds of the shipped exercises, with whatever happens in them in whatever order.
@Suite struct ExerciseWorldTests {
  /// How many seeds of each; `make torture` plays a thousand.
  private static let seeds =
    ProcessInfo.processInfo.environment["MAILCONSOLE_WORLD_SEEDS"].flatMap { UInt64($0) } ?? 4

  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static let exercises: [ExerciseID: Exercise] = Dictionary(
    ExerciseLibrary(directory: root.appending(path: "runbooks/exercises").path).exercises
      .map { ($0.id, $0) },
    uniquingKeysWith: { first, _ in first }
  )

  @Test("are never what a world cannot be, whatever the seed", arguments: exercises.keys.sorted())
  func invariants(id: ExerciseID) throws {
    let exercise = try #require(Self.exercises[id])
    let site = try SiteLoader.read(directory: Self.root.appending(path: "sites/tabletop").path)
      .get()
    let scenario = try ScenarioLoader.read(path: try #require(site.scenario)).get()
    for seed in 1...Self.seeds {
      var play = TabletopPlay(world: exercise.world(over: scenario, seed: Int(seed)), site: site)
      play.look()
      var chance = SplitMix64(state: seed)
      for inject in exercise.injects.shuffled(using: &chance) {
        let before = play.world
        play.wait(Int(chance.next() % 3_600))
        let later = play.world
        act(&play, &chance)
        play.inject(inject.id.name, InjectContent(inject))
        let problems =
          WorldInvariants.problems(from: before, to: later, on: site)
          + WorldInvariants.problems(of: later, on: site)
          + WorldInvariants.problems(of: play.world, on: site)
        guard problems.isEmpty else {
          Issue.record("\(exercise.id), seed \(seed), \(inject.id): \(problems.prefix(3))")
          return
        }
        #expect(play.state("injects", inject.id.name) != nil)
      }
    }
  }

  /// Something that somebody does to the queue.
  private func act(_ play: inout TabletopPlay, _ chance: inout SplitMix64) {
    let ids = play.messages.prefix(Int(chance.next() % 200)).map(\.id)
    switch chance.next() % 5 {
    case 0: play.postfix(["postsuper", "-h", "-"], ids)
    case 1: play.postfix(["postsuper", "-H", "-"], ids)
    case 2: play.postfix(["postsuper", "-d", "-"], ids)
    case 3: play.postfix(["postqueue", "-f"])
    default: play.look()
    }
  }
}

extension InjectContent {
  /// What an inject of an exercise says and changes.
  fileprivate init(_ inject: Inject) {
    self.init(
      channel: inject.message?.channel.rawValue ?? "",
      sender: inject.message?.sender ?? "",
      to: inject.message?.to.map(\.name) ?? [],
      text: inject.message?.text ?? "",
      world: inject.patch?.json ?? "{}"
    )
  }
}
