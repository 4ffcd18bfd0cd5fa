internal import ClusterOps
internal import Runbooks

/// The checks of a site: which there are, what performs them, and where their results are kept.
struct CheckBoard: Sendable {
  let site: Site
  let checks: [CheckDefinition]
  /// What a screen says of each.
  let cards: [CheckCard]
  let store: CheckStore
  private let performer: CheckPerformer

  /// How many are looked at side by side from one place.
  private static let width = 8

  /// Reads the checks of the site that options name.
  static func open(
    _ siteOptions: SiteOptions,
    _ library: LibraryOptions,
    world: World?
  ) throws(CommandFailure) -> CheckBoard {
    let workplace = try Workplace.open(siteOptions, library, world: world)
    if workplace.world == .plan {
      throw CommandFailure(.usage, "Checks only read: look at the world live, or at a tabletop.")
    }
    return try open(workplace)
  }

  /// Reads the checks; one with errors keeps all from being used, because a check that is missing
  /// looks like one that passes.
  ///
  /// - Parameter world: the simulated world that is looked at; nil: the site's own.
  static func open(
    _ workplace: Workplace,
    world: SimulatedWorld? = nil
  ) throws(CommandFailure) -> CheckBoard {
    let directory =
      if let named = workplace.library { named } else { try ShareDirectory.locate().runbooks }
    let checks = CheckLibrary(directory: directory + "/" + RunbookLibrary.checks)
    let operations = workplace.shelf.catalogue.declarations
    let linter = Linter(
      operations: operations,
      vantages: Set(workplace.site.vantages.map(\.name)).union(SiteVantage.customary)
    )
    let problems = checks.problems(by: linter, for: workplace.shelf.entries)
      .filter { $0.severity == .error }
    guard problems.isEmpty else {
      throw CommandFailure(.data, problems.map(\.description).joined(separator: "\n"))
    }
    let first = if let world { world } else { try workplace.scenario() }
    return CheckBoard(
      site: workplace.site,
      checks: checks.checks,
      cards: checks.checks.map { $0.card(operations) },
      store: store(of: workplace),
      performer: CheckPerformer(
        catalogue: workplace.shelf.catalogue,
        site: workplace.site,
        commands: CommandRunner(),
        world: first
      )
    )
  }

  /// Where results are kept; in a plan everything is read from the real world, and what was seen in an
  /// exercise is kept apart.
  static func store(of workplace: Workplace) -> CheckStore {
    CheckStore(
      state: workplace.store.state,
      site: workplace.seat.map { "\(workplace.site.name)-\($0.run)" } ?? workplace.site.name,
      world: workplace.world == .plan ? .live : workplace.world
    )
  }

  /// Keeps what was found, with all that was read.
  func keep(_ findings: [CheckFinding]) throws(JournalError) {
    try store.keep(findings, cards: cards)
  }

  /// The checks of these names, or of these groups; all without a name.
  func choose(_ names: [String]) throws(CommandFailure) -> [CheckDefinition] {
    guard !names.isEmpty else { return checks }
    let known = Set(checks.map(\.id.name)).union(checks.map(\.group))
    for name in names where !known.contains(name) {
      let hint =
        Spelling.nearest(to: name, among: known.sorted()).map { " Did you mean \($0)?" } ?? ""
      throw CommandFailure(
        .noInput,
        "There is no check or group \(name).\(hint) `mailconsole checks --last` lists them."
      )
    }
    return checks.filter { names.contains($0.id.name) || names.contains($0.group) }
  }

  /// The same as ``look(at:_:)`` for a command, which has nothing else to do.
  func lookAndWait(at chosen: [CheckDefinition]) throws(CommandFailure) -> [CheckFinding] {
    do {
      return try blocking { await look(at: chosen) { _ in } }
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }

  /// Looks at them side by side; none waits for the slowest, and none for a place that does not
  /// answer unless it is seen from there too.
  ///
  /// What was under way when the task is cancelled found nothing out and is left out.
  func look(
    at chosen: [CheckDefinition],
    _ tell: @escaping @Sendable (CheckFinding) -> Void
  ) async -> [CheckFinding] {
    let places = Dictionary(cards.map { ($0.id, $0.vantage) }, uniquingKeysWith: { a, _ in a })
    let lanes = Dictionary(grouping: chosen) { places[$0.id].flatMap { $0 } ?? "" }
    return await withTaskGroup(of: [CheckFinding].self) { group in
      for lane in lanes.values {
        group.addTask { await look(along: lane, tell) }
      }
      var findings: [CheckFinding] = []
      for await found in group { findings += found }
      return findings
    }
  }

  private func look(
    along lane: [CheckDefinition],
    _ tell: @escaping @Sendable (CheckFinding) -> Void
  ) async -> [CheckFinding] {
    let performer = performer
    return await withTaskGroup(of: CheckFinding.self) { group in
      var rest = lane[...]
      for check in rest.prefix(Self.width) {
        group.addTask { await performer.perform(check) }
      }
      rest = rest.dropFirst(Self.width)
      var findings: [CheckFinding] = []
      for await finding in group where !Task.isCancelled {
        findings.append(finding)
        tell(finding)
        guard let next = rest.popFirst() else { continue }
        group.addTask { await performer.perform(next) }
      }
      return findings
    }
  }
}
