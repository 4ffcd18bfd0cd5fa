import Foundation
import TestSupport
import Testing

/// The built binary with its state on a small file system, which a step fills.
@Suite(.serialized) struct FullDiskRunTests {
  @Test(
    "a command that fills the disk has its end recorded, the run is paused, and goes on once there is room",
    .enabled(if: SmallDisk.isPossible)
  )
  func commands() throws {
    let folder = try TemporaryFolder()
    let site = try SmallSite.write(to: folder)
    let state = folder.path + "/state"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
    let disk = try SmallDisk(at: state, size: "2m")
    let ledger = folder.path + "/ledger"
    try SmallSite.add(
      runbook: "filling",
      "A step that fills the disk",
      to: folder,
      """
      steps:
        - id: fill
          title: Fill the disk
          run: [/bin/sh, -c, "echo began >> \(ledger); cat /dev/zero > \(state)/ballast 2> /dev/null; exit 4"]
          expect_exit: [4]
          risk: change
          reversible: no
        - id: next
          title: The next step
          needs: [fill]
          run: [/bin/sh, -c, "echo next >> \(ledger)"]
          risk: change
          reversible: no

      """
    )
    let console = ConsoleBinary(state: state)
    let result = try console.run(
      ["run", "filling", "--unattended", "--as", "tomas"] + SmallSite.options(in: folder)
    )
    #expect(result.status == 2, "\(result.output)\(result.errors)")
    #expect(result.output.contains("the disk of the state directory is full"))
    #expect(try String(contentsOfFile: ledger, encoding: .utf8) == "began\n")
    let run = try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
    let attach = ["attach", run, "--plain", "--site", site, "--as", "tomas", "--continue"]
    // Somebody else takes what the run gave back when it was let go.
    disk.fill()
    let refused = try console.run(attach)
    #expect(refused.status != 0)
    #expect(try String(contentsOfFile: ledger, encoding: .utf8) == "began\n")

    disk.clear()
    let resumed = try console.run(attach)
    #expect(resumed.status == 0, "\(resumed.output)\(resumed.errors)")
    #expect(try String(contentsOfFile: ledger, encoding: .utf8) == "began\nnext\n")
    let types = try RecordedTimeline(json: try console.run("show", run, "--json").output)
      .types(of: "fill")
    #expect(types == ["step.started", "step.spawned", "step.ended"])
    #expect(try console.run("verify", run).status == 0)
  }
}
