internal import Foundation
internal import Runbooks

/// What an exercise lets happen to a simulated world.
struct ExerciseFacet: Facet {
  let programs: Set = ["exercise"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    let program = command.program
    guard case .here = command.vantage, program.count == InjectOperation.program.count + 1,
      program.starts(with: InjectOperation.program), let name = program.last
    else { return nil }
    do throws(MergePatch.Fault) {
      let outcome = try scene.inject(name, command.input)
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      guard let told = try? encoder.encode(outcome) else {
        return Answer(exit: 70, stderr: "what became of the inject cannot be told\n")
      }
      return Answer(bytes: Array(told))
    } catch {
      return Answer(exit: 1, stderr: error.words + "\n")
    }
  }
}

extension Scene {
  fileprivate mutating func inject(
    _ name: String,
    _ input: [UInt8]
  ) throws(MergePatch.Fault) -> InjectOutcome {
    guard let content = try? JSONDecoder().decode(InjectContent.self, from: Data(input)) else {
      throw MergePatch.Fault(words: "the content of the inject is not understood")
    }
    let digest = Value.string(Digest(of: input).hex)
    if let done = world.state["injects"]?[name] {
      guard done["content"] == digest else {
        throw MergePatch.Fault(
          words: "an inject \(name) with another content has happened in this world"
        )
      }
      return InjectOutcome(
        at: done.int("at", world.now),
        message: done.int("message", 0),
        touched: done.texts("touched"),
        repeated: true
      )
    }
    let touched = try merge(content.world, because: name)
    let message = content.channel.isEmpty ? 0 : deliver(content, of: name)
    let outcome = InjectOutcome(
      at: world.now,
      message: message,
      touched: touched,
      repeated: false
    )
    let done = Value.record([
      "at": .integer(outcome.at), "message": .integer(message),
      "touched": .list(touched.map(Value.string)), "content": digest,
    ])
    world.state["injects"] = (world.state["injects"] ?? .record([:])).with(name, done)
    return outcome
  }

  /// Changes the state, or nothing of it.
  ///
  /// - Returns: the facets that it changed, in order.
  private mutating func merge(
    _ text: String,
    because name: String
  ) throws(MergePatch.Fault) -> [String] {
    let patch = try MergePatch(object: text)
    guard case .fields(let facets) = patch, !facets.isEmpty else { return [] }
    for (facet, change) in facets.sorted(by: { $0.key < $1.key }) {
      guard !Self.own.contains(facet) else {
        throw MergePatch.Fault(
          words: "‘\(facet)’ is kept by the world itself and cannot be changed by an inject"
        )
      }
      if case .value = change {
        throw MergePatch.Fault(
          words: "‘\(capped(facet, 60))’ is a facet of the world: give an object, or null"
        )
      }
    }
    let before = state
    var after = before
    for (facet, change) in facets { after[facet] = change.applied(to: before[facet]) }
    if let dns = after["dns"], dns != before["dns"] {
      after["dns"] = SimulatedDNS.changed(
        before["dns"] ?? .record([:]),
        to: dns,
        of: site,
        at: world.now
      )
    }
    state = after
    settle(at: world.now, because: name)
    return facets.keys.filter { after[$0] != before[$0] }.sorted()
  }

  /// - Returns: the number of the message.
  private mutating func deliver(_ content: InjectContent, of name: String) -> Int {
    let before = world.state["inbox"]?.elements ?? []
    let number = (before.last?.int("number", before.count) ?? 0) + 1
    let message = Value.record([
      "number": .integer(number), "inject": .string(name), "at": .integer(world.now),
      "channel": .string(content.channel), "sender": .string(content.sender),
      "to": .list(content.to.map(Value.string)), "text": .string(content.text),
    ])
    world.state["inbox"] = .list(before + [message])
    return number
  }
}
