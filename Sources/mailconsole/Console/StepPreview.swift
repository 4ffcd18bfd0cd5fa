internal import Runbooks

/// Works out what a step would do, exactly, before it does it.
struct StepPreview: Sendable {
  let catalogue: OperationCatalogue
  let site: Site

  /// The commands of a step as far as they can be known now, or why not.
  func actions(of step: Step, in state: RunState) -> Result<[PlannedAction], PreviewRefusal> {
    actions(of: step, state.scope)
  }

  /// The commands that undo a step; none where a person does.
  func actions(undoing step: Step, in state: RunState) -> Result<[PlannedAction], PreviewRefusal> {
    step.compensating.map { actions(of: $0, state.rollbackScope) } ?? .success([])
  }

  private func actions(
    of step: Step,
    _ scope: Scope
  ) -> Result<[PlannedAction], PreviewRefusal> {
    switch step.body {
    case .operation(let call): actions(of: call, scope)
    case .check(let check): actions(of: check.subject, scope)
    case .command(let line): actions(of: line, scope)
    case .wait(.until(let check, _, _)): actions(of: check.subject, scope)
    default: .success([])
    }
  }

  private func actions(
    of subject: Check.Subject,
    _ scope: Scope
  ) -> Result<[PlannedAction], PreviewRefusal> {
    switch subject {
    case .operation(let call): actions(of: call, scope)
    case .command(let line): actions(of: line, scope)
    }
  }

  private func actions(
    of call: OperationCall,
    _ scope: Scope
  ) -> Result<[PlannedAction], PreviewRefusal> {
    guard let operation = catalogue[call.operation] else {
      return .failure(PreviewRefusal(reason: "the catalogue has no operation \(call.operation)"))
    }
    do {
      let values = try call.arguments.mapValues { try $0.resolve(in: scope) }
      return .success(try operation.plan(Arguments(values), for: site))
    } catch let error as OperationFailure {
      return .failure(PreviewRefusal(reason: error.message))
    } catch {
      return .failure(PreviewRefusal(reason: "known once the steps before it have ended"))
    }
  }

  private func actions(
    of line: CommandLine,
    _ scope: Scope
  ) -> Result<[PlannedAction], PreviewRefusal> {
    do {
      return .success([try line.planned(in: scope)])
    } catch {
      return .failure(PreviewRefusal(reason: "known once the steps before it have ended"))
    }
  }
}

/// Why the commands of a step cannot be shown yet.
struct PreviewRefusal: Error, Sendable, Hashable {
  let reason: String
}
