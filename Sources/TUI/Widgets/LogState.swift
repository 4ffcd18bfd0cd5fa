/// Where in an output one looks, and how.
public struct LogState: Sendable, Hashable {
  /// Whether new lines move the window.
  ///
  /// Off as soon as one scrolls up.
  public private(set) var isFollowing = true

  /// The number of the first line in the window, when not following.
  public private(set) var top = 0

  /// Columns scrolled to the right, kept while following.
  public private(set) var left = 0

  /// Whether long lines go on below instead of to the right.
  public var wraps = false

  /// What to mark in the lines.
  public var search: TextFilter?

  public init() {}

  public mutating func move(_ motion: Motion, in log: LogBuffer, page: Int) {
    let lastTop = max(log.firstNumber, log.endNumber - max(1, page))
    let current = isFollowing ? lastTop : max(top, log.firstNumber)
    let target =
      motion.target(
        from: current - log.firstNumber,
        count: log.count,
        page: page
      ) + log.firstNumber
    switch motion {
    case .last: isFollowing = true
    case .down, .pageDown, .halfPageDown: isFollowing = target >= lastTop
    default: isFollowing = false
    }
    top = wraps ? target : min(target, lastTop)
  }

  /// Stops or resumes following.
  public mutating func toggleFollow(in log: LogBuffer, page: Int) {
    if isFollowing { top = max(log.firstNumber, log.endNumber - max(1, page)) }
    isFollowing.toggle()
  }

  /// Scrolls sideways by half a window, as reading long lines takes.
  public mutating func scroll(toRight: Bool, columns: Int) {
    left = max(0, left + (toRight ? 1 : -1) * max(1, columns / 2))
  }

  /// Goes to the next line that matches the search, or the one before.
  ///
  /// - Returns: Whether there was one.
  @discardableResult
  public mutating func find(forward: Bool, in log: LogBuffer) -> Bool {
    guard let matches = search?.matcher() else { return false }
    let current = isFollowing ? log.endNumber : max(top, log.firstNumber)
    func isMatch(_ number: Int) -> Bool { log[number].map(matches) ?? false }
    let found =
      forward
      ? log.numbers.first { $0 > current && isMatch($0) }
      : log.numbers.last { $0 < current && isMatch($0) }
    guard let found else { return false }
    isFollowing = false
    top = found
    return true
  }
}
