import Foundation
import Testing

@testable import Runbooks

/// Output beyond all bounds, and clocks that step by a year.
@Suite struct FaultTests {
  @Test(
    "a step that prints far more than is kept: the bound holds, and the hash is of what is kept"
  )
  func flood() async throws {
    // 1,024 of them: `make torture`.
    let megabytes =
      ProcessInfo.processInfo.environment["MAILCONSOLE_FLOOD_MB"].flatMap(Int.init) ?? 80
    try await Fixtures.withState { store in
      try SystemFiles.makeDirectories(store.state)
      let blobs = BlobStore(path: store.state)
      let recorder = blobs.openOutput(of: StepID("flood"), attempt: 1)
      let hasher = Digest.Hasher()
      let limit = 64 << 20
      var total = 0
      // NULs, invalid UTF-8 and escape sequences, never a line's end.
      let piece = [UInt8](repeating: 0, count: (1 << 20) - 11) + Array("\u{1B}]52;c;AA\u{7}".utf8)
      for _ in 0..<megabytes {
        let kept = max(0, min(piece.count, limit - total))
        hasher.update(Array(piece.prefix(kept)))
        await recorder.write(piece)
        total += piece.count
      }
      let end = await recorder.finish()
      #expect(end.output?.digest == hasher.finish())
      #expect(end.output?.length == min(total, limit))
      #expect(
        end.loss
          == (total > limit ? "\(total - limit) bytes after the first \(limit) were not kept" : nil)
      )
      let reference = try #require(end.output)
      #expect(try SystemFiles.digest(of: blobs.path(of: reference.digest)) == reference)
    }
  }

  @Test(
    "a wall clock that steps by a year is recorded and neither expires nor revives a request",
    arguments: [-1, 1]
  )
  func year(sign: Int64) async throws {
    try await Fixtures.withState { store in
      let clock = ManualRunClock(wall: Fixtures.start)
      let runbook = Fixtures.runbook([
        Fixtures.approve("ok", expires: .seconds(600)), Fixtures.note("end", needs: ["ok"]),
      ])
      let (engine, run) = try await Fixtures.engine(store, runbook, clock: clock)
      _ = try await engine.drive()
      clock.jump(to: Fixtures.start.advanced(by: .seconds(sign * 365 * 86_400)))
      try await engine.submit(
        .approve(StepID("ok"), comment: "", typed: nil, seen: await engine.head.hash),
        by: "bo"
      )
      let status = try await engine.drive()
      #expect(status == .ended(.completed, summary: "2 of 2 steps done"))
      let jumps = try run.entries().compactMap { entry -> Int64? in
        if case .clockJumped(let event) = entry.event { event.milliseconds } else { nil }
      }
      #expect(jumps == [sign * 365 * 86_400_000])
      try run.close()
      #expect(Verification(of: run.directory) { _ in runbook }.isSound)
    }
  }
}
