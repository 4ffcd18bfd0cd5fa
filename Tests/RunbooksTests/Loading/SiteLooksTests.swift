import Testing

@testable import Runbooks

/// How often a site's checks are looked at by themselves.
@Suite struct SiteLooksTests {
  private func read(_ line: String) throws -> Reading<Site> {
    let site = """
      apiVersion: mailconsole/v1
      kind: Site
      name: lab
      domain: gaudy.test
      mail_host: mail.gaudy.test
      addresses: [203.0.113.10]
      node: mail-node
      stage: lab
      scenario: world.yaml
      \(line)
      """
    let operators = """
      apiVersion: mailconsole/v1
      kind: Operators
      operators: [{name: erin, roles: [E1]}]
      """
    let folder = try TemporaryFolder(["site.yaml": site, "operators.yaml": operators])
    return SiteLoader.read(directory: folder.path)
  }

  @Test(
    "is what site.yaml says, else five minutes where the world changes by itself",
    arguments: [
      ("checks: {every: 90s}", LookInterval.every(.seconds(90))),
      ("checks: {every: never}", .never),
      ("", nil),
    ]
  )
  func interval(line: String, looks: LookInterval?) throws {
    #expect(try read(line).get().looks == looks)
    #expect(LookInterval.usual(in: .live).span == .seconds(300))
    #expect(LookInterval.usual(in: .tabletop).span == nil)
  }

  @Test("less than ten seconds, or no time at all, is an error", arguments: ["1s", "soon", "0s"])
  func mistakes(text: String) throws {
    let problems = try read("checks: {every: \(text)}").problems.map(\.description)
    #expect(problems.count == 1 && problems[0].contains("Write 10s or longer"), "\(problems)")
  }
}
