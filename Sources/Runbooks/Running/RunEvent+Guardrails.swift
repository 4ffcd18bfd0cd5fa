extension RunEvent {
  /// A guardrail was read and its verdict is not what it was; the same verdict again is no event.
  public struct GuardrailRead: Sendable, Hashable, Codable {
    public let guardrail: GuardrailID
    public let verdict: CheckVerdict
    /// What was found, or why nothing was: a sentence.
    public let summary: String
    /// What to do, with the runbook to reach for; nil where it passes or warns.
    public let advice: String?
    public let at: Moment

    public init(
      guardrail: GuardrailID,
      verdict: CheckVerdict,
      summary: String,
      advice: String? = nil,
      at: Moment
    ) {
      self.guardrail = guardrail
      self.verdict = verdict
      self.summary = summary
      self.advice = advice
      self.at = at
    }

    /// What was found of which guardrail.
    var sentence: String {
      let found =
        switch verdict {
        case .pass: "passes"
        case .warn: "warns"
        case .fail: "FAILS"
        case .undetermined: "could not be found out"
        }
      return "the guardrail \(guardrail) \(found): \(summary)"
        + (advice.map { " [\($0)]" } ?? "")
    }
  }

  /// Somebody lets the run go on although guardrails fail; until each has passed once it does not
  /// pause the run again.
  public struct GuardrailOverruled: Sendable, Hashable, Codable {
    /// Every one that held the run.
    public let guardrails: [GuardrailID]
    public let by: String
    public let reason: String
    public let at: Moment

    public init(guardrails: [GuardrailID], by: String, reason: String, at: Moment) {
      self.guardrails = guardrails
      self.by = by
      self.reason = reason
      self.at = at
    }

    /// Who overruled what, and why.
    var sentence: String {
      let names = guardrails.map(\.description).joined(separator: ", ")
      return "\(by) overrules the guardrail \(names): \(reason)"
    }
  }
}
