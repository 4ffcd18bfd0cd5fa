internal import Runbooks

/// Whose turn it is at a step, as seen by one person: what is offered to them and what is not.
enum Turn: Sendable, Hashable {
  /// The step waits for no person, or the run is over.
  case nobodys
  /// The person may act, and the runbook means them.
  case yours
  /// The person may act, but the runbook means others: `E2 (marek)`.
  case inPlaceOf(String)
  /// Others act; why this person cannot, and how they could, in a sentence.
  case others(String)

  /// Whether `a` does something for this person.
  var isOffered: Bool {
    switch self {
    case .yours, .inPlaceOf: true
    case .nobodys, .others: false
    }
  }
}

extension RunModel {
  /// Whose turn it is at a step, for a person.
  func turn(at step: StepID, for person: String) -> Turn {
    guard state.ended == nil, stopped == nil, needsPerson(step),
      let item = state.waitingItems.first(where: { $0.step == step })
    else { return .nobodys }
    guard hasRunner else { return .others("No runner performs the run; t takes it over.") }
    let people = RoleNames.text(item.roles, among: state.created?.operators ?? [])
    switch item.kind {
    case .approval:
      guard case .waitingForPerson(.approval(let request, let given))? = state.subject(of: step)
      else { return .nobodys }
      let signers = Forms.signers(request, given, self)
      if signers.contains(person) { return .yours }
      return signers.isEmpty
        ? .others("Waits for \(people), and none of them may sign: see who did the work.")
        : .inPlaceOf(signers.joined(separator: " or "))
    case .unknown where state.subject(of: step)?.proposal != nil:
      guard let proposal = state.subject(of: step)?.proposal else { return .nobodys }
      return proposal.by == person
        ? .inPlaceOf("a second person") : .yours
    case .run: return .nobodys
    case .runbook:
      if holds(item.roles, person) { return .yours }
      if let watching = watching(for: person) { return .others(watching) }
      return .inPlaceOf(people)
    case .manual, .answer, .release, .secret, .failure, .unknown:
      if let watching = watching(for: person) { return .others(watching) }
      return holds(item.roles, person) ? .yours : .inPlaceOf(people)
    }
  }

  /// Why a person gives no orders to the run, and what to do about it; nil: they drive.
  func watching(for person: String) -> String? {
    guard hasRunner else { return "No runner performs the run; t takes it over." }
    guard let driver = state.driver, state.isAttached else {
      return "Nobody drives; t takes the drive."
    }
    if driver.by == person { return nil }
    return state.offer == nil
      ? "\(driver.by) drives and you watch; once they offer the drive with o, t takes it."
      : "\(driver.by) drives and offers it; t takes the drive."
  }

  /// Whether one of these roles is the person's; nobody is meant in particular where none is named
  /// or nobody here holds one.
  private func holds(_ roles: [Role], _ person: String) -> Bool {
    let wanted = Set(roles)
    let holders = (state.created?.operators ?? [])
      .filter { !wanted.isDisjoint(with: $0.roles) }.map(\.name)
    return holders.isEmpty || holders.contains(person)
  }
}
