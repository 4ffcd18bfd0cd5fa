import Foundation
import Glibc
import Runbooks
import TestSupport
import Testing

@testable import mailconsole

/// Two Unix accounts and a stranger on one shared state directory, as real processes.
@Suite(.serialized) struct SharedStateTests {
  private static let steps = """
    steps:
      - id: look
        title: Look
        run: [/bin/echo, seen]
        risk: read
      - id: task
        title: A task
        needs: [look]
        manual: do it
      - id: after
        title: After
        needs: [task]
        run: [/bin/echo, after]
        risk: read

    """

  private func options(_ place: SharedPlace) -> [String] {
    SmallSite.options(in: place.folder)
  }

  @Test(
    "what one member began another shows, checks, and goes on with; whatever the umask, all of it is the group's",
    .enabled(if: Account.isPossible, "root and setpriv(1) are needed to be other accounts")
  )
  func together() throws {
    let place = try SharedPlace()
    try SmallSite.add(runbook: "held", "A run", to: place.folder, Self.steps)
    let answers = try SmallSite.write(
      answers: "steps:\n  task: {done: {note: done}}\n",
      to: place.folder
    )
    let begun = try place.console.run(
      ["run", "held", "--plain", "--as", "tomas"] + options(place),
      by: SharedPlace.tomas
    )
    #expect(begun.status == 2, "\(begun.output)\(begun.errors)")
    let run = try place.run()
    #expect(try place.misfits() == [])

    let console = place.console
    let sofia = SharedPlace.sofia
    #expect(try console.run(["runs"], by: sofia).output.contains(run))
    #expect(try console.run(["verify", run], by: sofia).status == 0)
    #expect(try console.run(["show", run], by: sofia).output.contains("seen"))
    let ended = try console.run(
      [
        "attach", run, "--answers", answers, "--site", place.folder.path + "/site", "--as", "sofia",
      ],
      by: sofia
    )
    #expect(ended.status == 0, "\(ended.output)\(ended.errors)")
    #expect(try place.misfits() == [])
    let verdict = try console.run(["verify", run], by: SharedPlace.tomas)
    #expect(verdict.status == 0)
    #expect(!verdict.output.contains("not sealed"), "\(verdict.output)")

    let said = try console.run(["doctor"], by: SharedPlace.tomas)
    #expect(said.output.contains("takes a file; it is shared by the group 3001"), "\(said.output)")
  }

  @Test(
    "who is not in the group gets at nothing and is told why",
    .enabled(if: Account.isPossible, "root and setpriv(1) are needed to be other accounts")
  )
  func stranger() throws {
    let place = try SharedPlace()
    for arguments in [["runs"], ["verify", "--all"], ["doctor"]] {
      let result = try place.console.run(arguments, by: SharedPlace.stranger)
      #expect(result.status != 0)
      let said = result.output + result.errors
      #expect(said.contains("shared by the group 3001, and you are not in it"), "\(said)")
    }
    // Nor root, whose runner the members' consoles would not talk to.
    #expect(try place.console.run("runs").status == 64)
  }

  @Test(
    "a runner hangs up on whoever is no member, root too",
    .enabled(if: Account.isPossible, "root and setpriv(1) are needed to be other accounts"),
    .timeLimit(.minutes(1))
  )
  func peer() throws {
    let place = try SharedPlace()
    try SmallSite.add(runbook: "held", "A run", to: place.folder, Self.steps)
    let begun = try place.console.run(
      ["run", "held", "--plain", "--as", "tomas"] + options(place),
      by: SharedPlace.tomas
    )
    #expect(begun.status == 2, "\(begun.output)\(begun.errors)")
    let run = try place.run()
    let runner = try place.console.start(
      ["runner", run, "--site", place.folder.path + "/site", "--driver", "tomas"],
      by: SharedPlace.tomas,
      output: place.folder.path + "/runner.txt"
    )
    defer {
      runner.send(SIGTERM)
      runner.wait()
    }
    // The tests are root and no member: they find a member's runner, and it does not let them in.
    let directory = RunDirectory(path: place.console.runs + "/" + run)
    var found: FrameChannel?
    try Waiting.until("the runner") {
      if case .connected(let channel) = RunnerSocket.connect(to: directory) { found = channel }
      return found != nil
    }
    let channel = try #require(found)
    #expect(channel.peer == uid_t(SharedPlace.tomas.number))
    #expect(throws: FrameChannel.End.closed) { _ = try channel.receive() }
    #expect(try place.misfits() == [])
  }

  @Test(
    "a command of a killed runner is adopted by a member under another account",
    .enabled(if: Account.isPossible, "root and setpriv(1) are needed to be other accounts")
  )
  func adoption() throws {
    let place = try SharedPlace()
    let ledger = place.open + "/ledger"
    let go = place.open + "/go"
    try SmallSite.add(
      runbook: "slow",
      "A slow run",
      to: place.folder,
      """
      steps:
        - id: long
          title: Long
          run: [/bin/sh, -c, "echo ran >> \(ledger); while [ ! -e \(go) ]; do sleep 0.02; done; echo late"]
          timeout: 1m
          risk: change
          reversible: no

      """
    )
    let first = try place.console.start(
      ["run", "slow", "--unattended", "--as", "tomas"] + options(place),
      by: SharedPlace.tomas,
      output: place.folder.path + "/out.txt"
    )
    defer { _ = try? place.folder.write("", to: "open/go") }
    try Waiting.until("the ledger") { FileManager.default.fileExists(atPath: ledger) }
    first.send(SIGKILL)
    first.wait()
    #expect(try place.misfits() == [])
    let run = try place.run()
    let second = try place.console.start(
      ["attach", run, "--plain", "--site", place.folder.path + "/site", "--as", "sofia"],
      by: SharedPlace.sofia,
      output: place.folder.path + "/second.txt"
    )
    try Waiting.until("the adoption") {
      try place.console.run(["show", run], by: SharedPlace.sofia).output.contains("step.adopted")
    }
    try place.folder.write("", to: "open/go")
    let said = try String(contentsOfFile: place.folder.path + "/second.txt", encoding: .utf8)
    #expect(second.wait() == 0, "\(said)")
    #expect(try String(contentsOfFile: ledger, encoding: .utf8) == "ran\n")
    let shown = try place.console.run(["show", run], by: SharedPlace.tomas).output
    #expect(shown.contains("step.ended") && !shown.contains("step.unknown"), "\(shown)")
    #expect(try place.console.run(["verify", run], by: SharedPlace.tomas).status == 0)
    #expect(try place.misfits() == [])
  }
}
