/// What of a library proves what of the plan.
public struct PlanCoverage: Sendable {
  /// A step that names an item of the plan under `covers`.
  public struct Step: Sendable, Hashable {
    public let runbook: RunbookID
    public let step: StepID
    /// What the step is, in the runbook's words.
    public let title: String
  }

  private let steps: [PlanID: [Step]]
  private let asked: [PlanID: Set<Role>]

  /// Takes the runbooks of the library that the plan belongs to.
  public init(runbooks: [Runbook]) {
    var steps: [PlanID: [Step]] = [:]
    var asked: [PlanID: Set<Role>] = [:]
    for runbook in runbooks {
      for step in runbook.steps {
        for cover in step.covers.map(PlanID.init) {
          steps[cover, default: []].append(
            Step(runbook: runbook.id, step: step.id, title: step.title)
          )
          if case .approve(let approval) = step.body {
            asked[cover, default: []].formUnion(approval.roles)
          }
        }
      }
    }
    self.steps = steps
    self.asked = asked
  }

  /// The steps that name an item, in the order of the runbooks and their steps.
  public func steps(for id: PlanID) -> [Step] { steps[id] ?? [] }

  /// Why an item is not wholly proved yet, a clause for each proof that is missing; empty: it is.
  ///
  /// A statement that no step asks anybody to sign is missing too: nobody would be asked.
  public func missing(of item: some PlanItem) -> [String] {
    item.proof.compactMap { missing($0, of: item.id) }
  }

  /// Why a proof of an item is not there yet; nil: the library has it.
  public func missing(_ proof: Proof, of id: PlanID) -> String? {
    switch proof.evidence {
    case .check, .runbook, .exercise: nil
    case .signed(let role, _):
      asked[id]?.contains(role) ?? false ? nil : "no step asks \(role) to sign it"
    case .later(let reason): reason
    }
  }
}
