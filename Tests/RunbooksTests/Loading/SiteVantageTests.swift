import Foundation
import Runbooks
import Testing

/// `vantages:` of a site, and the names that runbooks may use.
@Suite struct SiteVantageTests {
  private func read(_ block: String) throws -> Reading<Site> {
    let folder = FileManager.default.temporaryDirectory.path + "/vantages-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let site = """
      apiVersion: mailconsole/v1
      kind: Site
      name: lab
      domain: gaudy.test
      mail_host: mail.gaudy.test
      addresses: [203.0.113.10]
      node: mail-node
      stage: lab
      kubernetes: {namespace: mail}
      \(block)
      """
    try site.write(toFile: folder + "/site.yaml", atomically: true, encoding: .utf8)
    try "apiVersion: mailconsole/v1\nkind: Operators\noperators: [{name: amy, roles: [E1]}]\n"
      .write(toFile: folder + "/operators.yaml", atomically: true, encoding: .utf8)
    return SiteLoader.read(directory: folder)
  }

  @Test("a way is an argument vector; a program named by a path lies where the site says")
  func ways() throws {
    let site = try read(
      "vantages: {outside: {via: [ssh, -T, probe@h]}, node: {via: [../bin/way, node]}}"
    ).get()
    #expect(site.vantages.map(\.name) == ["outside", "node"])
    #expect(site.vantages[0].via == ["ssh", "-T", "probe@h"])
    #expect(site.vantages[1].via[0].hasPrefix("/"))
    #expect(site.vantages[1].via[0].hasSuffix("/bin/way"))
  }

  @Test(
    "what no site may name is refused where it stands",
    arguments: [
      ("vantages: {here: {via: [ssh]}}", "every site has the vantage `here`"),
      ("vantages: {pod: {via: [ssh]}}", "every site has the vantage `pod`"),
      ("vantages: {outside: {via: []}}", "the list is empty"), ("vantages: {outside: {}}", "via"),
      ("vantages: {outside: {vai: [ssh]}}", "vai"),
    ]
  )
  func refused(block: String, words: String) throws {
    let problem = try #require(try read(block).problems.first)
    #expect(problem.description.contains(words), "\(problem)")
    #expect(problem.position.line == 10)
  }

  @Test("lint knows the vantages of a site, the customary ones of any, and a parameter's choices")
  func lint() throws {
    let declaration = OperationDeclaration(
      name: OperationName("dns.lookup"),
      summary: "Looks up.",
      parameters: [
        .init("from", .string, isVantage: true, help: "where from"),
        .init("type", .string, choices: ["A", "MX"], help: "record type"),
      ],
      results: [],
      risk: .read,
      isRepeatable: true
    )
    func problems(_ with: String, _ vantages: Set<String>? = nil) throws -> [String] {
      let runbook = try RunbookLoader(operations: [declaration]).read(
        text: """
          apiVersion: mailconsole/v1
          kind: Runbook
          id: look
          title: Look
          version: 1.0.0
          owner: E4
          summary: Looks.
          steps:
            - {id: look, title: Look, do: dns.lookup, with: \(with)}
          """,
        path: "look.yaml"
      ).get()
      return Linter(operations: [declaration], vantages: vantages).problems(in: runbook)
        .map(\.description)
    }
    #expect(try problems("{from: outside, type: MX}").isEmpty)
    #expect(try problems("{from: probe}", ["probe"]).isEmpty)
    let unknown = try problems("{from: outsite}")
    #expect(unknown.count == 1 && unknown[0].contains("no vantage `outsite`; outside is meant?"))
    #expect(try problems("{from: outside}", ["probe"]).count == 1)
    let choice = try problems("{type: MXX}")
    #expect(choice.count == 1 && choice[0].contains("`type` of `dns.lookup` cannot be `MXX`"))
  }
}
