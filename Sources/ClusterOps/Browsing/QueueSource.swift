public import Runbooks

/// Where a browser reads the queue: a site's cluster, or a simulated world.
public struct QueueSource: Sendable {
  private let site: Site
  private let simulation: Simulation?

  /// - Parameter world: the simulated world to read; nil: the site's cluster is read.
  public init(_ site: Site, world: SimulatedWorld? = nil) {
    self.site = site
    simulation = world.map(Simulation.init)
  }

  /// The most bytes of `postqueue -j` that are kept for browsing.
  private static let limit = 256 << 20

  /// Reads the whole queue.
  public func listing() async throws(OperationFailure) -> QueueListing {
    let command = Command.postfix(["postqueue", "-j"], on: site, keep: Self.limit)
    let outcome = try await world.perform(command)
    try PostfixFailure.require(outcome, of: command)
    // A listing is read with its mark and knows itself whether it is whole.
    return QueueListing(
      outcome.stdout,
      now: world.now,
      localDomain: site.domain,
      isMarked: true
    )
  }

  /// Reads one message, envelope and content, as postcat(1) prints it.
  public func message(_ id: String) async throws(OperationFailure) -> [UInt8] {
    let ids = QueueSelection.lines(try QueueSelection.checked([id], "message").sorted())
    let command = Command.postfix(
      ["xargs", "-r", "-n", "100", "postcat", "-q"],
      on: site,
      inputDescription: "the queue id",
      keep: 4 << 20
    ).feeding(ids)
    let outcome = try await world.outcome(of: command)
    try PostfixFailure.require(outcome, of: command)
    return outcome.stdout
  }

  private var world: any CommandWorld {
    let context = OperationContext(site: site, timeout: .seconds(60), simulation: simulation) {
      _ in
    }
    if let simulation { return Tabletop(simulation, context) }
    return Cluster(CommandRunner(), context)
  }
}
