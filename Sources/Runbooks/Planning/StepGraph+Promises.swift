/// Who may not approve what destroys.
extension StepGraph {
  /// Whether a step destroys something, by itself or when it is undone.
  static func isDestructive(
    _ step: Step,
    _ declaration: (OperationName) -> OperationDeclaration?
  ) -> Bool {
    if step.risk == .destructive { return true }
    guard case .operation(let call) = step.rollback else { return false }
    return declaration(call.operation)?.risk == .destructive
  }

  /// The steps whose work an approval of something destructive binds: everything before it that
  /// changes something or that a person does; nil where nothing destructive comes after it.
  ///
  /// Whoever did any of them may not give that approval, unless it says `alone:`.
  func work(boundBy approval: StepID, in catalogue: OperationCatalogue) -> [StepID]? {
    work(boundBy: approval) { catalogue[$0]?.declaration }
  }

  func work(
    boundBy approval: StepID,
    _ declaration: (OperationName) -> OperationDeclaration?
  ) -> [StepID]? {
    let guards = order.contains { id in
      guard succeeds(approval, before: id), let step = step(id) else { return false }
      return Self.isDestructive(step, declaration)
    }
    guard guards else { return nil }
    return order.filter { id in
      guard isAncestor(id, of: approval), let step = step(id) else { return false }
      // Signing is not doing: whoever agreed to an earlier step may agree to a later one.
      if case .approve = step.body { return false }
      return step.risk > .read || step.body.task != nil
    }
  }
}
