import Foundation
import TestSupport
import Testing

@testable import Runbooks

/// Our reading of `allowed_signers` against `ssh-keygen`'s, on files made up for it.
@Suite struct OpenSSHReadingTests {
  /// A key, and a text it signed.
  private struct Signed {
    let folder: TestSupport.TemporaryFolder
    let key: String

    init() throws {
      folder = try TestSupport.TemporaryFolder()
      try folder.write("x\n", to: "text")
      let path = folder.path
      _ = try Program.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path + "/key"])
      _ = try Program.run(
        "ssh-keygen",
        ["-q", "-Y", "sign", "-f", path + "/key", "-n", SignOffDocument.namespace, path + "/text"]
      )
      let line = try String(contentsOfFile: path + "/key.pub", encoding: .utf8)
      key = line.split(separator: " ").prefix(2).joined(separator: " ")
    }

    private func run(_ verb: String, _ list: String, _ more: [String]) throws -> Program.Result {
      try folder.write(list, to: "list")
      let path = folder.path
      return try Program.run(
        "ssh-keygen",
        ["-Y", verb, "-f", path + "/list", "-s", path + "/text.sig", "-O", "verify-time=20260601Z"]
          + more,
        environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "TZ": "UTC"],
        input: Data("x\n".utf8)
      )
    }

    /// Whether a signature of the key counts as this person's.
    func verifies(_ name: String, _ list: String) throws -> Bool {
      try run("verify", list, ["-I", name, "-n", SignOffDocument.namespace]).status == 0
    }

    /// The principals of the first line that has the key, and what is said of lines left out.
    func principals(_ list: String) throws -> Program.Result {
      try run("find-principals", list, [])
    }
  }

  private static let names = [
    "ana", "ana,bo", "*", "!bo,*", "\"a na\",bo", "\"ana,bo\"", "b?", "ANA",
    "ana,", ",bo", "a\"na\"", "\"ana\"x", "ana ,bo", "\u{FEFF}ana", "\"", "é,bo", "#ana",
    "bo\u{A0}",
  ]
  private static let options = [
    "", "", "", "cert-authority", "namespaces=\"mailconsole\"",
    "namespaces=\"git\"", "NameSpaces=\"mail*,git\"", "namespaces=\"!mailconsole,*\"",
    "namespaces=\"a\\\"b,mail*\"", "namespaces=mailconsole", "namespaces=\"x",
    "valid-after=\"20260101Z\"",
    "valid-after=\"20260601\"", "valid-after=\"202606010001Z\"", "valid-before=\"20260601Z\"",
    "valid-before=\"20260531235959\"", "valid-before=\"20270101utc\"",
    "valid-before=\"2026-06-02\"",
    "valid-after=\"20261301\"", "valid-after=\"20260231z\"", "valid-after=\"19700101Z\"", "shiny",
    ",",
    "cert-authorityx", "valid-before=\"20260601120062Z\"", "namespaces=\"\"", "verify-required",
  ]
  private static let blanks = [" ", "\t", "  ", " \t ", "\u{B}", "\u{A0}", ""]
  private static let ends = ["\n", "\r\n", " comment\n", "\t# x\n", "#x\n", "= x\n", "", " é \"\n"]
  private static let others = ["", "# people\n", "gpg 0123\n", "\r\n", " \t\n", "ana\n", "x y z\n"]

  @Test("agree on who a key stands for, on a hundred lines made up")
  func agree() throws {
    let signed = try Signed()
    var generator = SeededGenerator(seed: 39)
    func pick(_ texts: [String]) -> String { texts.randomElement(using: &generator) ?? "" }
    func blank() -> String {
      Int.random(in: 0..<8, using: &generator) > 0 ? " " : pick(Self.blanks)
    }
    let now = try #require(Moment(timestamp: "20260601Z"))
    var count = 0
    for _ in 0..<100 {
      let options = [pick(Self.options), pick(Self.options)].filter { !$0.isEmpty }
        .joined(separator: ",")
      let key =
        Int.random(in: 0..<12, using: &generator) > 0
        ? signed.key : signed.key.replacing("ssh-ed25519 ", with: "ssh-rsa ")
      let line = pick(Self.names) + blank() + (options.isEmpty ? "" : options + blank()) + key
      let list = pick(Self.others) + line + pick(Self.ends)
      let signers = try AllowedSigners(text: list)
      let ours = ["ana", "bo", "a na"].filter { name in
        signers.keys(of: name, at: now).contains { $0.line == signed.key }
      }
      let theirs = try ["ana", "bo", "a na"].filter { try signed.verifies($0, list) }
      #expect(ours == theirs, "\(list.debugDescription)")
      // What OpenSSH says it leaves out, we name; blank lines it scolds as well.
      let said = try signed.principals(list).errors.split(whereSeparator: \.isNewline)
        .filter {
          $0.contains("/list:") && !$0.contains("key has expired") && !$0.contains("not yet")
        }
        .compactMap { $0.split(separator: ":").dropFirst().first.flatMap { Int($0) } }
      let lines = list.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
      let scolded = said.filter { !lines[$0 - 1].allSatisfy { [0x20, 0x09, 0x0D].contains($0) } }
      // It stops at the first line that has the key.
      let told = signers.skipped.map(\.line)
      #expect(Set(scolded).isSubset(of: told), "\(list.debugDescription)")
      if theirs.isEmpty, signers.entries.isEmpty {
        #expect(Set(scolded) == Set(told), "\(list.debugDescription)")
      }
      count += ours.count
    }
    // The lines are of both kinds.
    #expect(count > 3)
  }

  @Test("agree on keys of every type, whole and cut short")
  func types() throws {
    let folder = try TestSupport.TemporaryFolder()
    for arguments in [
      ["-t", "rsa", "-b", "1024"], ["-t", "ecdsa", "-b", "256"],
      ["-t", "ecdsa", "-b", "384"], ["-t", "ecdsa", "-b", "521"], ["-t", "ed25519"],
    ] {
      let path = folder.path + "/" + arguments.joined()
      _ = try Program.run("ssh-keygen", ["-q", "-N", "", "-f", path] + arguments)
      let words = try String(contentsOfFile: path + ".pub", encoding: .utf8).split(separator: " ")
      let blob = try #require(Data(base64Encoded: String(words[1])))
      for piece in [blob, blob.dropLast(), blob + [0], blob + [0, 0, 0, 0]] {
        let line = "\(words[0]) \(piece.base64EncodedString())"
        try folder.write(line + "\n", to: "one.pub")
        let isTheirs =
          try Program.run("ssh-keygen", ["-l", "-f", folder.path + "/one.pub"]).status == 0
        #expect(try AllowedSigners(text: "ana \(line)").entries.isEmpty == !isTheirs, "\(line)")
      }
    }
  }
}
