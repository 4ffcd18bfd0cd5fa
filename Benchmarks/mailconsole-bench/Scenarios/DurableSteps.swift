internal import ClusterOps
internal import Foundation
internal import Runbooks

extension Scenario {
  /// Steps that do nothing, driven by the real engine over a journal on the disk.
  static let durableSteps = Scenario("durable-steps") { bench in
    let body = "do: \(BenchRunbooks.operation)\n    reversible: no"
    // The first run of a process is dearer than any other, and would flatter the ratio below.
    _ = try await drive(200, body, "warm", bench)
    // The disk's mood passes over all of them: take turns.
    let short = try await drive(100, body, "short", bench)
    let floor = try rawAppends(of: short.commitBytes, count: 400, bench)
    let long = try await drive(1_000, body, "long", bench)
    let notes = try await drive(1_000, "note: Nothing.", "notes", bench)

    let commands = try await drive(
      bench.isQuick ? 50 : 200,
      "run: [/bin/true]\n    risk: change\n    reversible: no",
      "commands",
      bench
    )
    let all = try Samples(long.steps)
    let first = try Samples(Array(long.steps.prefix(100)))
    let last = try Samples(Array(long.steps.suffix(100)))
    return [
      Row(
        "durable no-op step, run of 1,000",
        all.text("ms", digits: 2),
        budget: "<= its floor + 1 ms",
        holds: all.median <= floor.median + 1,
        peer: "ansible-navigator 490 ms"
      ),
      Row(
        "  its floor: the same bytes, 2 x append + fdatasync",
        floor.text("ms", digits: 2)
      ),
      // Not judged: the disk's mood changes more than the run does.
      Row(
        "  steps 1-100 against 901-1,000, medians",
        "\(Text.number(first.median, digits: 2)) -> \(Text.number(last.median, digits: 2)) ms"
      ),
      Row(
        "  processor time a step, run of 100 against 1,000",
        "\(Text.number(short.cpu, digits: 2)) -> \(Text.number(long.cpu, digits: 2)) ms, "
          + "x \(Text.number(long.cpu / short.cpu, digits: 2))",
        budget: "O(1): <= x 1.25",
        holds: long.cpu / short.cpu <= 1.25
      ),
      Row(
        "durable note (intent and end in one commit)",
        try Samples(notes.steps).text("ms", digits: 2),
        budget: "<= that floor + 1 ms",
        holds: try Samples(notes.steps).median <= floor.median + 1
      ),
      // Not judged by the budget of a step that does nothing: two programs are started for it.
      Row(
        "durable step that runs true(1), supervised",
        try Samples(commands.steps).text("ms", digits: 2),
        peer: "ansible 490 ms"
      ),
    ]
  }

  private struct Driven {
    /// Milliseconds from each step's intent to the next one's.
    let steps: [Double]
    /// Milliseconds of processor time, all threads, a step.
    let cpu: Double
    /// Bytes of the closed journal a commit.
    let commitBytes: Int
  }

  private static func drive(
    _ count: Int,
    _ body: String,
    _ name: String,
    _ bench: Bench
  ) async throws -> Driven {
    let catalogue = OperationCatalogue([NoOperation()])
    let runbook = try BenchRunbooks.chain(
      Array(repeating: body, count: count),
      catalogue: catalogue
    )
    let site = try bench.tabletop()
    let store = RunStore(state: try bench.workspace.folder("durable-\(name)"))
    let run = try store.create(
      .init(
        run: RunID("chain"),
        runbook: runbook,
        site: site,
        mode: .live,
        console: "bench",
        by: Bench.operatorName
      )
    )
    let engine = try RunEngine(
      run,
      entries: try run.entries(),
      RunSetting(
        runbook: runbook,
        site: site,
        catalogue: catalogue,
        commands: CommandRunner(supervisor: [bench.program, "supervise"]),
        driver: Bench.operatorName,
        processID: getpid()
      )
    )
    let before = rusage.current.cpu
    try await engine.attach()
    let status = try await engine.drive()
    let cpu = (rusage.current.cpu - before).milliseconds
    guard case .ended(.completed, _) = status else {
      throw BenchFailure("the run is \(status), not completed")
    }
    let entries = try run.entries()
    try run.close()
    let marks = entries.compactMap { entry -> Double? in
      switch entry.event {
      case .stepStarted, .runEnded: Double(entry.monotonicNanoseconds) / 1_000_000
      default: nil
      }
    }
    let commits = Set(entries.map(\.monotonicNanoseconds)).count
    let journal = try FileManager.default.attributesOfItem(atPath: run.directory.journal)
    return Driven(
      steps: zip(marks, marks.dropFirst()).map { $1 - $0 },
      cpu: cpu / Double(count),
      commitBytes: (journal[.size] as? Int ?? 0) / max(1, commits)
    )
  }

  /// What the disk asks for two commits, whoever makes them.
  private static func rawAppends(of bytes: Int, count: Int, _ bench: Bench) throws -> Samples {
    let path = bench.workspace.path + "/floor"
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchFailure("\(path): errno \(errno)") }
    defer { close(descriptor) }
    let piece = [UInt8](repeating: 0x2E, count: max(1, bytes))
    return try Samples(
      (0..<count).map { _ in
        let start = ContinuousClock.now
        for _ in 0..<2 {
          guard write(descriptor, piece, piece.count) == piece.count, fdatasync(descriptor) == 0
          else { throw BenchFailure("\(path) could not be written: errno \(errno)") }
        }
        return (ContinuousClock.now - start).milliseconds
      }
    )
  }
}
