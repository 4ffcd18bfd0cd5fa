/// A queue whose elements wait in lanes, each with a limit of its own: a lane that is full loses its
/// oldest, and what is left comes out in the order in which it went in.
///
/// So a flood in one lane takes nothing from another, and the newest of each lane always arrives.
public struct LaneQueue<Element: Sendable>: Sendable {
  private struct Item: Sendable {
    let number: Int
    let size: Int
    let element: Element
  }

  private struct Lane: Sendable {
    let limit: Int
    var size = 0
    var items: [Item] = []
    var head = 0

    var first: Item? { head < items.count ? items[head] : nil }
    var count: Int { items.count - head }

    mutating func popFirst() -> Item? {
      guard let item = first else { return nil }
      head += 1
      size -= item.size
      // Moving the rest down now and then costs each element once.
      if head == items.count || head >= 64 && head >= items.count / 2 {
        items.removeFirst(head)
        head = 0
      }
      return item
    }
  }

  private var lanes: [Lane]
  private var appended = 0

  /// - Parameter limits: the most of each lane, in the unit of the sizes given to
  ///   ``append(_:size:to:)``; nil: it loses nothing.
  public init(limits: [Int?]) { lanes = limits.map { Lane(limit: $0 ?? .max) } }

  public var isEmpty: Bool { lanes.allSatisfy { $0.count == 0 } }

  /// What waits in a lane, in the unit of the sizes.
  public func size(of lane: Int) -> Int { lanes[lane].size }

  /// Adds an element at the end of a lane; the newest of a lane stays whatever its size.
  ///
  /// - Returns: whether the lane lost any for it.
  public mutating func append(_ element: Element, size: Int, to lane: Int) -> Bool {
    appended += 1
    lanes[lane].items.append(Item(number: appended, size: size, element: element))
    lanes[lane].size += size
    var hasLost = false
    while lanes[lane].size > lanes[lane].limit, lanes[lane].count > 1 {
      _ = lanes[lane].popFirst()
      hasLost = true
    }
    return hasLost
  }

  /// Takes out what has waited longest.
  public mutating func popFirst() -> Element? {
    var next: (lane: Int, number: Int)?
    for (index, lane) in lanes.enumerated() {
      if let number = lane.first?.number, number < next?.number ?? .max { next = (index, number) }
    }
    return next.flatMap { lanes[$0.lane].popFirst()?.element }
  }
}
