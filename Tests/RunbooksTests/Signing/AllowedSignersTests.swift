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
      ("ana valid-before=\"20261121235959\" KEY", []),
      ("ana valid-before=\"20261122\" KEY", ["ana"]),
      ("ana valid-before=\"202611220001Z\" KEY", ["ana"]),
      ("ana valid-after=\"20261122\" KEY", ["ana"]), ("ana valid-after=\"20261122000001\" KEY", []),
    ] as [(String, [String])]
  )
  func lines(line: String, expected: [String]) throws {
    #expect(try Self.names(line.replacing("KEY", with: Self.key)) == expected)
  }

  @Test(
    "a line that OpenSSH cannot read is left out and named with its column; the others count",
    arguments: [
      ("ana", 4, "key is missing"), ("ana ssh-ed25519", 5, "key is missing"),
      ("ana shiny KEY", 5, "unknown to OpenSSH"), ("gpg 0123456789", 5, "key is missing"),
      ("ana ssh-rsa BLOB", 13, "no key"), ("ana namespaces=git KEY", 16, "no quotes"),
      ("ana namespaces=\"a\",namespaces=\"b\" KEY", 20, "given twice"),
      ("ana namespaces=\"a\", KEY", 19, "missing after the comma"),
      ("ana valid-before=\"2026-11-22\" KEY", 18, "no date"), ("\"ana KEY", 1, "not closed"),
      ("ana namespaces=\"a KEY", 5, "not closed"), ("é,ana x=\"1\" KEY", 7, "unknown"),
      ("ana valid-after=\"20260102Z\",valid-before=\"20260101Z\" KEY", 5, "not after"),
      ("ana\u{A0}KEY", 17, "key is missing"), ("mallory, ana KEY", 10, "unknown"),
      ("ana KEY=", 17, "no key"),
    ]
  )
  func broken(line: String, column: Int, words: String) throws {
    let blob = Self.key.dropFirst(12)
    let text = line.replacing("KEY", with: Self.key).replacing("BLOB", with: String(blob))
    let signers = try AllowedSigners(text: "# people\n\(text)\nbo \(Self.key)\n")
    #expect(signers.skipped.map { "\($0.line):\($0.column)" } == ["2:\(column)"])
    #expect(signers.skipped.first?.message.contains(words) == true)
    #expect(signers.entries.map(\.principals) == [["bo"]])
    let problems = signers.problems(path: "f")
    #expect(problems.allSatisfy { $0.severity == .warning })
    #expect(problems.contains { $0.message.contains("left out, as OpenSSH leaves it out") })
  }

  @Test(
    "what is read and may surprise is told: a byte order mark, a date without zone, a shared key"
  )
  func notes() throws {
    let text =
      "\u{FEFF}ana \(Self.key)\nbo valid-after=\"20260101\",valid-before=\"20270101Z\" \(Self.key)\n"
    let told = try AllowedSigners(text: text).problems(path: "f").map(\.description)
    #expect(
      told.map { $0.prefix(29) } == [
        "f:1:1: warning: a byte order ", "f:2:1: warning: one key stand",
        "f:2:16: warning: the date has",
      ]
    )
    #expect(try Self.names("\u{FEFF}ana \(Self.key)") == [])
  }

  @Test("a file that is no text is refused, with its line")
  func binary() {
    #expect {
      try AllowedSigners(text: "\n\0a\0n", path: "f")
    } throws: { error in
      (error as? RunbookProblem)?.position == SourcePosition(file: "f", line: 2, column: 1)
    }
  }

  @Test("moments are written as ssh-keygen takes them, and read back")
  func moments() throws {
    for text in ["19700101000000Z", "20240229235959Z", "20261122031000Z", "21000301000000Z"] {
      #expect(try #require(Moment(timestamp: text)).timestamp == text)
    }
    for text in ["2026", "20261322", "20261122246060", "20261122U", ""] {
      #expect(Moment(timestamp: text) == nil, "\(text)")
    }
  }
}
