import Foundation
import Glibc
import Runbooks
import Synchronization
import TestSupport
import Testing

@testable import ClusterOps

/// Commands by way of a supervisor: the same outcomes as without one, and a process on record.
@Suite struct SupervisionTests {
  private let folder: TemporaryFolder
  private let runner: CommandRunner

  init() throws {
    folder = try TemporaryFolder()
    let binary = ConsoleBinary(state: folder.path).path
    runner = CommandRunner(grace: .milliseconds(100), supervisor: [binary, "supervise"])
  }

  /// What was recorded of processes, and whether recording works.
  ///
  /// A class because the closures of a ``Custody`` write to it.
  private final class Record: Sendable {
    struct Spawned {
      let program: String
      let process: ProcessIdentity
      let supervisor: ProcessIdentity
    }

    let spawned = Mutex<[Spawned]>([])
  }

  private func custody(
    _ record: Record,
    refusing: Bool = false,
    inheriting: Custody.Inheritance? = nil,
    then act: @escaping @Sendable (Record.Spawned) -> Void = { _ in }
  ) -> Custody {
    let base = folder.path + "/x-1-"
    return Custody(
      next: { ChildFiles(base: base + "\(record.spawned.withLock { $0.count } + 1)") },
      spawned: { program, process, supervisor async throws(OperationFailure) in
        let spawned = Record.Spawned(program: program, process: process, supervisor: supervisor)
        record.spawned.withLock { $0.append(spawned) }
        if refusing {
          throw OperationFailure(.cancelled, "not recorded", advice: "", effect: .none)
        }
        act(spawned)
      },
      inherit: { inheriting }
    )
  }

  private func run(
    _ script: String,
    input: [UInt8] = [],
    timeout: Duration = .seconds(120),
    keep: Int = 1 << 16,
    _ custody: Custody,
    stdout: @escaping @Sendable ([UInt8]) async -> Void = { _ in }
  ) async throws(OperationFailure) -> CommandOutcome {
    try await runner.run(
      Invocation(argv: ["/bin/sh", "-c", script], input: input, timeout: timeout, keep: keep),
      in: custody,
      stdout: stdout
    )
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
  }

  private func status() throws -> ChildStatus {
    try #require(ChildStatus(of: ChildFiles(base: folder.path + "/x-1-1")))
  }

  @Test("gives both streams and the status, and keeps them in files")
  func plain() async throws {
    let record = Record()
    let outcome = try await run("echo out; sleep 0.1; echo err >&2; exit 7", custody(record))
    #expect(outcome.ending == .exited(7))
    #expect(outcome.stdoutText == "out\n")
    #expect(outcome.stderrText == "err\n")
    #expect(try text("x-1-1.output") == "out\nerr\n")
    let expected = ChildStatus(
      ending: .exited,
      number: 7,
      cause: .itself,
      stdout: Array("out\n".utf8),
      isTruncated: false,
      stderr: Array("err\n".utf8)
    )
    #expect(try status() == expected)
    let spawned = record.spawned.withLock { $0 }
    #expect(spawned.map(\.program) == ["/bin/sh"])
    #expect(spawned[0].process.boot == SystemRunClock().bootID)
    #expect(spawned[0].process.pid != spawned[0].supervisor.pid)
  }

