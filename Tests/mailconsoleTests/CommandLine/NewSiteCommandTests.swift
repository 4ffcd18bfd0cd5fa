import Foundation
import TestSupport
import Testing

/// `mailconsole new site` without a terminal.
@Suite struct NewSiteCommandTests {
  private let places: Places

  init() throws { places = try Places() }

  private var answers: [String] {
    [
      "--domain", "example.test", "--address", "198.51.100.25", "--address", "2001:db8::25",
      "--node", "mail-node", "--operator", "erin=E1,E2,E3,E4,E5", "--operator", "quinn=E6",
    ]
  }

  private func make(_ more: String...) throws -> Program.Result {
    try places.console.run(["new", "site", places.site] + answers + more)
  }

  /// What lies beside the site.
  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: places.folder.path)) ?? [])
      .filter { $0 != "state" }.sorted()
  }

  @Test("the site is made, lint finds nothing in it, and what it lacks and what comes next is said")
  func made() throws {
    let result = try make(
      "--context",
      "lab: \"eu\" #1",
      "--via-outside",
      "[ssh, -o, 'ProxyCommand=nc %h %p', probe]"
    )
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("Nobody holds SO (System owner"))
    #expect(!result.output.contains("Nobody holds E"))
    #expect(result.output.contains("There is no way to the vantage node"))
    #expect(!result.output.contains("vantage outside"))
    #expect(result.output.contains("allowed_signers"))
    #expect(result.output.contains("mailconsole doctor --site \(places.site)"))
    let lint = try places.console.run("lint", places.site)
    #expect(lint.status == 0, "\(lint.output)")
    #expect(lint.output.contains("nothing found"))
    let text = try String(contentsOfFile: places.site + "/site.yaml", encoding: .utf8)
    #expect(text.contains("mail_host: mail.example.test\n"))
    #expect(text.contains(#"context: "lab: \"eu\" #1""#))
    #expect(names == ["site"])
    let files = try FileManager.default.contentsOfDirectory(atPath: places.site).sorted()
    #expect(files == ["operators.yaml", "site.yaml"])
    let rights = try FileManager.default.attributesOfItem(atPath: places.site + "/site.yaml")
    #expect(rights[.posixPermissions] as? Int == 0o644)
  }

  @Test("all that is missing is named at once, with 64, and nothing is made")
  func missing() throws {
    let result = try places.console.run("new", "site", places.site, "--domain", "example.test")
    #expect(result.status == 64)
    for option in ["--address", "--node", "--operator"] {
      #expect(result.errors.contains("  \(option): "), "\(result.errors)")
    }
    #expect(!result.errors.contains("--mail-host"))
    #expect(names.isEmpty)
  }

  @Test("all that is no answer is named at once, with 64, and nothing is made")
  func wrong() throws {
    let result = try make("--name", "A B", "--stage", "\u{1B}[2J", "--operator", "erin=SO")
    #expect(result.status == 64)
    #expect(result.errors.contains("--name: `A B` is not an id"))
    #expect(result.errors.contains("--stage: a control character (U+1B)"))
    #expect(result.errors.contains("--operator: erin is already there"))
    #expect(result.dangerous.isEmpty)
    #expect(names.isEmpty)
  }

  @Test("a site that is there stays as it is, and a directory with anything in it is not touched")
  func taken() throws {
    #expect(try make().status == 0)
    let before = try Data(contentsOf: URL(fileURLWithPath: places.site + "/site.yaml"))
    let again = try make("--name", "other")
    #expect(again.status == 74)
    #expect(again.errors.contains("There is a site in \(places.site)"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: places.site + "/site.yaml")) == before)
    try places.folder.write("x", to: "full/kubeconfig")
    let full = places.folder.path + "/full"
    let refused = try places.console.run(["new", "site", full] + answers)
    #expect(refused.status == 74)
    #expect(refused.errors.contains("is not empty (kubeconfig)"))
    let lost = try places.console.run(["new", "site", places.folder.path + "/no/site"] + answers)
    #expect(lost.status == 66)
    #expect(names == ["full", "site"])
  }

  @Test("an empty directory becomes the site")
  func empty() throws {
    try FileManager.default.createDirectory(atPath: places.site, withIntermediateDirectories: true)
    #expect(try make("--yes").status == 0)
    #expect(try places.console.run("lint", places.site).status == 0)
  }

  @Test("a tabletop plays: its checks look at its own world")
  func tabletop() throws {
    let result = try make("--scenario", "--operator", "wen=SO")
    #expect(result.status == 0, "\(result.errors)")
    #expect(!result.output.contains("Nobody holds"))
    #expect(!result.output.contains("no way to the vantage"))
    #expect(!result.output.contains("allowed_signers"))
    let checks = try places.console.run("checks", "rollout", "--site", places.site)
    #expect(checks.status == 0, "\(checks.output)\(checks.errors)")
    #expect(try places.console.run("lint", places.site).status == 0)
  }
}
