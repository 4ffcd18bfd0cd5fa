import Foundation
import TestSupport
import Testing

/// The lab's site with keys of its six people, made for one test, so that every sign-off is signed.
struct SignedLab {
  let lab: Lab
  /// A copy of the lab's site that has `allowed_signers`.
  let site: String
  private let agent: SSHAgent

  init() throws {
    agent = try SSHAgent()
    lab = try Lab(variables: ["SSH_AUTH_SOCK": agent.socket])
    site = agent.folder.path + "/site"
    try FileManager.default.copyItem(atPath: lab.site, toPath: site)
    // What the site names beside itself lies elsewhere, seen from the copy.
    let deploy = lab.console.root + "/deploy"
    try edit("site.yaml") {
      $0.replacing("../from", with: deploy + "/lab/from")
        .replacing("../../overlays", with: deploy + "/overlays")
    }
    try agent.addSigners(of: site)
  }

  /// Puts a file into the site's directory.
  func add(_ bytes: Data, as name: String) throws {
    let path = site + "/" + name
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true
    )
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// Answers one more step of a runbook.
  func answer(_ step: String, of runbook: String, _ lines: String) throws {
    try edit("answers/\(runbook).yaml") {
      $0.replacing("steps:\n", with: "steps:\n  \(step):\n\(lines)\n")
    }
  }

  /// Starts a runbook with its answers, or goes on with its run.
  func walk(_ runbook: String, from run: String? = nil) throws -> Program.Result {
    let words = run.map { ["attach", $0] } ?? ["run", runbook]
    return try lab.console.run(
      words + ["--site", site, "--answers", "\(site)/answers/\(runbook).yaml"]
    )
  }

  /// Expects that the run has ended well and that its sign-offs hold.
  func expectSigned(_ result: Program.Result) throws {
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    let verified = try lab.console.run("verify", "--all", "--site", site)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    let held = verified.output.firstMatch(of: /signatures that hold: (\d+)/)
    #expect(held.flatMap { Int($0.1) } ?? 0 > 0, "\(verified.output)")
  }

  private func edit(_ name: String, _ change: (String) -> String) throws {
    let path = site + "/" + name
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let changed = change(text)
    try #require(changed != text, "\(name) has nothing to be changed")
    try changed.write(toFile: path, atomically: true, encoding: .utf8)
  }
}
