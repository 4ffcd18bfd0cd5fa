/// A step and what it needs, for drawing.
public struct GraphNode: Sendable, Hashable {
  /// One sign, one column wide: its state.
  public var sign: StyledText.Span
  public var label: StyledText
  /// Indices of earlier nodes.
  ///
  /// Later ones are ignored: the order must be topological.
  public var needs: [Int]

  public init(sign: StyledText.Span, label: StyledText, needs: [Int] = []) {
    self.sign = sign
    self.label = label
    self.needs = needs
  }
}

/// Where the nodes and connectors of a graph go: one row a node, one lane for
/// each node that others still wait for.
///
///     ✓   prepare
///     ├─✓ dns          needs prepare
///     ▸ │ tls          needs prepare
///     ○─┘ verify       needs dns and tls
///
/// Made once for a graph; drawing a window of it is then cheap.
public struct GraphLayout: Sendable, Hashable {
  /// The most lanes that are drawn.
  ///
  /// A graph that needs more is shown without connectors beyond them.
  public static let laneLimit = 8

  enum Piece: Hashable, Sendable {
    case blank, node
    case vertical, horizontal, cross
    case teeRight, teeLeft, bottomLeft, bottomRight, teeUp
  }

  /// For each row the pieces of its lanes, and of the gaps between them.
  private(set) var rows: [[Piece]] = []

  /// The lanes of the widest row.
  public private(set) var lanes = 0

  public init(needs: [[Int]]) {
    let needs = Self.reduced(needs)
    var waiting = Array(repeating: 0, count: needs.count)
    for needed in needs.joined() { waiting[needed] += 1 }

    var owners: [Int?] = []
    for (index, needed) in needs.enumerated() {
      var sources: [Int] = []
      var freed: Set<Int> = []
      for source in needed {
        waiting[source] -= 1
        guard let lane = owners.firstIndex(of: source) else { continue }
        sources.append(lane)
        if waiting[source] == 0 { freed.insert(lane) }
      }
      // Straight on below a need that nobody else waits for, else a new lane.
      let lane = freed.min() ?? owners.firstIndex(of: nil) ?? owners.count
      if lane == owners.count { owners.append(nil) }
      rows.append(Self.row(owners: owners, lane: lane, sources: sources, freed: freed))
      for other in freed { owners[other] = nil }
      owners[lane] = waiting[index] > 0 ? index : nil
      while let last = owners.last, last == nil { owners.removeLast() }
    }
    lanes = rows.map { ($0.count + 1) / 2 }.max() ?? 0
  }

  public init(_ nodes: [GraphNode]) {
    self.init(needs: nodes.map(\.needs))
  }

  /// Leaves out what follows from the rest: needing both a step and what that
  /// step needs.
  private static func reduced(_ needs: [[Int]]) -> [[Int]] {
    // A bit for each node: sets would take a noticeable time for long runbooks.
    let words = (needs.count + 63) / 64
    var reachable = [UInt64](repeating: 0, count: needs.count * words)
    var result: [[Int]] = []
    for (index, listed) in needs.enumerated() {
      let direct = Set(listed.filter { $0 >= 0 && $0 < index })
      let own = index * words
      for need in direct {
        for word in 0..<words { reachable[own + word] |= reachable[need * words + word] }
      }
      result.append(
        direct.filter { reachable[own + $0 / 64] & (1 << UInt64($0 % 64)) == 0 }.sorted()
      )
      for need in direct { reachable[own + need / 64] |= 1 << UInt64(need % 64) }
    }
    return result
  }

  private static func row(
    owners: [Int?],
    lane: Int,
    sources: [Int],
    freed: Set<Int>
  ) -> [Piece] {
    let width = owners.count
    let left = min(lane, sources.min() ?? lane)
    let right = max(lane, sources.max() ?? lane)
    var pieces: [Piece] = []
    for current in 0..<width {
      if current > 0 {
        let isBetween = current > left && current <= right
        pieces.append(isBetween ? .horizontal : .blank)
      }
      let isInside = current > left && current < right
      if current == lane {
        pieces.append(.node)
      } else if sources.contains(current) {
        let ends = freed.contains(current)
        if isInside {
          pieces.append(ends ? .teeUp : .cross)
        } else if current < lane {
          pieces.append(ends ? .bottomLeft : .teeRight)
        } else {
          pieces.append(ends ? .bottomRight : .teeLeft)
        }
      } else if owners[current] != nil {
        pieces.append(isInside ? .cross : .vertical)
      } else {
        pieces.append(isInside ? .horizontal : .blank)
      }
    }
    return pieces
  }
}
