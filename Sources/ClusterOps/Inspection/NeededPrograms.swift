public import Runbooks

/// The programs that checks start, by the place they start them at.
public struct NeededPrograms: Sendable, Hashable {
  /// What checks need of a place.
  public struct Place: Sendable, Hashable {
    /// By the name of the program, the checks that start it.
    public internal(set) var programs: [String: Set<CheckID>] = [:]

    /// A place that nothing is needed of.
    public init() {}

    /// The names of the programs, in order.
    public var names: [String] { programs.keys.sorted() }
    /// How many checks look from there.
    public var checks: Int { programs.values.reduce(into: Set()) { $0.formUnion($1) }.count }
  }

  /// By the name of the vantage; `here` is this machine. Containers bring their own programs.
  public private(set) var places: [String: Place] = [:]

  /// Works out the commands of each check on a site; what cannot be worked out needs nothing.
  public init(of checks: [CheckDefinition], on site: Site) {
    // A way that is nothing but its name shows in the commands what is run behind it.
    let names = SiteVantage.customary.union(site.vantages.map(\.name))
    let marked = site.replacing(
      vantages: names.sorted().map { SiteVantage(name: $0, via: [Self.mark + $0]) }
    )
    let performer = CheckPerformer(
      catalogue: .standard(),
      site: marked,
      commands: CommandRunner()
    )
    for check in checks {
      for action in performer.commands(of: check) {
        guard var program = action.argv.first else { continue }
        var rest = action.argv
        var place = "here"
        if program.hasPrefix(Self.mark) {
          place = String(program.dropFirst(Self.mark.count))
          rest.removeFirst()
        }
        let bounded = Probe.inner(rest)
        if bounded.count < rest.count { add(rest[0], at: place, for: check.id) }
        program = bounded.first ?? ""
        add(program, at: place, for: check.id)
      }
    }
  }

  private static let mark = "vantage:"

  private mutating func add(_ program: String, at place: String, for check: CheckID) {
    guard !program.isEmpty else { return }
    places[place, default: Place()].programs[program, default: []].insert(check)
  }
}

extension Site {
  /// The same site with other ways to its vantages.
  fileprivate func replacing(vantages: [SiteVantage]) -> Site {
    Site(
      name: name,
      domain: domain,
      mailHost: mailHost,
      addresses: addresses,
      node: node,
      stage: stage,
      kubernetes: kubernetes,
      vantages: vantages,
      manifests: manifests,
      directory: directory,
      operators: operators,
      drivers: drivers,
      scenario: scenario,
      signers: signers,
      witnesses: witnesses,
      looks: looks,
      record: record
    )
  }
}
