extension RunEvent.DecisionMade.Decision {
  /// The decision as what somebody would do.
  public var phrase: String {
    switch self {
    case .retry: "make another attempt"
    case .skip: "go on without it"
    case .markDone: "mark it done"
    case .acceptFailure: "let the failure stand"
    }
  }
}

extension RunEvent.SettlementProposed {
  /// What is proposed, by whom and why.
  public var sentence: String { "\(by) would \(decision.phrase): \(reason)" }
}

extension RunEvent.DecisionMade {
  /// Who decided, the first to say it first.
  public var people: String { proposer.map { "\($0) and \(by)" } ?? by }
}
