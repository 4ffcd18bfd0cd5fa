import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// dkim.compare beside dkimpy: the same records and keys, and mail that is signed with them.
@Suite struct DKIMAgreementTests {
  /// Debian's python3-dkim, and what it verifies Ed25519 with; it is asked once.
  private static let isThere: Bool = {
    let asked = try? Program.run("/usr/bin/python3", ["-c", "import dkim, nacl.signing"])
    return asked?.status == 0
  }()

  /// Signs a message with each key and verifies it by each record, given as JSON; no DNS is asked.
  private static let script = #"""
    import base64, dkim, json, sys
    given = json.load(sys.stdin)
    message = b"From: a@gaudy.test\r\nTo: b@far.test\r\nSubject: hello\r\n\r\nHello.\r\n"

    def signed(kind, path):
        key, algorithm = open(path, "rb").read(), b"rsa-sha256"
        if kind == "edwards":
            # The seed is the end of the PKCS #8 structure (RFC 8410 section 7).
            body = b"".join(line for line in key.splitlines() if not line.startswith(b"-----"))
            key = base64.b64encode(base64.b64decode(body)[-32:])
            algorithm = b"ed25519-sha256"
        return dkim.sign(message, b"s1", b"gaudy.test", key, signature_algorithm=algorithm) + message

    mail = {kind: signed(kind, path) for kind, path in given["keys"].items()}

    def verdict(case):
        text = case["records"][0].encode("ascii") if case["records"] else None
        try:
            return dkim.verify(mail[case["kind"]], dnsfunc=lambda name, timeout=5: text)
        except Exception:
            # What it cannot read at all, e.g. half a character of base64.
            return False

    json.dump([verdict(case) for case in given["cases"]], sys.stdout)
    """#

  private struct Question: Encodable {
    struct Item: Encodable {
      let kind: String
      let records: [String]
    }
    let keys: [String: String]
    let cases: [Item]
  }

  /// Key pairs made for this test: the paths of their private halves, and the public ones.
  private func makeKeys(in folder: TemporaryFolder) throws -> ([String: String], DKIMKeySet) {
    var paths: [String: String] = [:]
    var info: [DKIMKeySet.Kind: String] = [:]
    for kind in DKIMKeySet.Kind.allCases {
      let path = folder.path + "/" + kind.rawValue
      let type: [String] =
        switch kind {
        case .rsa: ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        case .small: ["RSA", "-pkeyopt", "rsa_keygen_bits:1024"]
        case .tiny: ["RSA", "-pkeyopt", "rsa_keygen_bits:768"]
        case .large: ["RSA", "-pkeyopt", "rsa_keygen_bits:4096"]
        case .edwards: ["ED25519"]
        }
      let made = try Program.run("openssl", ["genpkey", "-out", path, "-algorithm"] + type)
      try #require(made.status == 0, "\(made.errors)")
      let read = try Program.run("openssl", ["pkey", "-in", path, "-pubout"])
      try #require(read.status == 0, "\(read.errors)")
      paths[kind.rawValue] = path
      info[kind] = read.output.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    }
    return (paths, DKIMKeySet(info: info))
  }

  @Test(
    "a record is usable here where dkimpy verifies mail by it, but for what is named",
    .enabled(
      if: isThere,
      "dkimpy is needed, with PyNaCl (apt install python3-dkim python3-nacl)"
    )
  )
  func agreement() async throws {
    let folder = try TemporaryFolder()
    let (paths, keys) = try makeKeys(in: folder)
    let cases = DKIMCase.field + DKIMCase.others + DKIMCase.made
    let question = Question(
      keys: paths,
      cases: cases.map { item in
        .init(kind: item.kind.rawValue, records: item.records(keys).map { $0.joined() })
      }
    )
    let said = try Program.run(
      "/usr/bin/python3",
      ["-c", Self.script],
      input: try JSONEncoder().encode(question)
    )
    try #require(said.status == 0, "\(said.errors)")
    let verdicts = try JSONDecoder().decode([Bool].self, from: Data(said.output.utf8))
    try #require(verdicts.count == cases.count)
    // It can say both: otherwise it would agree with anything.
    #expect(verdicts.contains(true) && verdicts.contains(false))
    for (item, verdict) in zip(cases, verdicts) {
      let ours = try await item.compare(keys).values["usable"]
      #expect(ours == .boolean(item.isUsable), "\(item.name), with keys of this test")
      #expect(
        (ours == .boolean(verdict)) == item.difference.isEmpty,
        "\(item.name): dkimpy says \(verdict), and \(item.difference.isEmpty ? "nothing" : item.difference) is named"
      )
    }
    withExtendedLifetime(folder) {}
  }
}
