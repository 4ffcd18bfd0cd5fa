/// A move through something longer than its window.
public enum Motion: Sendable, Hashable {
  case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last
  /// To an item by its index, as after typing its number.
  case to(Int)

  /// The usual keys for it, vi's and the arrows both: `j k g G ctrl-d ctrl-u
  /// ctrl-f ctrl-b pgdn pgup home end`.
  public init?(_ key: Key) {
    switch key {
    case .up, .character("k"): self = .up
    case .down, .character("j"): self = .down
    case .pageUp, .control("b"): self = .pageUp
    case .pageDown, .control("f"): self = .pageDown
    case .control("u"): self = .halfPageUp
    case .control("d"): self = .halfPageDown
    case .home, .character("g"): self = .first
    case .end, .character("G"): self = .last
    default: return nil
    }
  }

  /// The index it leads to.
  func target(from index: Int, count: Int, page: Int) -> Int {
    let page = max(1, page)
    let target =
      switch self {
      case .up: index - 1
      case .down: index + 1
      case .pageUp: index - page
      case .pageDown: index + page
      case .halfPageUp: index - max(1, page / 2)
      case .halfPageDown: index + max(1, page / 2)
      case .first: 0
      case .last: count - 1
      case .to(let index): index
      }
    return max(0, min(target, count - 1))
  }
}
