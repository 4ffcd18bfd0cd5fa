internal import ClusterOps
internal import Runbooks

/// The checks of a site: which there are, what performs them, and where their results are kept.
struct CheckBoard: Sendable {
  let site: Site
  let checks: [CheckDefinition]
  let store: CheckStore
  private let performer: CheckPerformer

  /// How many are looked at side by side.
  private static let width = 8

  /// Reads the checks; one with errors keeps all from being used, because a check that is missing
  /// looks like one that passes.
  static func open(
    _ siteOptions: SiteOptions,
    _ library: LibraryOptions,
    world: World?
  ) throws(CommandFailure) -> CheckBoard {
    let workplace = try Workplace.open(siteOptions, library, world: world)
    if workplace.world == .plan {
      throw CommandFailure(.usage, "Checks only read: look at the world live, or at a tabletop.")
    }
    let directory =
      if let named = library.runbooks { named } else { try ShareDirectory.locate().runbooks }
    let checks = CheckLibrary(directory: directory + "/" + RunbookLibrary.checks)
    let linter = Linter(
      operations: workplace.shelf.catalogue.declarations,
      vantages: Set(workplace.site.vantages.map(\.name)).union(SiteVantage.customary)
    )
    let problems = checks.problems(
      by: linter,
      runbooks: Set(workplace.shelf.entries.map(\.id))
    ).filter { $0.severity == .error }
    guard problems.isEmpty else {
      throw CommandFailure(.data, problems.map(\.description).joined(separator: "\n"))
    }
    return CheckBoard(
      site: workplace.site,
      checks: checks.checks,
      store: CheckStore(
        state: workplace.store.state,
        site: workplace.site.name,
        world: workplace.world
      ),
      performer: CheckPerformer(
        catalogue: workplace.shelf.catalogue,
        site: workplace.site,
        commands: CommandRunner(),
        world: try workplace.scenario()
      )
    )
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

  /// Looks at them side by side; none waits for the slowest.
  func look(at chosen: [CheckDefinition]) throws(CommandFailure) -> [CheckFinding] {
    let performer = performer
    do {
      return try blocking {
        await withTaskGroup(of: CheckFinding.self) { group in
          var rest = chosen[...]
          for check in rest.prefix(Self.width) {
            group.addTask { await performer.perform(check) }
          }
          rest = rest.dropFirst(Self.width)
          var findings: [CheckFinding] = []
          for await finding in group {
            findings.append(finding)
            guard let next = rest.popFirst() else { continue }
            group.addTask { await performer.perform(next) }
          }
          return findings
        }
      }
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }
}
