import Foundation
import Runbooks
import Testing

@testable import ClusterOps

@Suite struct CommandRunnerTests {
  private let runner = CommandRunner(grace: .milliseconds(100))

  private func shell(_ script: String) -> [String] { ["/bin/sh", "-c", script] }

  private func run(
    _ script: String,
    input: [UInt8] = [],
    timeout: Duration = .seconds(120),
    keep: Int = 1 << 16
  ) async throws(OperationFailure) -> CommandOutcome {
    try await runner.run(
      Invocation(argv: shell(script), input: input, timeout: timeout, keep: keep),
      stdout: { _ in }
    )
  }

  @Test("gives both streams and the exit status")
  func plain() async throws {
    let outcome = try await run("echo out; echo err >&2; exit 7")
    #expect(outcome.ending == .exited(7))
    #expect(outcome.stdoutText == "out\n")
    #expect(outcome.stderrText == "err\n")
    #expect(!outcome.isTruncated)
  }

  @Test("arguments reach the program as they are, without a shell")
  func arguments() async throws {
    let argument = "$(id) `id` ; * \"'\n€"
    let outcome = try await runner.run(
      argv: ["printf", "%s", argument],
      timeout: .seconds(120)
    )
    #expect(outcome.stdoutText == argument)
  }

  @Test("the environment holds only what is named")
  func environment() async throws {
    let bare = CommandRunner(environment: CommandEnvironment(["PATH": "/usr/bin:/bin", "A": "b"]))
    let outcome = try await bare.run(argv: ["env"], timeout: .seconds(120))
    #expect(Set(outcome.stdoutText.split(separator: "\n")) == ["PATH=/usr/bin:/bin", "A=b"])
  }

  @Test("input goes in whole, and a child that does not read it is no error")
  func input() async throws {
    let bytes = [UInt8](repeating: 0x61, count: 1 << 20)
    #expect(try await run("wc -c", input: bytes).stdoutText.contains("1048576"))
    #expect(try await run("exec <&-; echo done", input: bytes).stdoutText == "done\n")
  }

  @Test("100 MB of output pass in bounded memory; NULs are bytes like others")
  func flood() async throws {
    let counter = Collector()
    let counted = ByteCounter()
    let outcome = try await runner.run(
      Invocation(
        argv: shell("head -c 104857600 /dev/zero"),
        timeout: .seconds(120),
        keep: 1000
      ),
      stdout: { bytes in
        counted.add(bytes.count)
        if counter.bytes.isEmpty { counter.take(Array(bytes.prefix(10))) }
      }
    )
    #expect(counted.total == 104_857_600)
    #expect(outcome.stdout.count == 1000)
    #expect(outcome.isTruncated)
    #expect(counter.bytes.allSatisfy { $0 == 0 })
  }

  @Test("keeps the end of standard error")
  func standardError() async throws {
    let outcome = try await run("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo last >&2")
    #expect(outcome.stderr.count == 64 * 1024)
    #expect(outcome.stderrText.hasSuffix("last\n"))
  }

