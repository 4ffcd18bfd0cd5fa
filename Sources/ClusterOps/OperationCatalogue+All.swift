public import Runbooks

extension OperationCatalogue {
  /// Every operation the console has.
  public static func standard() -> OperationCatalogue {
    OperationCatalogue(
      ([
        .apply, .diff, .rollout, .pods, .logs, .exec, .node, .labelNode, .deletePod, .ports,
        .queue, .hold, .release, .requeue, .flush, .export, .delete, .logSenders,
        .postfixCheck, .settings, .services, .reload,
      ] as [OperationDeclaration]).map(UnbuiltOperation.init)
    )
  }
}

/// Stands in for an operation until it is built.
private struct UnbuiltOperation: Operation {
  let declaration: OperationDeclaration

  private var failure: OperationFailure {
    OperationFailure(
      .refused,
      "\(declaration.name) is not built yet",
      advice: "",
      effect: .none
    )
  }

  func plan(_: Arguments, for _: Site) throws(OperationFailure) -> [PlannedAction] {
    throw failure
  }

  func perform(_: Arguments, in _: OperationContext) async throws(OperationFailure)
    -> OperationResult
  { throw failure }

  func simulate(_: Arguments, in _: inout SimulatedWorld) throws(OperationFailure)
    -> OperationResult
  { throw failure }
}
