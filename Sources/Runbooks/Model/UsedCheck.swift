/// What a runbook takes over of a check that it means by `use: ID`, besides how it reads and judges.
public struct UsedCheck: Sendable, Hashable {
  public let id: CheckID
  public let title: String
  /// What to do when it fails, in words.
  public let remedy: String
  /// The runbook to reach for when it fails.
  public let runbook: RunbookID?
  /// How long it may take.
  public let timeout: Duration
  /// Where the runbook uses it.
  public let position: SourcePosition

  public init(
    id: CheckID,
    title: String,
    remedy: String,
    runbook: RunbookID? = nil,
    timeout: Duration = .seconds(20),
    position: SourcePosition
  ) {
    self.id = id
    self.title = title
    self.remedy = remedy
    self.runbook = runbook
    self.timeout = timeout
    self.position = position
  }

  /// What to do when it fails, with the runbook to reach for: sentences.
  public var advice: String {
    guard let runbook else { return remedy }
    return "\(remedy) Reach for the runbook \(runbook)."
  }
}

/// The exact text of a check that a runbook uses; a run is pinned to it by digest.
public struct CheckText: Sendable, Hashable {
  public let id: CheckID
  public let text: String
  public let digest: Digest

  public init(id: CheckID, text: String) {
    self.id = id
    self.text = text
    self.digest = Digest(of: text)
  }
}

extension Check {
  /// The check of a definition, as it is used at some place.
  ///
  /// - Parameters:
  ///   - timeout: how long it may take there; nil: as it says itself.
  ///   - freshFor: how long its evidence may satisfy a gate there; nil: as it says itself.
  init(
    using definition: CheckDefinition,
    timeout: Duration? = nil,
    freshFor: Duration? = nil,
    at position: SourcePosition
  ) {
    self.init(
      subject: definition.check.subject,
      pass: definition.check.pass,
      warn: definition.check.warn,
      freshFor: freshFor ?? definition.check.freshFor,
      use: UsedCheck(
        id: definition.id,
        title: definition.title,
        remedy: definition.remedy,
        runbook: definition.runbook,
        timeout: timeout ?? definition.timeout,
        position: position
      )
    )
  }

  /// The same used at a place of another bound.
  func with(timeout: Duration?, freshFor: Duration?) -> Check {
    Check(
      subject: subject,
      pass: pass,
      warn: warn,
      freshFor: freshFor ?? self.freshFor,
      use: use.map {
        UsedCheck(
          id: $0.id,
          title: $0.title,
          remedy: $0.remedy,
          runbook: $0.runbook,
          timeout: timeout ?? $0.timeout,
          position: $0.position
        )
      }
    )
  }
}

extension Runbook {
  /// Every check that it means by `use`, in the order of the file; one may come several times.
  public var usedChecks: [Check] {
    let all =
      guardrails.map(\.check)
      + steps.flatMap { step -> [Check] in
        let body: [Check] =
          switch step.body {
          case .check(let check): [check]
          case .wait(.until(let check, every: _, atMost: _)): [check]
          case .gate(let gate): gate.checks
          case .operation, .command, .manual, .ask, .approve, .wait(.span), .runbook, .note: []
          }
        return body + (step.doneWhen.map { [$0] } ?? []) + step.guardrails.map(\.check)
      }
    return all.filter { $0.use != nil }
  }
}
