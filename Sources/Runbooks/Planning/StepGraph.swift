/// The steps of a runbook and who waits for whom.
///
/// A pure value. Where the runbook is unsound it says so in ``problems`` and
/// still gives an order, so that a broken graph can be drawn.
public struct StepGraph: Sendable, Hashable {
  /// The steps in an order in which each comes after all it needs, and as near
  /// to the order of the file as that allows.
  public let order: [StepID]
  /// Dangling ids, duplicates, cycles, and needs that cannot be met.
  public let problems: [RunbookProblem]

  private let steps: [StepID: Step]
  private let dependants: [StepID: [StepID]]
  private let ancestors: [StepID: Set<StepID>]
  private let certain: [StepID: Set<StepID>]

  /// Takes the steps of a runbook.
  public init(_ runbook: Runbook) {
    var check = GraphCheck(runbook)
    order = check.sort()
    problems = check.problems.sorted()
    steps = check.steps
    var dependants: [StepID: [StepID]] = [:]
    for step in runbook.steps {
      for need in step.needs { dependants[need.step, default: []].append(step.id) }
    }
    self.dependants = dependants
    ancestors = Self.reach(order, steps) { _ in true }
    certain = Self.reach(order, steps) { $0.on == .succeeded }
  }

  /// Everything upstream of each step by the edges that count.
  private static func reach(
    _ order: [StepID], _ steps: [StepID: Step], by counts: (Need) -> Bool
  ) -> [StepID: Set<StepID>] {
    var reach: [StepID: Set<StepID>] = [:]
    reach.reserveCapacity(order.count)
    for id in order {
      var upstream: Set<StepID> = []
      for need in steps[id]?.needs ?? [] where counts(need) && need.step != id {
        upstream.insert(need.step)
        if let further = reach[need.step] { upstream.formUnion(further) }
      }
      reach[id] = upstream
    }
    return reach
  }
}

extension StepGraph {
  /// The step of that id.
  public func step(_ id: StepID) -> Step? { steps[id] }

  /// What a step waits for, as written.
  public func needs(of id: StepID) -> [Need] { steps[id]?.needs ?? [] }

  /// The steps that wait for one directly, in the order of the file.
  public func dependants(of id: StepID) -> [StepID] { dependants[id] ?? [] }

  /// Every step that has ended, in whatever way, before this one may begin.
  public func ancestors(of id: StepID) -> Set<StepID> { ancestors[id] ?? [] }

  /// Every step that has succeeded before this one may begin.
  public func succeededAncestors(of id: StepID) -> Set<StepID> { certain[id] ?? [] }

  /// Every step that waits for this one, directly or not, in the order of work.
  public func descendants(of id: StepID) -> [StepID] {
    order.filter { ancestors[$0]?.contains(id) ?? false }
  }

  /// Every step without needs, in the order of the file.
  public var roots: [StepID] { order.filter { needs(of: $0).isEmpty } }
}
