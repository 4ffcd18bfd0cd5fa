/// Works out what a step would do before it does it, as the engine works it out.
public struct StepPreview: Sendable {
  private let catalogue: OperationCatalogue
  private let site: Site

  public init(catalogue: OperationCatalogue, site: Site) {
    self.catalogue = catalogue
    self.site = site
  }

  /// The commands of a step as far as they can be known now, or why not; empty where it has none.
  public func commands(of step: Step, in state: RunState) -> Result<CommandList, PreviewRefusal> {
    commands(of: step, state.scope, state.mode)
  }

  /// The commands that undo a step; empty where a person does.
  public func commands(
    undoing step: Step,
    in state: RunState
  ) -> Result<CommandList, PreviewRefusal> {
    guard let undoing = step.compensating else { return .success(.none(of: step.id)) }
    return commands(of: undoing, state.rollbackScope, state.mode)
  }

  private func commands(
    of step: Step,
    _ scope: Scope,
    _ mode: World
  ) -> Result<CommandList, PreviewRefusal> {
    guard step.body.hasCommands else { return .success(.none(of: step.id)) }
    let resolution = StepResolution(catalogue: catalogue, site: site, scope: scope, mode: mode)
    do throws(ResolutionFailure) {
      return .success(try resolution.resolve(step).commands)
    } catch {
      switch error {
      case .refused(let failure): return .failure(PreviewRefusal(reason: failure.message))
      case .unset(let reference):
        return .failure(PreviewRefusal(reason: "known once \(reference) has a value"))
      }
    }
  }
}

/// Why the commands of a step cannot be shown yet.
public struct PreviewRefusal: Error, Sendable, Hashable {
  public let reason: String
}

extension StepBody {
  /// Whether performing it runs commands.
  var hasCommands: Bool {
    switch self {
    case .operation, .check, .command, .wait(.until): true
    case .gate(let gate): !gate.checks.isEmpty
    case .wait(.span), .manual, .ask, .approve, .runbook, .note: false
    }
  }
}