  @Test("the program is the recorded process, in a session of its own without a terminal")
  func identity() async throws {
    let record = Record()
    let outcome = try await run(
      "echo $$; cut -d' ' -f6,7,22 /proc/$$/stat",
      custody(record)
    )
    let process = try #require(record.spawned.withLock { $0.first?.process })
    #expect(
      outcome.stdoutText == "\(process.pid)\n\(process.pid) 0 \(process.started)\n"
    )
  }

  @Test("a program whose process could not be recorded never begins")
  func refused() async throws {
    let marker = folder.path + "/began"
    let record = Record()
    await #expect {
      _ = try await run("touch \(marker)", custody(record, refusing: true))
    } throws: { error in
      (error as? OperationFailure)?.effect == OperationFailure.Effect.none
    }
    let process = try #require(record.spawned.withLock { $0.first?.process })
    try Waiting.until("the held process's end") { ProcessIdentity.start(of: process.pid) == nil }
    #expect(!FileManager.default.fileExists(atPath: marker))
  }

  @Test("input goes in whole, also to a program that opens its standard input again")
  func input() async throws {
    let bytes = [UInt8](repeating: 0x61, count: 1 << 20)
    let outcome = try await run("wc -c", input: bytes, custody(Record()))
    #expect(outcome.stdoutText.contains("1048576"))
    let again = try await run("cat /dev/stdin", input: Array("whole".utf8), custody(Record()))
    #expect(again.stdoutText == "whole")
    let deaf = try await run("exec <&-; echo done", input: bytes, custody(Record()))
    #expect(deaf.stdoutText == "done\n")
  }

  @Test("100 MB of output pass in bounded memory and are kept to the limit")
  func flood() async throws {
    let counted = Mutex(0)
    let outcome = try await run(
      "head -c 104857600 /dev/zero",
      keep: 1000,
      custody(Record()),
      stdout: { bytes in counted.withLock { $0 += bytes.count } }
    )
    #expect(counted.withLock { $0 } == 104_857_600)
    #expect(outcome.stdout.count == 1000)
    #expect(outcome.isTruncated)
    let kept = try FileManager.default.attributesOfItem(atPath: folder.path + "/x-1-1.output")
    #expect(kept[.size] as? Int == 64 << 20)
  }

  @Test(
    "a command that hangs is ended at its time, however it resists",
    arguments: [
      "sleep 600",
      "trap '' TERM; while :; do sleep 0.05; done",
      "exec >&- 2>&-; sleep 600",
      "trap '' TERM; (trap '' TERM; sleep 600) & sleep 600",
      "while :; do echo flood; done",
      "setsid sh -c 'while :; do echo flood; done' & sleep 600",
    ]
  )
  func hangs(script: String) async throws {
    let start = ContinuousClock.now
    await #expect {
      _ = try await run(script, timeout: .milliseconds(300), custody(Record()))
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .timedOut && failure?.effect == .unknown
    }
    #expect(try status().cause == .late)
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("what a program leaves in its group, or outside of it, does not keep it from ending")
  func leftovers() async throws {
    let start = ContinuousClock.now
    let quiet = try await run("sleep 601 & echo $!", custody(Record()))
    let pid = try #require(pid_t(quiet.stdoutText.trimmingCharacters(in: .newlines)))
    try Waiting.until("the grandchild's end") { ProcessIdentity.start(of: pid) == nil }
    let loud = try await run("(while :; do echo flood; done) & exit 0", custody(Record()))
    #expect(loud.ending == .exited(0))
    // One that left the group lives on, as without a supervisor; nobody waits for it.
    let escaped = try await run("setsid sleep 5 & echo $!; sleep 0.2", custody(Record()))
    #expect(escaped.ending == .exited(0))
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("cancelling ends the command and says so")
  func cancellation() async throws {
    let started = AsyncStream<Void>.makeStream()
    let keeper = custody(Record())
    let task = Task {
      try await run(
        "echo started; sleep 600",
        keeper,
        stdout: { _ in started.continuation.yield() }
      )
    }
    for await _ in started.stream { break }
    task.cancel()
    await #expect {
      _ = try await task.value
    } throws: { error in
      (error as? OperationFailure)?.reason == .cancelled
    }
    #expect(try status().cause == .stopped)
  }

  @Test("a missing program and one that may not be executed have no effect")
  func unstartable() async throws {
    for program in ["no-such-tool", "/etc/passwd", "/nonexistent/program"] {
      await #expect {
        _ = try await runner.run(
          Invocation(argv: [program], timeout: .seconds(60)),
          in: custody(Record()),
          stdout: { _ in }
        )
      } throws: { error in
        let failure = error as? OperationFailure
        return failure?.effect == OperationFailure.Effect.none
          && failure?.message.contains(program) == true
      }
    }
  }

  @Test(
    "a supervisor that is killed or stopped leaves an unknown outcome, and nothing that runs",
    arguments: [SIGKILL, SIGSTOP]
  )
  func lostSupervisor(signal: Int32) async throws {
    let record = Record()
    await #expect {
      _ = try await run(
        "trap '' TERM PIPE; echo began; while :; do sleep 0.05; done",
        timeout: .seconds(1),
        custody(record),
        stdout: { _ in
          if let supervisor = record.spawned.withLock({ $0.first?.supervisor }) {
            kill(supervisor.pid, signal)
          }
        }
      )
    } throws: { error in
      (error as? OperationFailure)?.effect == .unknown
    }
    let process = try #require(record.spawned.withLock { $0.first?.process })
    try Waiting.until("the command's end") { ProcessIdentity.start(of: process.pid) == nil }
  }

  @Test("what an earlier runner's command came to stands for the first command")
  func inherited() async throws {
    func status(_ text: String, cut: Bool) -> Custody.Inheritance {
      .init(
        program: "/bin/sh",
        status: ChildStatus(
          ending: .exited,
          number: 4,
          cause: .itself,
          stdout: Array(text.utf8),
          isTruncated: cut,
          stderr: []
        )
      )
    }
    let record = Record()
    let outcome = try await run("exit 1", custody(record, inheriting: status("old", cut: false)))
    #expect(outcome.ending == .exited(4))
    #expect(outcome.stdoutText == "old")
    await #expect {
      _ = try await run("exit 1", custody(record, inheriting: status("ol", cut: true)))
    } throws: { error in
      (error as? OperationFailure)?.effect == .unknown
    }
    #expect(record.spawned.withLock { $0.isEmpty }, "nothing ran")
    let read = Invocation(argv: ["/bin/sh", "-c", "exit 5"], timeout: .seconds(60), changes: false)
    let keeper = custody(record, inheriting: status("ol", cut: true))
    #expect(try await runner.run(read, in: keeper, stdout: { _ in }).ending == .exited(5))
  }

  @Test("a status file says the same when it is read again, and a torn one says nothing")
  func statusFile() {
    let status = ChildStatus(
      ending: .signalled,
      number: 9,
      cause: .late,
      stdout: Array("a\nb".utf8),
      isTruncated: true,
      stderr: [0, 255, 10]
    )
    #expect(ChildStatus(bytes: status.bytes) == status)
    for cut in 0..<status.bytes.count {
      #expect(ChildStatus(bytes: Array(status.bytes[..<cut])) == nil)
    }
  }
}
