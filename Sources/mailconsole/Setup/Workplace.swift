internal import ClusterOps
internal import Foundation
internal import Runbooks

/// Where a console or a command works: the site, the world, the runbooks and the state directory.
struct Workplace: Sendable {
  let site: Site
  /// Where the site was read from.
  let siteDirectory: String
  let world: World
  let actor: String
  let shelf: Shelf
  let store: RunStore
  /// What a command that comes back here must be given, as it was given: `--site DIR --as NAME`.
  var comeBack: [String] = []
  /// Where the runbooks and checks are, as it was given; nil: the shipped ones.
  var library: String?
  /// The place at the table of an exercise; nil: no exercise is played here.
  var seat: ExerciseSeat?

  /// The same for a process that starts elsewhere.
  var runbooks: String? { library.map { URL(fileURLWithPath: $0).path } }

  /// Puts together what the command line and the environment say.
  ///
  /// - Parameter shelf: the one that was asked for a runbook already.
  static func open(
    _ siteOptions: SiteOptions,
    _ library: LibraryOptions,
    world: World? = nil,
    shelf: Shelf? = nil
  ) throws(CommandFailure) -> Workplace {
    let share = try ShareDirectory.locate()
    let site = try siteOptions.load(share)
    let chosen = world ?? (site.scenario == nil ? .live : .tabletop)
    if chosen == .tabletop, site.scenario == nil {
      throw CommandFailure(
        .usage,
        "\(site.name) has no scenario, so there is no simulated world to play in.\n"
          + "Name one with `scenario:` in its site.yaml, or leave out --world."
      )
    }
    if chosen != .tabletop, site.scenario != nil, site.kubernetes.context == nil {
      throw CommandFailure(
        .usage,
        "\(site.name) is simulated only: its site.yaml names no cluster.\n"
          + "Name a site with a cluster with --site, or use --world tabletop."
      )
    }
    return Workplace(
      site: site,
      siteDirectory: siteOptions.directory(share),
      world: chosen,
      actor: try siteOptions.actor(on: site),
      shelf: try Self.shelf(shelf, library),
      store: try StateDirectory().store(),
      comeBack: (siteOptions.site.map { ["--site", $0] } ?? [])
        + (siteOptions.operatorName.map { ["--as", $0] } ?? []),
      library: library.runbooks
    )
  }

  private static func shelf(_ shelf: Shelf?, _ library: LibraryOptions) throws(CommandFailure)
    -> Shelf
  {
    if let shelf { return shelf }
    return try Shelf.load(library)
  }

  /// Whoever is no operator of the site looks and begins nothing.
  func requireOperator() throws(CommandFailure) {
    let names = site.operators.map(\.name)
    guard !names.contains(actor) else { return }
    throw CommandFailure(
      .usage,
      "\(actor) is not in the operators.yaml of \(site.name), so they may look and not act.\n"
        + "Say who you are with --as or MAILCONSOLE_OPERATOR: \(names.joined(separator: ", "))."
    )
  }

  /// Reads the pinned text of a run; a run goes on with the text it began with.
  static func pinned(_ source: RunbookSource) throws -> Runbook {
    let loader = RunbookLoader(
      operations: OperationCatalogue.standard().declarations,
      readsPinned: true
    )
    return try loader.read(text: source.text, path: source.path).get()
  }

  /// The first state of the site's simulated world; with a seat the exercise's, as it is now.
  func scenario() throws(CommandFailure) -> SimulatedWorld? {
    if let seat { return try worldNow(of: seat) }
    guard world == .tabletop, let path = site.scenario else { return nil }
    let reading = ScenarioLoader.read(path: path)
    guard let world = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    return world
  }

  /// The runbooks with their latest runs on this site and in this world.
  ///
  /// - Parameter rows: the runbooks; nil: all that are sound, which are read for it.
  func shelfEntries(_ rows: [ShelfEntry]? = nil) throws(CommandFailure) -> [ShelfEntry] {
    let runs = Dictionary(grouping: try listings().filter(isHere), by: \.runbook)
    return (rows ?? shelf.entries.map { ShelfEntry(runbook: $0) })
      .map { $0.standing(by: runs[$0.head.id] ?? []) }
  }

  /// One runbook, read, with its latest runs; the runs of others are not looked at.
  func shelfEntry(of id: RunbookID) throws(CommandFailure) -> ShelfEntry {
    let entry = ShelfEntry(runbook: try shelf.runbook(id.name))
    return entry.standing(by: try listings(of: id).filter(isHere))
  }

  private func isHere(_ listing: RunListing) -> Bool {
    listing.site == site.name && listing.world == world
  }

  /// Every run there is, for the list of all runs.
  func runs() throws(CommandFailure) -> RunShelf {
    do throws(JournalError) {
      let summaries = try store.summaries(load: Self.pinned)
      let readable = summaries.compactMap(RunListing.init)
      let listings = readable.filter(isListed)
      return RunShelf(
        listings: listings,
        unreadable: summaries.count - readable.count,
        read: Moment(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000))
      )
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }

  /// The runbooks before the records of their runs are read, and as much of them as is read by now.
  var unreadShelf: [ShelfEntry] {
    (shelf.isRead
      ? shelf.entries.map { ShelfEntry(runbook: $0, standing: .reading) }
      : shelf.heads.map { ShelfEntry(head: $0, standing: .reading) })
      .filter { $0.head.id.exercise == nil }
  }

  /// Every run that can be listed, the newest first.
  ///
  /// - Parameter runbook: the one whose runs are wanted; nil: all.
  func listings(of runbook: RunbookID? = nil) throws(CommandFailure) -> [RunListing] {
    do throws(JournalError) {
      return try store.summaries(of: runbook, load: Self.pinned).compactMap(RunListing.init)
        .filter(isListed)
    } catch {
      throw CommandFailure(.io, "\(error)")
    }
  }
}

extension RunListing {
  /// A run whose beginning and standing can be read; nil for a damaged one.
  init?(_ summary: RunSummary) {
    guard let created = summary.created, let status = summary.status else { return nil }
    self.init(
      run: summary.run,
      runbook: created.runbook,
      world: created.mode,
      site: created.site,
      started: created.at,
      status: status,
      isDriven: summary.runner != nil,
      driver: summary.driver,
      last: summary.last,
      operators: created.operators
    )
  }
}
