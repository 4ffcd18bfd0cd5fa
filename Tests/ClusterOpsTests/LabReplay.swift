import Foundation
import Runbooks
import Synchronization
import TestSupport

@testable import ClusterOps

/// What an operation came to, and the commands that it made on the way.
struct LabOutcome {
  var commands: [Command]
  var result: Result<OperationResult, OperationFailure>
}

/// What the commands of an operation were, while it goes on.
final class LabCommands: Sendable {
  private let kept = Mutex<[Command]>([])

  func add(_ command: Command) { kept.withLock { $0.append(command) } }

  var all: [Command] { kept.withLock { $0 } }
}

/// A world that answers as the lab was recorded to, and only to what the lab was asked.
struct LabReplay: CommandWorld {
  let answer: LabAnswer
  let commands = LabCommands()

  var now: Int { answer.now }

  func say(_ text: String) async {}

  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
    let place = commands.all.count
    commands.add(command)
    let input = command.input.isEmpty ? nil : Digest(of: command.input).hex
    guard place < answer.asked.count, answer.asked[place].argv == command.argv,
      answer.asked[place].input == input
    else {
      throw OperationFailure(
        .malformed,
        "the lab was not asked this, or not fed the same, as number \(place + 1): \(command.argv)",
        advice: "Record it anew: deploy/lab/record.",
        effect: .unknown
      )
    }
    let asked = answer.asked[place]
    if let failure = asked.failure { throw failure }
    command.sink?(asked.stdout.bytes)
    // What is taken as it comes was kept whole, and the command keeps what it asks for.
    var head = HeadBytes(limit: command.keep)
    head.append(asked.stdout.bytes)
    return CommandOutcome(
      ending: .exited(asked.exit),
      stdout: head.bytes,
      isTruncated: head.isTruncated || asked.isTruncated == true,
      stderr: asked.stderr.bytes
    )
  }
}

/// The simulated world, with a record of the commands that it is given.
struct LabTwin: CommandWorld {
  let tabletop: Tabletop
  let commands = LabCommands()

  var now: Int { tabletop.now }

  func say(_ text: String) async {}

  func perform(_ command: Command) async throws(OperationFailure) -> CommandOutcome {
    commands.add(command)
    return try await tabletop.perform(command)
  }
}

extension LabQuestion {
  /// The operation that asks.
  func work() throws -> any CommandOperation {
    let found = OperationCatalogue.families.flatMap(\.self)
      .first { $0.declaration.name == OperationName(operation) }
    guard let found else { throw LabFault("\(self): there is no operation \(operation)") }
    return found
  }

  /// What the operation comes to where the lab's answers are replayed.
  func replayed(_ answer: LabAnswer, on site: Site) async throws -> LabOutcome {
    let world = LabReplay(answer: answer)
    return LabOutcome(result: try await outcome(in: world, on: site), commands: world.commands)
  }

  /// What the operation comes to in a simulated world, which is left as it came to be.
  func played(in simulation: Simulation, on site: Site) async throws -> LabOutcome {
    let context = OperationContext(site: site, timeout: .seconds(180), simulation: simulation) {
      _ in
    }
    let world = LabTwin(tabletop: Tabletop(simulation, context))
    return LabOutcome(result: try await outcome(in: world, on: site), commands: world.commands)
  }

  private func outcome(
    in world: some CommandWorld,
    on site: Site
  ) async throws -> Result<OperationResult, OperationFailure> {
    let work = try work()
    let call = Call(arguments: try arguments(for: work.declaration), site: site)
    do throws(OperationFailure) {
      let procedure = try work.begin(call, try work.commands(call), now: world.now)
      return .success(try work.declaration.checked(try await world.run(procedure)))
    } catch {
      return .failure(error)
    }
  }
}

extension LabOutcome {
  fileprivate init(
    result: Result<OperationResult, OperationFailure>,
    commands: LabCommands
  ) {
    self.init(commands: commands.all, result: result)
  }
}

extension Tabletop {
  /// The facet that answers a command and the program it answers for, as `Redis: redis-cli`.
  ///
  /// - Returns: nil: no facet knows the command.
  static func counterpart(of command: Command, in world: SimulatedWorld, on site: Site) -> String? {
    let tool = command.tool
    for facet in facets where facet.programs.contains(tool) {
      var scene = Scene(world, of: site)
      if facet.answer(command, in: &scene) != nil { return name(of: facet, tool) }
    }
    return nil
  }

  /// Every facet with every program it answers for.
  static var counterparts: Set<String> {
    Set(facets.flatMap { facet in facet.programs.map { name(of: facet, $0) } })
  }

  private static func name(of facet: any Facet, _ program: String) -> String {
    "\(String(describing: type(of: facet)).replacing("Facet", with: "")): \(program)"
  }
}
