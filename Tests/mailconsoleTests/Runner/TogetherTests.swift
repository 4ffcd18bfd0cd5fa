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

    /// - Parameter descriptors: the most that the runner may have open (setrlimit(2)); nil: as many
    ///   as the tests may.
    init(descriptors: Int? = nil) throws {
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
      let arguments = ["runner", run, "--site", places.site, "--driver", "tomas"]
      runner =
        if let descriptors {
          try places.console.start(
            arguments,
            output: places.folder.path + "/runner.txt",
            descriptors: descriptors
          )
        } else {
          try places.console.start(arguments, output: places.folder.path + "/runner.txt")
        }
    }

    var directory: RunDirectory {
      RunDirectory(path: "\(places.state)/runs/\(run)")
    }

    func connectRaw() throws -> FrameChannel {
      guard case .connected(let channel) = RunnerSocket.connect(to: directory) else {
        throw Unexpected("no runner listens")
      }
      return channel
    }

    func connect(
      _ person: String,
      patience: RunnerClient.Patience = .standard
    ) async throws -> RunnerClient {
      let deadline = Date(timeIntervalSinceNow: 20)
      while Date() < deadline {
        let client = try await RunnerClient.connect(
          to: directory,
          as: person,
          drives: true,
          patience: patience
        )
        if let client { return client }
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
    #expect(try place.types().last { $0 != "step.ended" } == "driver.detached")
    guard case .nobody = RunnerSocket.connect(to: place.directory) else {
      Issue.record("somebody still listens")
      return
    }
  }

  @Test(
    "that a key is asked to sign is told to the others, to who comes later, and until it is over",
    .timeLimit(.minutes(1)),
    arguments: [true, false]
  )
  func signing(leaves: Bool) async throws {
    let place = try Place()
    let signer = try await place.connect("sofia")
    let other = try await place.connect("tomas")
    var told = await signings(other)
    let asked = SigningNotice(step: StepID("agree"), by: "sofia", isOver: false)
    let over = SigningNotice(step: StepID("agree"), by: "sofia", isOver: true)
    await signer.tell(asked)
    #expect(await told.next() == asked)
    var later = await signings(try await place.connect("marek"))
    #expect(await later.next() == asked)
    if leaves {
      // A console that is lost asks nobody any more.
      await signer.leave(reason: "gone")
    } else {
      await signer.tell(over)
    }
    #expect(await told.next() == over)
    #expect(await later.next() == over)
    #expect(try place.types().allSatisfy { !$0.contains("signing") }, "it is no part of the record")
    place.runner.send(SIGTERM)
    #expect(place.runner.wait() == 0)
  }

  /// What a console is told of keys that are asked to sign.
  private func signings(
    _ client: RunnerClient
  ) async -> AsyncStream<SigningNotice>.Iterator {
    let updates = await client.updates(after: 0)
    let (stream, continuation) = AsyncStream.makeStream(of: SigningNotice.self)
    Task {
      for await case .signing(let notice) in updates { continuation.yield(notice) }
      continuation.finish()
    }
    return stream.makeAsyncIterator()
  }

  @Test("who said hello to a stopped runner and left takes nothing", .timeLimit(.minutes(1)))
  func leftBeforeHello() async throws {
    let place = try Place()
    let driver = try await place.connect("tomas")
    let stream = await driver.updates(after: 0)
    place.runner.send(SIGSTOP)
    try Waiting.until("the stop") { driver.runner.state == .stopped }
    #expect(await !driver.leave(reason: "the operator left"))
    await #expect(throws: CommandFailure.self) {
      try await place.connect("sofia", patience: RunnerClient.Patience(answer: .milliseconds(50)))
    }
    place.runner.send(SIGCONT)
    #expect(place.runner.wait() == 0)
    _ = await sequences(stream)
    let types = try place.types()
    #expect(!types.contains("drive.taken"), "\(types)")
  }

  @Test("SIGTERM ends a runner in good order", .timeLimit(.minutes(1)))
  func terminated() async throws {
    let place = try Place()
    _ = try await place.connect("tomas")
    place.runner.send(SIGTERM)
    #expect(place.runner.wait() == 0)
    #expect(try place.types().last { $0 != "step.ended" } == "driver.detached")
    #expect(try place.places.console.run("verify", place.run).status == 0)
  }

  @Test("who talks nonsense is let go and the runner stays", .timeLimit(.minutes(1)))
  func nonsense() async throws {
    let place = try Place()
    let client = try await place.connect("tomas")
    let stream = await client.updates(after: 0)
    for bytes in [Array("{}".utf8), [0xFF, 0x00], [UInt8](repeating: 0x20, count: 100_000)] {
      let channel = try place.connectRaw()
      _ = channel.send(bytes)
      #expect(throws: FrameChannel.End.closed) { while true { _ = try channel.receive() } }
    }
    #expect(await answer(client, .note(nil, text: "still here"), "tomas") == nil)
    place.runner.send(SIGTERM)
    _ = await sequences(stream)
    #expect(place.runner.wait() == 0)
  }

  @Test(
    "a runner that is stopped is told of within the deadline, and a command it got is not obeyed late",
    .timeLimit(.minutes(1))
  )
  func stopped() async throws {
    let place = try Place()
    let client = try await place.connect(
      "tomas",
      patience: RunnerClient.Patience(answer: .milliseconds(150))
    )
    let stream = await client.updates(after: 0)
    place.runner.send(SIGSTOP)
    try Waiting.until("the stop") { client.runner.state == .stopped }
    let said = try #require(await answer(client, .note(nil, text: "too late"), "tomas"))
    #expect(
      said.contains("(process \(place.runner.pid)) of \(place.run) has not answered for 150ms")
    )
    #expect(said.contains("kill -CONT \(place.runner.pid)"))
    let directory = place.directory
    let other = await Task {
      try await RunnerClient.connect(
        to: directory,
        as: "sofia",
        drives: true,
        patience: RunnerClient.Patience(answer: .milliseconds(50))
      )
    }.result
    #expect(throws: CommandFailure.self) { try other.get() }
    #expect(await !client.leave(reason: "left"), "a stopped runner is not waited for")
    place.runner.send(SIGCONT)
    _ = await sequences(stream)
    #expect(place.runner.wait() == 0)
    let types = try place.types()
    #expect(!types.contains("note.added"), "\(types)")
    // What was under way may end after that.
    #expect(types.last { $0 != "step.ended" } == "driver.detached")
    #expect(try place.places.console.run("verify", place.run).status == 0)
  }

  @Test(
    "connections without number, and none of them saying a word, leave room for who comes next",
    .timeLimit(.minutes(1))
  )
  func crowd() async throws {
    // No more descriptors than consoles that may be open: accepting fails with EMFILE.
    let place = try Place(descriptors: 64)
    let client = try await place.connect("tomas")
    let stream = await client.updates(after: 0)
    var silent: [FrameChannel] = []
    for _ in 0..<200 {
      if case .connected(let channel) = RunnerSocket.connect(to: place.directory) {
        silent.append(channel)
      }
    }
    #expect(silent.count > 64)
    silent = []
    let next = try await place.connect("sofia")
    let seen = await next.updates(after: 0)
    #expect(await answer(next, .note(nil, text: "still here"), "sofia") == nil)
    place.runner.send(SIGTERM)
    _ = await sequences(stream)
    _ = await sequences(seen)
    #expect(place.runner.wait() == 0)
  }

  @Test(
    "a run that completes while consoles watch and read it just then is sealed",
    .timeLimit(.minutes(1))
  )
  func sealed() async throws {
    let place = try Place()
    let people = ["tomas", "sofia"]
    var streams: [AsyncStream<RunUpdate>] = []
    var clients: [RunnerClient] = []
    for person in people {
      let client = try await place.connect(person)
      clients.append(client)
      streams.append(await client.updates(after: 0))
    }
    let directory = place.directory
    let readers = streams.map { stream in
      Task.detached {
        for await update in stream {
          guard case .recorded(let entry) = update, case .runEnded = entry.event else { continue }
          // As the list of runs does, which a console reads once its run has ended.
          for _ in 0..<40 { _ = try? JournalReader(directory).entries() }
        }
      }
    }
    let head = try #require(try JournalReader(directory).head()).hash
    let approval = RunCommand.approve("agree", comment: "", typed: nil, seen: head)
    #expect(await answer(clients[0], approval, "tomas") == nil)
    for reader in readers { await reader.value }
    #expect(place.runner.wait() == 0)
    let verdict = try place.places.console.run("verify", place.run)
    #expect(verdict.status == 0)
    #expect(!verdict.output.contains("not sealed"), "\(verdict.output)")
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
