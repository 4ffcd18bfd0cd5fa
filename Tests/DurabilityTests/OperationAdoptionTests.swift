import Foundation
import Glibc
import TestSupport
import Testing

/// Operations whose runner is killed: what their first command came to concludes them, what a
/// later one came to does not.
@Suite("Adoption of operations", .serialized)
struct OperationAdoptionTests {
  /// A kubectl that lists one message and holds it, and whose changes wait for a file.
  private static func kubectl(_ folder: TemporaryFolder) -> String {
    """
    #!/bin/sh
    case "$*" in
    *postqueue*)
      echo read >> \(folder.path)/ledger
      queue=deferred; [ -e \(folder.path)/held ] && queue=hold
      printf '{"queue_name":"%s","queue_id":"4Bxyz1234zK","arrival_time":1,"message_size":9,"forced_expire":false,"sender":"eve@example.org","recipients":[{"address":"a@example.net","delay_reason":"x"}]}\\n' $queue
      printf '\\n[end of output]\\n' ;;
    *postsuper*)
      cat > /dev/null
      echo changed >> \(folder.path)/ledger
      while [ ! -e \(folder.path)/go ]; do sleep 0.05; done
      touch \(folder.path)/held
      echo "postsuper: Placed on hold: 1 message" >&2 ;;
    *)
      echo changed >> \(folder.path)/ledger
      while [ ! -e \(folder.path)/go ]; do sleep 0.05; done
      echo said ;;
    esac
    """
  }

  private struct Play {
    let folder: TemporaryFolder
    let console: ConsoleBinary
    let site: String
    let run: String

    /// Begins a run of one step and kills its runner once the ledger says `changed`.
    init(_ step: String) throws {
      folder = try TemporaryFolder()
      site = try SmallSite.write(to: folder)
      let program = try folder.write(kubectl(folder), to: "bin/kubectl")
      chmod(program, 0o700)
      try SmallSite.add(
        runbook: "one",
        "One step",
        to: folder,
        """
        steps:
          - id: act
            title: The step
            reversible: no
            \(step)

        """
      )
      let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
      console = ConsoleBinary(
        state: folder.path + "/state",
        variables: ["PATH": folder.path + "/bin:" + path]
      )
      let output = folder.path + "/out.txt"
      let process = try console.start(
        [
          "run", "one", "--unattended", "--site", site, "--as", "tomas", "--runbooks",
          folder.path + "/runbooks",
        ],
        output: output
      )
      let ledger = folder.path + "/ledger"
      try Waiting.until("the change") {
        (try? String(contentsOfFile: ledger, encoding: .utf8))?.contains("changed") == true
      }
      process.send(SIGKILL)
      process.wait()
      run = try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
      try folder.write("", to: "go")
    }

    func takeOver() throws -> (Program.Result, RecordedTimeline, [Substring]) {
      let result = try console.run("attach", run, "--plain", "--site", site, "--as", "tomas")
      let record = try RecordedTimeline(json: try console.run("show", run, "--json").output)
      let ledger = try String(contentsOfFile: folder.path + "/ledger", encoding: .utf8)
      return (result, record, ledger.split(separator: "\n"))
    }
  }

  @Test("an operation of one command comes to its real end")
  func first() throws {
    let play = try Play("do: k8s.exec\n    with: {argv: [postfix, status]}")
    let (result, record, ledger) = try play.takeOver()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(
      record.types(of: "act") == ["step.started", "step.spawned", "step.adopted", "step.ended"]
    )
    #expect(ledger == ["changed"])
    #expect(try play.console.run("verify", play.run).status == 0)
  }

  @Test("an operation whose second command was under way is unknown, and repeated only with a word")
  func second() throws {
    let play = try Play("do: postfix.hold\n    with: {sender: eve@example.org}")
    let (result, record, ledger) = try play.takeOver()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let unknown = record.lines.first { $0.type == "step.unknown" }
    #expect(unknown?.text.contains("kubectl, command 2 of attempt 1, exited with 0") == true)
    #expect(record.lines.contains { $0.type == "step.reconciled" && $0.text.contains("repeated") })
    #expect(record.unsaidRepetitions.isEmpty)
    // The second attempt reads and finds that nothing is left to change.
    #expect(ledger.filter { $0 == "changed" }.count == 1)
    #expect(ledger.last == "read")
    #expect(try play.console.run("verify", play.run).status == 0)
  }
}
