import Synchronization

@testable import Runbooks

/// The runs of one state directory as the engine of a parent meets them, without a second process.
///
/// A class because it counts what was asked of it and is poked by tests.
final class Family: NestedRuns {
  private struct Asked {
    var made = 0
    var names = 0
    var watchers: [RunID: [AsyncStream<Void>.Continuation]] = [:]
    var refusal: OperationFailure?
  }

  let store: RunStore
  let runbooks: [RunbookID: Runbook]
  let clock: any RunClock
  private let asked = Mutex(Asked())

  init(_ store: RunStore, _ runbooks: [Runbook], _ clock: any RunClock) {
    self.store = store
    self.runbooks = Dictionary(uniqueKeysWithValues: runbooks.map { ($0.id, $0) })
    self.clock = clock
  }

  /// How many runs were really made.
  var made: Int { asked.withLock { $0.made } }

  /// From now on no run can be made, for that reason; nil: it can.
  func refuse(_ failure: OperationFailure?) { asked.withLock { $0.refusal = failure } }

  func newName(for runbook: RunbookID, at moment: Moment) -> RunID {
    asked.withLock {
      $0.names += 1
      return RunID("\(runbook)-\($0.names)")
    }
  }

  func make(_ order: NestedOrder) async throws(OperationFailure) -> ChainHead {
    if let refusal = asked.withLock({ $0.refusal }) { throw refusal }
    guard let runbook = runbooks[order.runbook] else {
      throw OperationFailure(.refused, "no such runbook", advice: "", effect: .none)
    }
    do {
      if let there = store.directory(of: order.run), SystemFiles.isDirectory(there.path) {
        return try JournalReader(there).head() ?? .genesis(of: order.run)
      }
      let record = try store.create(
        .init(
          run: order.run,
          runbook: runbook,
          site: Fixtures.site,
          mode: order.mode,
          inputs: order.inputs,
          world: order.world,
          pace: order.pace,
          parent: order.parent,
          console: "test",
          by: order.by
        ),
        clock: clock
      )
      asked.withLock { $0.made += 1 }
      let head = record.head
      try record.close()
      return head
    } catch {
      throw OperationFailure(.failed, "\(error)", advice: "", effect: .none)
    }
  }

  func read(_ run: RunID) async throws(OperationFailure) -> NestedReading {
    do {
      guard let directory = store.directory(of: run) else { throw JournalError.missing(path: "") }
      let entries = try JournalReader(directory).entries()
      guard case .runCreated(let created)? = entries.first?.event, let last = entries.last else {
        throw JournalError.missing(path: directory.path)
      }
      var ended: RunEvent.RunEnded?
      for case .runEnded(let event) in entries.map(\.event) { ended = event }
      return NestedReading(
        created: created,
        head: ChainHead(sequence: last.sequence, hash: last.hash),
        ended: ended
      )
    } catch {
      throw OperationFailure(.refused, "\(run) cannot be read: \(error)", advice: "", effect: .none)
    }
  }

  func changes(of run: RunID) -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    asked.withLock { $0.watchers[run, default: []].append(continuation) }
    continuation.yield()
    return stream
  }

  /// Tells whoever looks out for a run that its record may say more.
  func poke(_ run: RunID) {
    for continuation in asked.withLock({ $0.watchers[run] ?? [] }) { continuation.yield() }
  }

  /// Waits until somebody looks out for a run.
  func untilWatched(_ run: RunID) async {
    while asked.withLock({ $0.watchers[run] == nil }), !Task.isCancelled { await Task.yield() }
  }

  /// An engine on a run of the family, attached.
  func engine(
    _ run: RunID,
    _ operations: [any Operation] = [],
    as name: String = "ana"
  ) async throws -> (RunEngine, OpenRun) {
    let record = try store.open(run, by: name, clock: clock)
    let entries = try record.entries()
    guard case .runCreated(let created)? = entries.first?.event,
      let runbook = runbooks[created.runbook],
      let root = store.directory(of: created.root)
    else { throw JournalError.missing(path: run.name) }
    let engine = try RunEngine(
      record,
      entries: entries,
      RunSetting(
        runbook: runbook,
        site: Fixtures.site,
        catalogue: OperationCatalogue(operations),
        clock: clock,
        nested: self,
        sharedWorld: created.mode == .tabletop ? SharedWorld(of: root) : nil,
        driver: name,
        processID: 1
      )
    )
    try await engine.attach()
    return (engine, record)
  }

  /// Makes a run of a runbook that is a part of none.
  func begin(_ runbook: Runbook, _ mode: World = .live, as run: String = "wave") throws -> RunID {
    let record = try store.create(Fixtures.creation(runbook, mode, run: run), clock: clock)
    try record.close()
    return RunID(run)
  }
}

extension Fixtures {
  /// A step that runs another runbook.
  static func nested(
    _ id: String,
    _ runbook: String,
    with arguments: [String: Argument] = [:],
    freshFor: Duration? = nil,
    needs: [String] = []
  ) -> Step {
    step(
      id,
      .runbook(
        NestedRunbook(
          id: RunbookID(runbook),
          arguments: arguments,
          freshFor: freshFor,
          position: place
        )
      ),
      needs: needs,
      risk: .change
    )
  }
}
