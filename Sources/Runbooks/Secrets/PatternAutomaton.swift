/// Finds any of many patterns in one pass (Aho and Corasick, CACM 18(6), 1975).
///
/// Nodes are numbers; edges of a node are a linked list, because all but the first few nodes of
/// long patterns have one. Time is linear in the text, memory in the patterns.
struct PatternAutomaton: Sendable {
  /// A pattern that ends at a node.
  struct Match: Sendable {
    let length: Int
    let hasLead: Bool
    let hasTrail: Bool
    /// Whose pattern it is.
    let owner: Int
  }

  private struct Node: Sendable {
    var firstEdge: Int32 = -1
    /// The longest end of this node's text that begins a pattern.
    var fallback: Int32 = 0
    /// The nearest node along the fallbacks at which a pattern ends; 0: none.
    var nextEnd: Int32 = 0
    var depth: Int32 = 0
    /// Whose pattern leads through here first.
    var owner: Int32 = 0
    var ends: [Match] = []
  }

  private struct Edge: Sendable {
    let byte: UInt8
    let target: Int32
    let next: Int32
  }

  private var nodes = [Node()]
  private var edges: [Edge] = []
  /// The edges of the root, where most bytes of a text end up.
  private var roots = [Int32](repeating: 0, count: 256)
  /// The length of the longest pattern.
  private(set) var longest = 0

  /// - Parameter secrets: the patterns of each owner, an owner's number being its place.
  init(_ secrets: [SecretForms]) {
    for (owner, forms) in secrets.enumerated() {
      for pattern in forms.patterns { insert(pattern, of: owner) }
    }
    link()
  }

  /// The node after one more byte.
  func next(_ node: Int, _ byte: UInt8) -> Int {
    var node = node
    while node != 0 {
      if let target = edge(from: node, byte) { return target }
      node = Int(nodes[node].fallback)
    }
    return Int(roots[Int(byte)])
  }

  /// How many bytes of a pattern have been seen at a node.
  func depth(of node: Int) -> Int { Int(nodes[node].depth) }

  /// Whose pattern may be under way at a node.
  func owner(of node: Int) -> Int { Int(nodes[node].owner) }

  /// Every pattern that ends at a node, the longest first.
  func matches(at node: Int) -> [Match] {
    var matches: [Match] = []
    var node = nodes[node].ends.isEmpty ? Int(nodes[node].nextEnd) : node
    while node != 0 {
      matches += nodes[node].ends
      node = Int(nodes[node].nextEnd)
    }
    return matches
  }

  private func edge(from node: Int, _ byte: UInt8) -> Int? {
    var index = nodes[node].firstEdge
    while index >= 0 {
      let edge = edges[Int(index)]
      if edge.byte == byte { return Int(edge.target) }
      index = edge.next
    }
    return nil
  }

  private mutating func insert(_ pattern: SecretForms.Pattern, of owner: Int) {
    var node = 0
    for byte in pattern.bytes {
      if let target = node == 0 ? root(byte) : edge(from: node, byte) {
        node = target
        continue
      }
      let target = Int32(nodes.count)
      nodes.append(Node(depth: nodes[node].depth + 1, owner: Int32(owner)))
      edges.append(Edge(byte: byte, target: target, next: nodes[node].firstEdge))
      nodes[node].firstEdge = Int32(edges.count - 1)
      if node == 0 { roots[Int(byte)] = target }
      node = Int(target)
    }
    nodes[node].ends.append(
      Match(
        length: pattern.bytes.count,
        hasLead: pattern.hasLead,
        hasTrail: pattern.hasTrail,
        owner: owner
      )
    )
    longest = max(longest, pattern.bytes.count)
  }

  private func root(_ byte: UInt8) -> Int? {
    let target = Int(roots[Int(byte)])
    return target == 0 ? nil : target
  }

  /// Links every node to its fallback, those nearer the root first.
  private mutating func link() {
    var queue = roots.map(Int.init).filter { $0 != 0 }
    var place = 0
    while place < queue.count {
      let node = queue[place]
      place += 1
      let fallback = Int(nodes[node].fallback)
      nodes[node].nextEnd =
        nodes[fallback].ends.isEmpty ? nodes[fallback].nextEnd : Int32(fallback)
      var index = nodes[node].firstEdge
      while index >= 0 {
        let edge = edges[Int(index)]
        nodes[Int(edge.target)].fallback = Int32(next(fallback, edge.byte))
        queue.append(Int(edge.target))
        index = edge.next
      }
    }
  }
}
