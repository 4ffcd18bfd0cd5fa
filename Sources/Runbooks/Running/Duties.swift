/// What a run asks of the people who act in it, pinned in its first event so that a journal from
/// before a rule replays without it. See `docs/decisions/011-people.md`.
public struct Duties: Sendable, Hashable, Codable {
  /// How many people settle an outcome that nobody knows.
  public enum Settling: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whoever drives.
    case onePerson = "one"
    /// One proposes and another, who is an operator of the site, confirms.
    case twoPeople = "two"
  }

  /// Who may act at all; nil: everybody may, in journals from before it was asked.
  public enum Acting: String, Sendable, Hashable, Codable, CaseIterable {
    /// Whoever is in `operators.yaml`; others look.
    case operators
  }

  public let acting: Acting?
  /// The roles that may drive; nil: everybody who may act.
  public let drivers: [Role]?
  public let settling: Settling
  /// What the second person's confirmation has to be; nil: a typed name.
  public let confirmations: SignaturePolicy?

  public init(
    acting: Acting? = nil,
    drivers: [Role]? = nil,
    settling: Settling = .twoPeople,
    confirmations: SignaturePolicy? = nil
  ) {
    self.acting = acting
    self.drivers = drivers
    self.settling = settling
    self.confirmations = confirmations
  }

  /// What a site asks; where nobody else could confirm, one person settles alone.
  init(of site: Site) {
    self.init(
      acting: .operators,
      drivers: site.drivers,
      settling: site.operators.count > 1 ? .twoPeople : .onePerson,
      confirmations: site.operators.count > 1 && site.signers.allowed != nil
        ? .sshSignatures : nil
    )
  }

  /// What runs from before duties asked of people.
  static let none = Duties(settling: .onePerson)

  /// Why somebody with these roles may do nothing, in a sentence; nil: they may act.
  public func objection(toActor name: String, with roles: Set<Role>) -> String? {
    guard acting == .operators, roles.isEmpty else { return nil }
    return "\(name) is not in the site's operators.yaml, so they may look and not act"
  }

  /// Why somebody with these roles may not drive, in a sentence; nil: they may.
  public func objection(toDriver name: String, with roles: Set<Role>) -> String? {
    if let objection = objection(toActor: name, with: roles) { return objection }
    guard let drivers, roles.isDisjoint(with: drivers) else { return nil }
    return "\(name) may not drive: operators.yaml lets \(Role.list(drivers)) drive. "
      + "Have one of them take it; whoever watches may still sign off and write notes"
  }
}

extension Role {
  /// Roles as a sentence names them: `E2 or E4`.
  static func list(_ roles: some Sequence<Role>) -> String {
    roles.map(\.name).joined(separator: " or ")
  }
}

extension RunState {
  /// What this run asks of its people.
  public var duties: Duties { created?.duties ?? .none }
}
