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
  /// The place of each step in ``order``.
  private let places: [StepID: Int]
  /// By place: everything upstream, and everything upstream that has succeeded.
  private let ancestors: [PlaceSet]
  private let succeeded: [PlaceSet]

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
    var places: [StepID: Int] = [:]
    for (place, id) in order.enumerated() { places[id] = places[id] ?? place }
    self.places = places
    ancestors = Self.reach(order, steps, places) { _ in true }
    succeeded = Self.reach(order, steps, places) { $0.on == .succeeded }
  }

  /// Everything upstream of each step by the edges that count.
  private static func reach(
    _ order: [StepID],
    _ steps: [StepID: Step],
    _ places: [StepID: Int],
    by counts: (Need) -> Bool
  ) -> [PlaceSet] {
    var reach = [PlaceSet](repeating: PlaceSet(capacity: order.count), count: order.count)
    for (place, id) in order.enumerated() {
      for need in steps[id]?.needs ?? [] where counts(need) {
        guard let upstream = places[need.step], upstream != place else { continue }
        reach[place].formUnion(reach[upstream])
        reach[place].insert(upstream)
      }
    }
    return reach
  }

  /// A set of places; a bit each, as a graph holds one for every step.
  private struct PlaceSet: Sendable, Hashable {
    private var words: [UInt64]

    init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

    func contains(_ place: Int) -> Bool { words[place / 64] >> UInt64(place % 64) & 1 == 1 }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }

    mutating func formUnion(_ other: PlaceSet) {
      for index in words.indices { words[index] |= other.words[index] }
    }
  }
}

extension StepGraph {
  /// The step of that id.
  public func step(_ id: StepID) -> Step? { steps[id] }

  /// What a step waits for, as written.
  public func needs(of id: StepID) -> [Need] { steps[id]?.needs ?? [] }

  /// The steps that wait for one directly, in the order of the file.
  public func dependants(of id: StepID) -> [StepID] { dependants[id] ?? [] }

  /// Whether a step has ended, in whatever way, before another may begin.
  public func isAncestor(_ id: StepID, of other: StepID) -> Bool {
    guard let place = places[id], let later = places[other] else { return false }
    return ancestors[later].contains(place)
  }

  /// Whether a step has succeeded before another may begin.
  public func succeeds(_ id: StepID, before other: StepID) -> Bool {
    guard let place = places[id], let later = places[other] else { return false }
    return succeeded[later].contains(place)
  }

  /// Every step that has ended, in whatever way, before this one may begin.
  public func ancestors(of id: StepID) -> Set<StepID> {
    Set(order.filter { isAncestor($0, of: id) })
  }

  /// Every step that has succeeded before this one may begin.
  public func succeededAncestors(of id: StepID) -> Set<StepID> {
    Set(order.filter { succeeds($0, before: id) })
  }

  /// Every step that waits for this one, directly or not, in the order of work.
  public func descendants(of id: StepID) -> [StepID] {
    order.filter { isAncestor(id, of: $0) }
  }

  /// Every step without needs, in the order of the file.
  public var roots: [StepID] { order.filter { needs(of: $0).isEmpty } }
}
