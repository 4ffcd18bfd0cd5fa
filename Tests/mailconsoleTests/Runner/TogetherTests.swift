import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

@testable import mailconsole

/// Several consoles on one real runner.
@Suite("Consoles together", .serialized)
struct TogetherTests {
  /// A run that waits for a sign-off, its runner, and how to come to it.
  private struct Place {
    let places: Places
    let run: String
    let runner: RunningProgram

    init() throws {
      places = try Places()
      try places.writeSite()
      try places.folder.write(
        """
        apiVersion: mailconsole/v1
        kind: Runbook
        id: read-queue
        title: Sign off
        version: 1.0.0
        owner: E4
        summary: Asks for a sign-off.
        steps:
          - id: agree
            title: Agree
            approve: {of: [E4, E3], statement: It may be done.}

        """,
        to: "runbooks/operations/read-queue.yaml"
      )
      let waiting = try places.run()
      try #require(waiting.status == 2, "\(waiting.output)\(waiting.errors)")
      run = String(waiting.output.prefix { $0 != " " })
      runner = try places.console.start(
        ["runner", run, "--site", places.site, "--driver", "tomas"],
        output: places.folder.path + "/runner.txt"
      )
    }

    var directory: RunDirectory {
      RunDirectory(path: "\(places.state)/runs/\(run)")
    }

    func connect(_ person: String) async throws -> RunnerClient {
      let deadline = Date(timeIntervalSinceNow: 20)
      while Date() < deadline {
        if let client = try await RunnerClient.connect(to: directory, as: person, drives: true) {
          return client
        }
        usleep(20_000)
      }
      throw Unexpected("no runner listens")
    }

    func types() throws -> [String] {
      try JournalReader(directory).entries().map(\.event.type)
    }
  }

  @Test(
    "of two decisions at once one counts, and the other is told why",
    .timeLimit(.minutes(1)),
    arguments: [true, false]
  )
  func race(bothApprove: Bool) async throws {
    let place = try Place()
    let ana = try await place.connect("tomas")
    let bo = try await place.connect("sofia")
    let seenByAna = await ana.updates(after: 0)
    let seenByBo = await bo.updates(after: 0)
    let head = try #require(try JournalReader(place.directory).head()).hash
    let step = StepID("agree")
    let approval = RunCommand.approve(step, comment: "", typed: nil, seen: head)
    let other = bothApprove ? approval : .reject(step, reason: "not now")
    async let first = answer(ana, approval, "tomas")
    async let second = answer(bo, other, "sofia")
    let answers = await [first, second]
    #expect(answers.filter { $0 == nil }.count == 1, "\(answers)")
    let refusal = try #require(answers.compactMap(\.self).first)
    #expect(!refusal.isEmpty)

    // The run ends with the decision, and with it the runner and both streams.
    let a = await sequences(seenByAna)
    let b = await sequences(seenByBo)
    #expect(place.runner.wait() == 0)
    let types = try place.types()
    #expect(types.filter { ["approval.given", "approval.rejected"].contains($0) }.count == 1)
    #expect(types.last == "run.ended")
    #expect(a == Array(1...Int64(types.count)))
    #expect(b == a)
    #expect(try place.places.console.run("verify", place.run).status == 0)
  }

  @Test("a second runner of a run is refused and told who holds it", .timeLimit(.minutes(1)))
  func twoRunners() async throws {
    let place = try Place()
    let client = try await place.connect("tomas")
    let second = try place.places.console.run(
      "runner",
      place.run,
      "--site",
      place.places.site,
      "--driver",
      "sofia"
    )
    #expect(second.status == 75)
    #expect(second.errors.contains("tomas (process \(place.runner.pid))"))
    let stream = await client.updates(after: 0)
    await client.leave(reason: "done")
    _ = await sequences(stream)
    #expect(place.runner.wait() == 0)
    #expect(try place.types().last == "driver.detached")
    #expect(RunnerSocket.connect(to: place.directory) == nil)
  }

  @Test("SIGTERM ends a runner in good order", .timeLimit(.minutes(1)))
  func terminated() async throws {
    let place = try Place()
    _ = try await place.connect("tomas")
    place.runner.send(SIGTERM)
    #expect(place.runner.wait() == 0)
    #expect(try place.types().last == "driver.detached")
    #expect(try place.places.console.run("verify", place.run).status == 0)
  }

  @Test("who talks nonsense is let go and the runner stays", .timeLimit(.minutes(1)))
  func nonsense() async throws {
    let place = try Place()
    let client = try await place.connect("tomas")
    let stream = await client.updates(after: 0)
    for bytes in [Array("{}".utf8), [0xFF, 0x00], [UInt8](repeating: 0x20, count: 100_000)] {
      let channel = try #require(RunnerSocket.connect(to: place.directory))
      _ = channel.send(bytes)
      #expect(throws: FrameChannel.End.closed) { while true { _ = try channel.receive() } }
    }
    #expect(await answer(client, .note(nil, text: "still here"), "tomas") == nil)
    place.runner.send(SIGTERM)
    _ = await sequences(stream)
    #expect(place.runner.wait() == 0)
  }

  /// nil: accepted; else why not.
  private func answer(
    _ client: RunnerClient,
    _ command: RunCommand,
    _ name: String
  ) async -> String? {
    do throws(CommandFailure) {
      try await client.send(command, by: name)
      return nil
    } catch {
      return error.message
    }
  }

  private func sequences(_ updates: AsyncStream<RunUpdate>) async -> [Int64] {
    var sequences: [Int64] = []
    for await update in updates {
      if case .recorded(let entry) = update { sequences.append(entry.sequence) }
    }
    return sequences
  }
}
