internal import ClusterOps
internal import Foundation
internal import Glibc
internal import Runbooks

/// Makes and reads the runs that stand for steps of another one, in the same state directory.
struct NestedRunStore: NestedRuns {
  let store: RunStore
  let site: Site
  /// Where the runbooks are; nil: the shipped ones.
  let runbooks: String?

  func newName(for runbook: RunbookID, at moment: Moment) -> RunID {
    RunStore.newName(for: runbook, at: moment)
  }

  func make(_ order: NestedOrder) async throws(OperationFailure) -> ChainHead {
    if let made = try made(order) { return made }
    do {
      let shelf = try Shelf.load(runbooks: runbooks)
      let runbook = try shelf.runbook(order.runbook.name)
      let record = try store.create(
        .init(
          run: order.run,
          runbook: runbook,
          site: site,
          mode: order.mode,
          inputs: try InputText.complete(order.inputs, runbook, site),
          world: order.world,
          pace: order.pace,
          parent: order.parent,
          console: Version.text,
          by: order.by
        )
      )
      let head = record.head
      try record.close()
      return head
    } catch {
      // Another console, or this one before it died, may have been faster.
      if let made = try made(order) { return made }
      throw OperationFailure(
        .failed,
        RunSession.failure(error).message,
        advice: "`mailconsole lint` checks the runbooks.",
        effect: .none
      )
    }
  }

  /// The end of the chain of the run that was made for this order before; nil: there is none.
  private func made(_ order: NestedOrder) throws(OperationFailure) -> ChainHead? {
    guard let directory = store.directory(of: order.run),
      FileManager.default.fileExists(atPath: directory.path)
    else { return nil }
    let (created, head, _) = try look(order.run)
    guard created.parent == order.parent, created.runbook == order.runbook else {
      throw Self.failure("the name \(order.run) belongs to another run", "Look who made it.")
    }
    return head
  }

  func read(_ run: RunID) async throws(OperationFailure) -> NestedReading {
    let (created, head, ended) = try look(run)
    guard ended != nil, let directory = store.directory(of: run) else {
      return NestedReading(created: created, head: head, ended: nil)
    }
    // An end is told only of a record that holds as a whole.
    let verdict = await Verification.of(
      directory,
      signatures: SSHVerifier(),
      load: { try Workplace.pinned($0) }
    )
    guard verdict.isSound else {
      throw Self.failure(
        "the record of \(run) does not hold: \(verdict.findings.first?.message ?? "")",
        "`mailconsole verify \(run)` says what differs."
      )
    }
    return NestedReading(created: created, head: verdict.head ?? head, ended: ended)
  }

  /// The first and the last rows of a run's journal.
  private func look(
    _ run: RunID
  ) throws(OperationFailure) -> (RunEvent.RunCreated, ChainHead, RunEvent.RunEnded?) {
    guard let directory = store.directory(of: run) else {
      throw Self.failure("`\(run)` is no name for a run", "`mailconsole runs` lists them.")
    }
    let reader = JournalReader(directory)
    do throws(JournalError) {
      guard case .runCreated(let created)? = try reader.entries(limit: 1).first?.event,
        let head = try reader.head()
      else { throw JournalError.missing(path: directory.journal) }
      // The heads that are kept elsewhere follow the end.
      let last = try reader.entries(after: max(0, head.sequence - 4))
      let ended = last.compactMap { entry -> RunEvent.RunEnded? in
        if case .runEnded(let event) = entry.event { event } else { nil }
      }.last
      return (created, head, ended)
    } catch {
      throw Self.failure("\(run) cannot be read: \(error)", "`mailconsole runs` lists the runs.")
    }
  }

  private static func failure(_ message: String, _ advice: String) -> OperationFailure {
    OperationFailure(.refused, message, advice: advice, effect: .none)
  }

  func changes(of run: RunID) -> AsyncStream<Void> {
    guard let directory = store.directory(of: run) else { return AsyncStream { $0.finish() } }
    return FileChanges.of(directory: directory.path)
  }
}