  @Test(
    "a child that hangs is ended at its time, however it resists",
    arguments: [
      "sleep 600",
      "trap '' TERM; while :; do sleep 0.05; done",
      "exec >&- 2>&-; sleep 600",
      "trap '' TERM; (trap '' TERM; sleep 600) & sleep 600",
      "while :; do echo flood; done",
    ]
  )
  func hangs(script: String) async throws {
    let start = ContinuousClock.now
    await #expect {
      _ = try await run(script, timeout: .milliseconds(300))
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .timedOut && failure?.effect == .unknown
    }
    // Far below what the children would take; far above what a busy machine adds.
    #expect(ContinuousClock.now - start < .seconds(120))
  }

  @Test("a grandchild that goes on writing does not keep the command from ending")
  func writingGrandchild() async throws {
    let start = ContinuousClock.now
    _ = try? await run("(while :; do echo flood; done) & exit 0", timeout: .milliseconds(500))
    #expect(ContinuousClock.now - start < .seconds(120))
  }

  @Test("a grandchild that keeps the pipe open neither delays the end nor survives it")
  func grandchild() async throws {
    let start = ContinuousClock.now
    let outcome = try await run("sleep 601 & echo $!")
    #expect(ContinuousClock.now - start < .seconds(120))
    let pid = try #require(pid_t(outcome.stdoutText.trimmingCharacters(in: .newlines)))
    // KILL has been sent; the process dies when the kernel gets to it, and may
    // then stay a zombie until its new parent reaps it.
    func isAlive() -> Bool {
      let state = FileManager.default.contents(atPath: "/proc/\(pid)/stat")
        .map { String(decoding: $0, as: UTF8.self) }
      return state.map { $0.contains("(sleep)") && !$0.contains(") Z ") } ?? false
    }
    while isAlive(), ContinuousClock.now - start < .seconds(120) { await Task.yield() }
    #expect(!isAlive())
  }

  @Test("cancelling ends the child and says so")
  func cancellation() async throws {
    let started = AsyncStream<Void>.makeStream()
    let task = Task {
      try await runner.run(
        Invocation(argv: shell("echo started; sleep 600"), timeout: .seconds(120), changes: false),
        stdout: { _ in started.continuation.yield() }
      )
    }
    for await _ in started.stream { break }
    task.cancel()
    await #expect {
      _ = try await task.value
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .cancelled && failure?.effect == OperationFailure.Effect.none
    }
  }

  @Test(
    "a missing program is named, with how to get it",
    arguments: [
      ("kubectl", "Install kubectl 1.27"), ("no-such-tool", "Install no-such-tool and see"),
      ("kdig", "apt install knot-dnsutils"), ("swaks", "apt install swaks"),
    ]
  )
  func missing(program: String, advice: String) async throws {
    let empty = CommandRunner(environment: CommandEnvironment(["PATH": "/nonexistent"]))
    await #expect {
      _ = try await empty.run(argv: [program], timeout: .seconds(120))
    } throws: { error in
      let failure = error as? OperationFailure
      return failure?.reason == .unreachable && failure?.message.contains(program) == true
        && failure?.advice.contains(advice) == true
        && failure?.effect == OperationFailure.Effect.none
    }
  }

  @Test("a path that is no program, and a NUL in an argument, are refused before anything runs")
  func refusals() async throws {
    for argv in [["/nonexistent/program"], ["/etc/passwd"], ["echo", "a\0b"], [], [""]] {
      await #expect {
        _ = try await runner.run(argv: argv, timeout: .seconds(120))
      } throws: { error in
        (error as? OperationFailure)?.effect == OperationFailure.Effect.none
      }
    }
  }

  @Test("a signal is an ending of its own")
  func signal() async throws {
    let outcome = try await run("kill -SEGV $$")
    #expect(outcome.ending == .signalled(11))
    #expect(outcome.exit == 139)
  }
}

/// Counts bytes from any task.
private final class ByteCounter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  func add(_ more: Int) { lock.withLock { count += more } }
  var total: Int { lock.withLock { count } }
}

@Suite struct LineSplitterTests {
  @Test("gives the same lines whatever the pieces")
  func pieces() {
    let text = Array("one\r\ntwo\n\nthree".utf8)
    let whole = LineSplitter.lines(of: text)
    #expect(whole.map(\.text) == ["one", "two", "", "three"])
    for cut in 0...text.count {
      var splitter = LineSplitter()
      var lines = splitter.lines(adding: Array(text[..<cut]))
      lines += splitter.lines(adding: Array(text[cut...]))
      if let last = splitter.finish() { lines.append(last) }
      #expect(lines == whole)
    }
  }

  @Test("shortens long lines and says so")
  func long() {
    let lines = LineSplitter.lines(of: Array("abcdef\nab\n".utf8), limit: 4)
    #expect(lines.map(\.text) == ["abcd", "ab"])
    #expect(lines.map(\.isShortened) == [true, false])
  }
}
