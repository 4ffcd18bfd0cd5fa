/// Lines entered before, to go back to with up and down.
public struct InputHistory: Sendable, Hashable {
  private var entries: [String]
  private var position: Int?
  private var draft = ""
  private let limit: Int

  public init(_ entries: [String] = [], limit: Int = 200) {
    self.limit = max(1, limit)
    self.entries = Array(entries.suffix(self.limit))
  }

  /// Oldest first.
  public var all: [String] { entries }

  /// Keeps an entered line, the last of several equal ones.
  public mutating func add(_ line: String) {
    position = nil
    draft = ""
    guard !line.isEmpty else { return }
    entries.removeAll { $0 == line }
    entries.append(line)
    if entries.count > limit { entries.removeFirst() }
  }

  /// The line before the one shown; nil at the oldest.
  ///
  /// What was being typed is kept for the way back.
  public mutating func previous(current: String) -> String? {
    let next = (position ?? entries.count) - 1
    guard next >= 0 else { return nil }
    if position == nil { draft = current }
    position = next
    return entries[next]
  }

  /// The line after the one shown, at last what was being typed.
  public mutating func next() -> String? {
    guard let current = position else { return nil }
    if current + 1 < entries.count {
      position = current + 1
      return entries[current + 1]
    }
    position = nil
    return draft
  }
}
