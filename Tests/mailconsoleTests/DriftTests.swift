import Foundation
import TestSupport
import Testing

@testable import Runbooks
@testable import mailconsole

/// A runbook that is edited while a run of it is open: the run keeps its text, and that is said.
@Suite("Drift") struct DriftTests {
  private static func text(_ title: String, version: String) -> String {
    """
    apiVersion: mailconsole/v1
    kind: Runbook
    id: drifting
    title: \(title)
    version: \(version)
    owner: E4
    summary: Changes while it runs.
    steps:
      - {id: call, title: Call, manual: Call somebody.}

    """
  }

  @Test("show and attach say that the library's text differs, verify finds nothing wrong with it")
  func commandLine() throws {
    let folder = try TemporaryFolder()
    try SmallSite.write(to: folder)
    let path = "runbooks/operations/drifting.yaml"
    try folder.write(Self.text("Before", version: "1.0.0"), to: path)
    let console = ConsoleBinary(state: folder.path + "/state")
    let options = SmallSite.options(in: folder)
    let begun = try console.run(["run", "drifting", "--unattended", "--as", "tomas"] + options)
    #expect(begun.status == 2, "\(begun.output)\(begun.errors)")
    #expect(!begun.output.contains("Pinned to"))
    let run = try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
    let library = ["--runbooks", folder.path + "/runbooks"]
    #expect(try !console.run(["show", run] + library).output.contains("Pinned to"))

    try folder.write(Self.text("After", version: "1.1.0"), to: path)
    let words = "Pinned to drifting 1.0.0 (text "
    let shown = try console.run(["show", run] + library)
    #expect(shown.output.contains(words) && shown.output.contains("the library has 1.1.0 ("))
    let json = try Told(json: try console.run(["show", run, "--json"] + library).output)
    let drift = try #require(json.drift)
    #expect(shown.output.contains("\n\(drift.text)\n"), "the same words")
    #expect(drift.runbook == "drifting")
    #expect(drift.pinned == .init(of: Self.text("Before", version: "1.0.0"), version: "1.0.0"))
    #expect(drift.library == .init(of: Self.text("After", version: "1.1.0"), version: "1.1.0"))
    // The shipped runbooks have none of that name.
    let undisturbed = try console.run("show", run, "--json").output
    #expect(try Told(json: undisturbed).drift == nil)
    #expect(try RecordedTimeline(json: undisturbed).lines.count == json.lines.count)
    let attached = try console.run(["attach", run, "--plain", "--as", "tomas"] + options)
    #expect(attached.output.contains(words), "\(attached.output)\(attached.errors)")
    #expect(try console.run("verify", run).status == 0)
    // The shipped runbooks have none of that name.
    #expect(try !console.run("show", run).output.contains("Pinned to"))
  }

  /// What programs read of `show --json`.
  private struct Told: Decodable {
    struct Text: Decodable, Equatable {
      let version: String
      let text: String

      init(of text: String, version: String) {
        self.version = version
        self.text = Digest(of: text).hex
      }
    }

    struct Drift: Decodable {
      let text: String
      let runbook: String
      let pinned: Text
      let library: Text
    }

    let lines: [RecordedTimeline.Line]
    let drift: Drift?

    init(json: String) throws {
      self = try JSONDecoder().decode(Self.self, from: Data(json.utf8))
    }
  }

  @Test("the console says it on the screen of the run, as long as the run is open")
  func screen() throws {
    var script = ConsoleScript.atRelease()
    #expect(!script.shows("Pinned to"))
    let changed = Drill.runbook(Drill.yaml + "\n# edited\n")
    script.model.shelf = [ShelfEntry(runbook: changed)]
    #expect(script.shows("Pinned to"))
    #expect(script.shows(changed.source.digest.short))
    #expect(script.shows(try #require(script.model.run?.state.created?.text).short))
  }
}
