import Foundation
import Testing

@testable import Runbooks

/// A directory of files that is removed at the end.
struct TemporaryFolder: ~Copyable {
  let path: String

  init(_ files: [String: String]) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "mailconsole-\(UUID())")
    path = url.path
    for (name, text) in files {
      let file = url.appending(path: name)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(text.utf8).write(to: file)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

private let siteText = """
  apiVersion: mailconsole/v1
  kind: Site
  name: lab
  domain: gaudy.test
  mail_host: mail.gaudy.test
  addresses: [203.0.113.10, "2001:db8::10"]
  node: mail-node
  stage: lab
  kubernetes: {kubeconfig: ../kubeconfig, context: lab, namespace: post, workload: sts/mail}
  manifests: ../../overlays/./lab
  scenario: world.yaml
  values: {bucket: backups}

  """

private let operatorsText = """
  apiVersion: mailconsole/v1
  kind: Operators
  operators:
    - {name: erin, roles: [E1]}
    - {name: bo, roles: [E2, E3]}

  """

@Suite("A site") struct SiteLoaderTests {
  private func read(site: String = siteText, operators: String = operatorsText) throws
    -> Reading<Site>
  {
    let folder = try TemporaryFolder(["a/b/site.yaml": site, "a/b/operators.yaml": operators])
    return SiteLoader.read(directory: folder.path + "/a/b")
  }

  @Test("has its names, people, cluster and paths from the root")
  func whole() throws {
    let site = try read().get()
    #expect(site.name == "lab")
    #expect(site.addresses == ["203.0.113.10", "2001:db8::10"])
    #expect(site.operators.map(\.name) == ["erin", "bo"])
    #expect(site.operators[1].roles == [Role("E2"), Role("E3")])
    #expect(site.kubernetes.namespace == "post")
    #expect(site.kubernetes.container == "postfix")
    #expect(site.directory.hasSuffix("/a/b"))
    #expect(site.kubernetes.kubeconfig == site.directory.dropLast(2) + "/kubeconfig")
    #expect(site.manifests == site.directory.dropLast(4) + "/overlays/lab")
    #expect(site.scenario == site.directory + "/world.yaml")
  }

  @Test("may say which roles drive; roles that nobody holds are an error")
  func drivers() throws {
    let text = operatorsText.replacing("operators:", with: "drivers: [E3, E4]\noperators:")
    #expect(try read(operators: text).get().drivers == [Role("E3"), Role("E4")])
    #expect(try read().get().drivers == nil)
    let nobody = text.replacing("[E3, E4]", with: "[E9]")
    let problems = try read(operators: nobody).problems
    #expect(problems.map(\.position.line) == [3])
    #expect(problems.first?.message.contains("nobody could drive") == true)
  }

  @Test("has its revoked keys beside it; a line that names no key is an error at its place")
  func revoked() throws {
    let files = ["site.yaml": siteText, "operators.yaml": operatorsText]
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    let sound = try TemporaryFolder(files.merging(["revoked_keys": "# left\n\(key) x\n"]) { $1 })
    let listed = try #require(SiteLoader.read(directory: sound.path).get().signers.revoked)
    #expect(listed.names(try #require(SSHPublicKey(line: key))))
    let broken = try TemporaryFolder(files.merging(["revoked_keys": "\(key)\noops\n"]) { $1 })
    let problems = SiteLoader.read(directory: broken.path).problems
    #expect(problems.map { "\($0.position.line):\($0.position.column)" } == ["2:1"])
  }

  @Test("is loaded where a line of allowed_signers is not OpenSSH's; the line is told as a warning")
  func signers() throws {
    let files = ["site.yaml": siteText, "operators.yaml": operatorsText]
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    let folder = try TemporaryFolder(
      files.merging(["allowed_signers": "gpg 0123\nbo \(key) x\n"]) { $1 }
    )
    let reading = SiteLoader.read(directory: folder.path)
    #expect(try reading.get().signers.allowed?.entries.count == 1)
    #expect(reading.problems.map { "\($0.severity) \($0.position.line)" } == ["warning 1"])
    let wide = try TemporaryFolder(files)
    try Data([0xFF, 0xFE, 0x61, 0x00]).write(
      to: URL(fileURLWithPath: wide.path + "/allowed_signers")
    )
    let refused = SiteLoader.read(directory: wide.path)
    #expect(refused.value == nil)
    #expect(refused.problems.contains { $0.message.contains("UTF-16") })
  }

  @Test("gives expressions every name that lint knows")
  func record() throws {
    let scope = Scope(site: try read().get().record)
    let position = SourcePosition(file: "x", line: 1, column: 1)
    for name in SiteLoader.names.keys {
      let text = "site." + name.replacing("*", with: "bucket")
      let expression = try Expression(parsing: text, at: position)
      #expect(throws: Never.self) { try expression.evaluate(in: scope) }
    }
  }

  @Test("with a scenario needs no cluster; without either is refused")
  func scenarioOnly() throws {
    let lines = siteText.split(separator: "\n").filter { !$0.hasPrefix("kubernetes") }
    let site = try read(site: lines.joined(separator: "\n")).get()
    #expect(site.kubernetes.workload == "daemonset/mail")
    let bare = lines.filter { !$0.hasPrefix("scenario") }.joined(separator: "\n")
    let problems = try read(site: bare).problems
    #expect(problems.map(\.message) == ["the site has neither `kubernetes` nor `scenario`"])
  }

  @Test("that is wrong says everything, in both files")
  func wrong() throws {
    let reading = try read(
      site: siteText.replacing("gaudy.test\nmail", with: "gaudy\nmail")
        .replacing("203.0.113.10", with: "203.0.113.256").replacing("node:", with: "nod:"),
      operators: operatorsText.replacing("bo,", with: "erin,").replacing("[E1]", with: "[]")
    )
    let found = reading.problems.map { "\($0.position.line):\($0.position.column)" }
    #expect(found == ["4:25", "4:9", "6:13", "7:1"] || found.count == 4, "\(reading.problems)")
    #expect(reading.value == nil)
  }

  @Test("that is not there says which file is missing")
  func missing() {
    let problems = SiteLoader.read(directory: "/nowhere").problems
    #expect(problems.map(\.position.file) == ["/nowhere/operators.yaml", "/nowhere/site.yaml"])
  }
}

@Suite("A scenario") struct ScenarioLoaderTests {
  @Test("has its clock, seed and state, with durations as text")
  func whole() throws {
    let text = """
      apiVersion: mailconsole/v1
      kind: Scenario
      seed: 42
      clock: {start: 2026-11-22T03:10:00Z}
      state:
        postfix: {queue: [{id: A1, age: 2h}], up: true, load: 0.5, note: "${x}"}

      """
    let world = try ScenarioLoader.read(text: text, path: "world.yaml").get()
    #expect(world.now == 1_795_317_000)
    #expect(world.seed == 42)
    let queue = Value.list([.record(["id": .string("A1"), "age": .string("2h")])])
    #expect(
      world.state["postfix"]
        == .record([
          "queue": queue, "up": .boolean(true), "load": .number(0.5), "note": .string("${x}"),
        ])
    )
  }

  @Test(
    "reads moments in UTC",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600),
      ("1969-12-31T23:59:59Z", -1), ("2026-12-31T23:59:59Z", 1_798_761_599),
    ]
  )
  func moments(text: String, seconds: Int) { #expect(Timestamp.parse(text) == seconds) }

  @Test(
    "refuses other moments",
    arguments: [
      "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z",
      "2026-01-01T24:00:00Z", "2026-01-01T00:00:00+01:00", "", "2026-1-01T00:00:00Z0",
    ]
  )
  func otherMoments(text: String) { #expect(Timestamp.parse(text) == nil) }
}
