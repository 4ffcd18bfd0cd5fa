/// What a check found, for whoever looks.
public struct CheckFinding: Sendable, Hashable {
  public let check: CheckID
  public let verdict: CheckVerdict
  /// One sentence: what was found, or why nothing was.
  public let summary: String
  /// What to do next, where it is not passed.
  public let advice: String?
  /// When it was looked.
  public let at: Moment
  public let milliseconds: Int64
  /// What it fills in of the inputs of the runbook to reach for, as a person would type it.
  public let inputs: [String: String]
  /// All that was read, by the names the operation declares.
  public let values: [String: Value]
  public let evidence: [Evidence]

  public init(
    check: CheckID,
    verdict: CheckVerdict,
    summary: String,
    advice: String? = nil,
    at: Moment,
    milliseconds: Int64,
    inputs: [String: String] = [:],
    values: [String: Value] = [:],
    evidence: [Evidence] = []
  ) {
    self.check = check
    self.verdict = verdict
    self.summary = summary
    self.advice = advice
    self.at = at
    self.milliseconds = milliseconds
    self.inputs = inputs
    self.values = values
    self.evidence = evidence
  }
}

/// Performs checks outside any run: resolved and judged as in a step, and leaving nothing behind.
public struct CheckPerformer: Sendable {
  private let catalogue: OperationCatalogue
  private let site: Site
  private let commands: any CommandPerformer
  private let clock: any RunClock
  private let simulation: Simulation?

  /// - Parameter world: the simulated world to look at; nil: the site's own.
  public init(
    catalogue: OperationCatalogue,
    site: Site,
    commands: any CommandPerformer,
    clock: any RunClock = SystemRunClock(),
    world: SimulatedWorld? = nil
  ) {
    self.catalogue = catalogue
    self.site = site
    self.commands = commands
    self.clock = clock
    simulation = world.map(Simulation.init)
  }

  private var scope: Scope { Scope(site: site.record) }

  private var resolution: StepResolution {
    StepResolution(
      catalogue: catalogue,
      site: site,
      scope: scope,
      mode: simulation == nil ? .live : .tabletop
    )
  }

  /// The commands that a check would begin with; none where it cannot be worked out on this site.
  public func commands(of definition: CheckDefinition) -> [PlannedAction] {
    (try? resolution.resolve(definition.check))?.actions ?? []
  }

  /// Performs one check, bounded by its own time.
  public func perform(_ definition: CheckDefinition) async -> CheckFinding {
    let began = clock.read()
    let end = await end(of: definition)
    let finished = clock.read()
    return CheckFinding(
      check: definition.id,
      verdict: CheckVerdict(of: end),
      summary: end.plainSummary,
      advice: end.failure.map { $0.reason == .failed ? definition.remedy : $0.advice },
      at: began.wall,
      milliseconds: (finished.monotonicNanoseconds - began.monotonicNanoseconds) / 1_000_000,
      inputs: inputs(of: definition, from: end.outputs),
      values: end.outputs,
      evidence: end.evidence
    )
  }

  private func end(of definition: CheckDefinition) async -> StepEnd {
    let resolved: ResolvedCheck
    do throws(ResolutionFailure) {
      resolved = try resolution.resolve(definition.check)
    } catch {
      switch error {
      case .refused(let failure): return .failed(failure)
      case .unset(let reference):
        return .failed(
          OperationFailure(
            .refused,
            "\(reference) has no value on the site \(site.name)",
            advice: "Give it in site.yaml, or leave this check out.",
            effect: .none
          )
        )
      }
    }
    let context = OperationContext(
      site: site,
      timeout: definition.timeout,
      simulation: simulation,
      clock: clock
    ) { _ in }
    let performer: any CommandPerformer = simulation == nil ? commands : NoCommands()
    return await RunEngine.check(
      resolved,
      scope,
      RunEngine.Hands(commands: performer, context: context)
    )
  }

  /// What can be filled in of the runbook's inputs; what has no value is left to the person.
  private func inputs(
    of definition: CheckDefinition,
    from outputs: [String: Value]
  ) -> [String: String] {
    guard !outputs.isEmpty else { return [:] }
    var scope = scope
    scope.result = outputs
    return definition.inputs.compactMapValues { argument in
      guard let value = try? argument.resolve(in: scope), !value.holdsSecret else { return nil }
      let text = value.description
      return text.isEmpty || text.utf8.count > 1_000 ? nil : text
    }
  }
}
