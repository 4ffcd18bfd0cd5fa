/// The outputs of the steps that have ended, by step: `steps.ID.NAME` in expressions.
///
/// It knows its steps from the start, so that taking a run's outputs into a
/// ``Scope`` copies none of them.
public struct StepOutputs: Sendable, Hashable {
  private let positions: [StepID: Int]
  private var outputs: SharedList<[String: Value]>

  /// The steps of a run, each without outputs.
  init(of links: StepLinks) {
    positions = links.index
    outputs = SharedList(links.dependents.map { _ in [:] })
  }

  /// Outputs that do not change any more.
  public init(_ outputs: [StepID: [String: Value]]) {
    var positions: [StepID: Int] = [:]
    for (position, step) in outputs.keys.enumerated() { positions[step] = position }
    self.positions = positions
    self.outputs = SharedList(outputs.values)
  }

  /// The outputs of a step; nil for a step that is not known.
  public subscript(step: StepID) -> [String: Value]? {
    positions[step].map { outputs[$0] }
  }

  /// Replaces the outputs of the step at a position.
  mutating func set(_ values: [String: Value], at position: Int) {
    if values.isEmpty, outputs[position].isEmpty { return }
    outputs[position] = values
  }
}
