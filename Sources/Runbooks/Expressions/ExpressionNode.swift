/// The tree of an expression; each node knows where it was written.
struct ExpressionNode: Sendable, Hashable {
  indirect enum Form: Sendable, Hashable {
    case literal(Value)
    case list([ExpressionNode])
    case reference(Reference)
    case not(ExpressionNode)
    /// `a and b and c`: flat, so that a long chain is not a deep tree.
    case all([ExpressionNode])
    /// `a or b or c`
    case any([ExpressionNode])
    case comparison(Comparison, ExpressionNode, ExpressionNode)
    /// `a + b + c`: of numbers or of durations
    case sum([ExpressionNode])
    /// `element in list`
    case membership(ExpressionNode, in: ExpressionNode)
    /// `count(list)`
    case count(ExpressionNode)
    /// `contains(text, part)`; of a list of texts: whether one of them has the part
    case contains(ExpressionNode, part: ExpressionNode)
    /// `default(reference, literal)`
    case fallback(Reference, Value)
  }

  enum Comparison: String, Sendable, Hashable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// Whether it asks for an order, not only for equality.
    var isOrdering: Bool { self != .equal && self != .notEqual }
  }

  let form: Form
  let mark: TextMark

  /// Adds every reference in the tree, in the order of the text.
  func collect(into uses: inout [ReferenceUse]) {
    switch form {
    case .literal: break
    case .list(let nodes), .all(let nodes), .any(let nodes), .sum(let nodes):
      for node in nodes { node.collect(into: &uses) }
    case .reference(let reference):
      uses.append(ReferenceUse(reference: reference, hasDefault: false))
    case .fallback(let reference, _):
      uses.append(ReferenceUse(reference: reference, hasDefault: true))
    case .not(let node), .count(let node):
      node.collect(into: &uses)
    case .comparison(_, let a, let b), .membership(let a, in: let b), .contains(let a, part: let b):
      a.collect(into: &uses)
      b.collect(into: &uses)
    }
  }
}
