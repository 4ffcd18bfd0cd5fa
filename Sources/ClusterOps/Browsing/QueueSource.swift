public import Runbooks

/// Where a browser reads the queue: a site's cluster, or a simulated world.
public enum QueueSource: Sendable {
  case cluster(Site)
  case simulated(SimulatedWorld)

  /// The most bytes of `postqueue -j` that are kept for browsing.
  private static let limit = 256 << 20

  /// Reads the whole queue.
  public func listing() async throws(OperationFailure) -> QueueListing {
    let outcome = try await run { .postfix(["postqueue", "-j"], on: $0, keep: Self.limit) }
    switch self {
    case .cluster(let site):
      return QueueListing(
        outcome.stdout,
        now: QueueReport.currentTime(),
        localDomain: site.domain,
        isMarked: true
      )
    case .simulated(let world):
      return QueueListing(
        outcome.stdout,
        now: world.now,
        localDomain: SimulatedSite.site(of: world).domain,
        isMarked: true
      )
    }
  }

  /// Reads one message, envelope and content, as postcat(1) prints it.
  public func message(_ id: String) async throws(OperationFailure) -> [UInt8] {
    let ids = QueueSelection.lines(try QueueSelection.checked([id], "message").sorted())
    let outcome = try await run(isWhole: true) {
      Request.postfix(
        ["xargs", "-r", "-n", "100", "postcat", "-q"],
        on: $0,
        inputDescription: "the queue id",
        keep: 4 << 20
      ).feeding(ids)
    }
    return outcome.stdout
  }

  private func run(
    isWhole: Bool = false,
    _ request: (Site) -> Request
  ) async throws(OperationFailure) -> CommandOutcome {
    var outcome: CommandOutcome
    let made: Request
    switch self {
    case .cluster(let site):
      made = request(site)
      outcome = try await CommandRunner().run(
        Command(
          argv: made.argv,
          input: made.input,
          timeout: .seconds(60),
          keep: made.keep,
          changes: made.changes
        )
      ) { _ in
      } stderr: { _ in
      }
    case .simulated(let world):
      made = request(SimulatedSite.site(of: world))
      var cluster = SimulatedCluster(world)
      outcome = try cluster.run(made)
    }
    try PostfixFailure.require(outcome, of: made)
    // A listing is read with its mark and knows itself whether it is whole.
    if isWhole {
      outcome = made.settled(outcome)
      try KubectlFailure.requireWhole(outcome, of: made)
    }
    return outcome
  }
}
