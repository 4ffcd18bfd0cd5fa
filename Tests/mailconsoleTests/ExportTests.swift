import Foundation
import TestSupport
import Testing

@testable import mailconsole

/// `mailconsole export` as an operator uses it.
@Suite struct ExportTests {
  @Test("a run of the shipped runbook is exported in every form, and the bundle checks out")
  func export() throws {
    let folder = try TemporaryFolder()
    let console = ConsoleBinary(state: folder.path + "/state")
    let answers = console.root + "/sites/tabletop/answers/queue-triage.yaml"
    let played = try console.run("run", "queue-triage", "--answers", answers)
    try #require(played.status == 0, "\(played.output)\(played.errors)")
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder.path + "/state/runs").first
    )

    let bundle = folder.path + "/run.tar"
    for _ in 0..<2 {
      let result = try console.run("export", run, "--format", "bundle", "--output", bundle)
      #expect(result.status == 0 && result.output.isEmpty, "\(result.errors)")
    }
    _ = try Program.run("tar", ["xf", bundle, "-C", folder.path])
    let inside = folder.path + "/" + run
    let check = try Program.run("sh", [inside + "/verify.sh", inside])
    #expect(check.status == 0 && check.output.hasPrefix("\(run): sound, "), "\(check.output)")

    let html = try console.run("export", run, "--format", "html")
    #expect(html.status == 0 && html.output.hasPrefix("<!DOCTYPE html>"))
    let markdown = try console.run("export", run, "--format", "markdown")
    #expect(markdown.status == 0 && markdown.output.contains("## The record is sound"))
    let json = try console.run("export", run, "--format", "json")
    #expect(json.status == 0)
    #expect((try? JSONSerialization.jsonObject(with: Data(json.output.utf8))) != nil)

    // Now somebody changes a file of it.
    let outputs = "\(folder.path)/state/runs/\(run)/outputs"
    let name = try #require(try FileManager.default.contentsOfDirectory(atPath: outputs).first)
    try Data("changed".utf8).write(to: URL(fileURLWithPath: outputs + "/" + name))
    let other = folder.path + "/unsound.tar"
    let refused = try console.run("export", run, "--format", "bundle", "--output", other)
    #expect(refused.status == 1 && refused.errors.contains("Nothing was written"))
    #expect(!FileManager.default.fileExists(atPath: other))
    let forced = try console.run(
      "export",
      run,
      "--format",
      "bundle",
      "--even-if-unsound",
      "--output",
      other
    )
    #expect(forced.status == 1 && FileManager.default.fileExists(atPath: other))
    _ = try Program.run("tar", ["xf", other, "-C", folder.path])
    #expect(try Program.run("sh", [inside + "/verify.sh", inside]).status == 1)
    let report = try console.run("export", run, "--format", "markdown")
    #expect(report.status == 1 && report.output.contains("THE RECORD IS NOT SOUND"))
  }

  @Test("what cannot be exported ends with its own status")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let console = ConsoleBinary(state: folder.path + "/state")
    #expect(try console.run("export", "nobody", "--format", "json").status == 66)
    #expect(try console.run("export", "../x", "--format", "json").status == 66)
    #expect(try console.run("export", "nobody", "--format", "pdf").status == 64)
  }
}
