import Foundation
import Runbooks
import Testing

@testable import ClusterOps

/// What the shipped checks need, and where.
@Suite struct NeededProgramsTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "runbooks/checks").path

  private let checks = CheckLibrary(directory: Self.folder).checks

  @Test("programs stand at the place they are run at, whatever leads there, and bounded ones too")
  func shipped() throws {
    let ways: [[SiteVantage]] = [
      [SiteVantage(name: "outside", via: ["ssh", "-T", "probe@outside"])],
      [SiteVantage(name: "outside", via: ["/srv/way", "kdig"])], [],
    ]
    let all = ways.map { NeededPrograms(of: checks, on: Site.test(vantages: $0)) }
    #expect(Set(all).count == 1)
    let outside = try #require(all[0].places["outside"])
    for program in ["kdig", "swaks", "openssl", "timeout"] {
      #expect(outside.programs[program]?.isEmpty == false, "\(program): \(outside.names)")
    }
    #expect(!outside.names.contains { $0.contains(" ") || $0.contains("ssh") })
    #expect(outside.checks > 10)
    let here = try #require(all[0].places["here"])
    #expect(here.names.contains("kubectl"))
    #expect(!here.names.contains("swaks"))
    // Each can be installed by name.
    for name in outside.names { #expect(!ProgramPackage.hint(of: name).isEmpty, "\(name)") }
  }

  @Test("a program of PATH is there, another is lacking with the checks that need it")
  func here() {
    let folder = TemporaryDirectory()
    folder.write("kdig", "#!/bin/sh\n", executable: true)
    folder.write("curl", "no program")
    var place = NeededPrograms.Place()
    place.programs = [
      "kdig": [CheckID("mx")], "curl": [CheckID("a"), CheckID("b")], "kubectl": [],
    ]
    let found = ProgramInspection.here(place, but: ["kubectl"], path: "/nowhere:\(folder.path)")
    #expect(
      found == [
        .has("has kdig", at: "here"),
        .lacks("no curl: 2 checks need it", "Install it (apt install curl).", at: "here"),
      ]
    )
  }
}
