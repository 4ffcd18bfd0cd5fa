internal import Runbooks

/// Which failing check is the cause of which others: what is explained is not told twice.
enum CheckCauses {
  /// The first cause of each check that has one among those that fail.
  ///
  /// A check that fails because of one that fails itself because of a third has the third. Checks
  /// that explain each other are explained by the first of them by name, which stands for itself.
  ///
  /// - Parameters:
  ///   - failing: the checks that fail, each with those it explains.
  ///   - unwell: the checks that may have a cause.
  static func first(
    of unwell: Set<CheckID>,
    among failing: [CheckID: [CheckID]]
  ) -> [CheckID: CheckID] {
    let reached = failing.keys.reduce(into: [CheckID: Set<CheckID>]()) {
      $0[$1] = reach(from: $1, failing)
    }
    func explains(_ cause: CheckID, _ check: CheckID) -> Bool {
      guard cause != check, reached[cause]?.contains(check) ?? false else { return false }
      return !(reached[check]?.contains(cause) ?? false) || cause < check
    }
    let causes = failing.keys.sorted()
    let firsts = causes.filter { cause in !causes.contains { explains($0, cause) } }
    return unwell.reduce(into: [:]) { found, check in
      found[check] = firsts.first { explains($0, check) }
    }
  }

  private static func reach(
    from cause: CheckID,
    _ failing: [CheckID: [CheckID]]
  ) -> Set<CheckID> {
    var reached: Set<CheckID> = []
    var open = failing[cause] ?? []
    while let next = open.popLast() {
      guard reached.insert(next).inserted else { continue }
      open += failing[next] ?? []
    }
    return reached
  }
}
