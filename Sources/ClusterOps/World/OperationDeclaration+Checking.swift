internal import Runbooks

extension OperationDeclaration {
  /// Demands that a result is what was declared: every name, no other, each of its type.
  ///
  /// Lint has proved a runbook's expressions by the declaration; what departs from it would fail in
  /// a later step, or not be missed at all.
  func checked(_ result: OperationResult) throws(OperationFailure) -> OperationResult {
    for declared in results {
      guard let value = result.values[declared.name] else {
        throw departure("gave no result `\(declared.name)`, which it declares")
      }
      // Converted to its own type a value is as it was; an empty list is of any list type.
      guard value.converted(to: declared.type) == value else {
        throw departure("declares `\(declared.name)` as \(declared.type) and gave \(value.type)")
      }
    }
    let names = Set(results.map(\.name))
    if let other = result.values.keys.sorted().first(where: { !names.contains($0) }) {
      throw departure("gave a result `\(capped(other, 60))`, which it does not declare")
    }
    return result
  }

  private func departure(_ what: String) -> OperationFailure {
    OperationFailure(
      .malformed,
      "\(name) \(what)",
      advice: risk == .read
        ? "This is a fault of mailconsole: report it with the operation's name. Nothing was changed."
        : "This is a fault of mailconsole: report it with the operation's name. What the operation "
          + "does was done: look before you do it again.",
      effect: risk == .read ? .none : .unknown
    )
  }
}
