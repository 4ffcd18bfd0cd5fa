import Testing

@testable import Runbooks

@Suite struct AllowedSignersTests {
  private static let key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPHBUBJgllg6D1atud3W9vzty5Zg7BEfrEY7mPEwJ8vL"

  private static func names(_ line: String, at date: String = "20261122Z") throws -> [String] {
    let signers = try AllowedSigners(text: line)
    let now = try #require(Moment(timestamp: date))
    return ["ana", "bo", "ana@example.org"].filter { !signers.keys(of: $0, at: now).isEmpty }
  }

  @Test(
    "principals, namespaces and dates are read as ssh-keygen reads them",
    arguments: [
      ("ana KEY", ["ana"]), ("ana,bo KEY comment of it", ["ana", "bo"]), ("# ana KEY", []),
      ("", []),
      ("* KEY", ["ana", "bo", "ana@example.org"]), ("*,!bo KEY", ["ana", "ana@example.org"]),
      ("b?,*@example.org KEY", ["bo", "ana@example.org"]), ("\"ana,bo\" KEY", ["ana", "bo"]),
      ("ana namespaces=\"mailconsole\" KEY", ["ana"]),
      ("ana namespaces=\"git,mail*\" KEY", ["ana"]),
      ("ana namespaces=\"git\" KEY", []), ("ana cert-authority KEY", []),
      ("ana valid-before=\"20261122\" KEY", []),
      ("ana valid-before=\"202611220001Z\" KEY", ["ana"]),
      ("ana valid-after=\"20261122\" KEY", ["ana"]), ("ana valid-after=\"20261122000001\" KEY", []),
    ] as [(String, [String])]
  )
  func lines(line: String, expected: [String]) throws {
    #expect(try Self.names(line.replacing("KEY", with: Self.key)) == expected)
  }

  @Test(
    "a line that cannot be read is named by its place",
    arguments: ["ana", "ana ssh-ed25519", "ana shiny \(key)", "ana ssh-rsa \(key.dropFirst(12))"]
  )
  func broken(line: String) {
    #expect {
      try AllowedSigners(text: "# people\n\(line)\n", path: "allowed_signers")
    } throws: { error in
      (error as? RunbookProblem)?.position
        == SourcePosition(file: "allowed_signers", line: 2, column: 1)
    }
  }

  @Test("moments are written as ssh-keygen takes them, and read back")
  func moments() throws {
    for text in ["19700101000000Z", "20240229235959Z", "20261122031000Z", "21000301000000Z"] {
      #expect(try #require(Moment(timestamp: text)).timestamp == text)
    }
    for text in ["2026", "20261322", "20261122246060", "20261122z", ""] {
      #expect(Moment(timestamp: text) == nil, "\(text)")
    }
  }
}
