import Foundation
import Runbooks
import TestSupport
import Testing

@testable import ClusterOps

/// The keys that records of a test are made of, in base64.
struct DKIMKeySet: Sendable {
  /// Of which a record is made, and mail signed.
  enum Kind: String, CaseIterable, Sendable {
    case rsa, small, tiny, large, edwards
  }

  /// SubjectPublicKeyInfo of each.
  let info: [Kind: String]

  subscript(_ kind: Kind) -> String { info[kind] ?? "" }

  /// RSA of 2,048 bits in two parts, as its record is cut into strings.
  var first: String { String(self[.rsa].prefix(200)) }
  var second: String { String(self[.rsa].dropFirst(200)) }

  /// The 32 octets of the Ed25519 key, as RFC 8463 §4 has them published.
  var edwards: String {
    (Data(base64Encoded: self[.edwards]) ?? Data()).suffix(32).base64EncodedString()
  }

  /// The keys of F03, of which nobody has a private half.
  static let field = DKIMKeySet(info: [
    .rsa:
      """
    MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAibm3eY/jXe9ivwoYT8k5oSE4gq/ze8eGOeIXA7yRRv4lgZ4m\
    cTzu4/b4olQO3/UztyTpVdc+FgbGdDzoAim1MNyPG0Mm6KaYh0qdyLUPjW+SIF4AkQUjtYoVO4Wj9O1541g+2dB/sU+y\
    wWpVkfex2N7z1QDeggRB4Mj3hT9ciMzY1XHwQZzhhWls8Yw3M/Zq2H0raIjJ7rl7UlpLkVqeANBt+rNsRpKpnzxLb/p4\
    QjJIrp/RD+am7UJO8h3u5ZBEQhvNRrEw1Z7YUslspkj7Js8K9qzHYzTLolnJpVGXmh7ekAZXMfh1RNH+SLpikQHms4Kj\
    +525rsy81bYIQN7kzQIDAQAB
    """,
    .small:
      """
    MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDHIf+abMX9YTsk/4BmVzgScnG56TqjdoMxgKhjieieBLyzHWFLQA4D\
    piANYnsiEe3J2rUIloLZqRm7rit1m3XsQBk78tlXO1kvtnB1JmrTsZ4X5zdu2uTZA7lV6xhwJPOHpWqY6b8VVnD7SBF8\
    L9WFZz8YMNeZ9STUcK1g4uM1gwIDAQAB
    """,
    .large:
      """
    MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAyXWvZTsIm1uUvkTFiWhZoQ4pB+Xbzl1ct58VEHvpgAUTVohC\
    U8bsw2hT65VPakskK4GkfAQJfHY0Z4jPjJtys5/GODz4GBjQzfQF3Y5a9cTgQav4r4p9YL+QpvK3kpEbsIPCkMznEnwY\
    bIhWWRmu2NW7RNUp5j1r3jWTRonYnFhpkPUEN1aXeiIGoblG/awl/Y+9ZOfUR8l2ZhFjMBULNfI5FcSLeKBXF8rGfcPR\
    3uznRNo5HziF5700bakU07GYpauMLfcAjug3Own/u9usHHAtAIzDpFYRtJ86HWM6DVunJ9V1d+LLfGkL9FNWdWQmV4V/\
    lDaR7anCfwQveEWaeDRpNCqt8cYvl8FIgZ/+/nPlLHDC6+eV8w95fWLDLKeP9C0jAtFtFL4WHUlZUiHNc1R6LunZijUt\
    agvRsoO4YjbTEGNWxH6o6ESa/fBho5sjrJhGYVyu1lHVbX6CfbQoPStu6zrkjJNIffzN15Zol0/emkvdeFI6Slr1ti5v\
    rSytewAA60NHLLWroIhNfJpcAISLyTkjC3kC6xSnle65h53dQ1Rc5qXkOoUW0hIMmkyP50fTvW0bHkTvNlNsqK4JEJm4\
    GCUTxG02J1xgZaC0bFkxFesRVL6Ys17B8RUY8jKqfJZkKc77S9N3wYuL7YrztuhF53ao2x6MYhkIkyLPLdUCAwEAAQ==
    """,
    .edwards: "MCowBQYDK2VwAyEAtqK64cqhpX8Fe334Y0NPziFiRuA35xNvfrqCfSSnQo8=",
  ])
}

/// What a domain publishes of a key, and what has to be concluded of it.
struct DKIMCase: Sendable, CustomTestStringConvertible {
  let name: String
  /// With which mail is signed.
  let kind: DKIMKeySet.Kind
  /// Whether receivers take signatures by it.
  let isUsable: Bool
  /// Words of each thing that is told to be wrong.
  let problems: [String]
  /// Why another verifier may judge otherwise; empty: it may not.
  let difference: String
  /// Its records, each as its strings.
  let records: @Sendable (DKIMKeySet) -> [[String]]

  var testDescription: String { name }

  private init(
    of name: String,
    kind: DKIMKeySet.Kind,
    isUsable: Bool,
    problems: [String],
    difference: String,
    records: @escaping @Sendable (DKIMKeySet) -> [[String]]
  ) {
    self.name = name
    self.kind = kind
    self.isUsable = isUsable
    self.problems = problems
    self.difference = difference
    self.records = records
  }

  /// - Parameter record: the strings of its one record.
  init(
    _ name: String,
    _ kind: DKIMKeySet.Kind = .rsa,
    isUsable: Bool = true,
    _ problems: [String] = [],
    difference: String = "",
    _ record: @escaping @Sendable (DKIMKeySet) -> [String]
  ) {
    self.init(
      of: name,
      kind: kind,
      isUsable: isUsable,
      problems: problems,
      difference: difference,
      records: { [record($0)] }
    )
  }

  /// With another number of records than one; then it is no use.
  static func several(
    _ name: String,
    _ problems: [String],
    difference: String = "",
    _ records: @escaping @Sendable (DKIMKeySet) -> [[String]]
  ) -> DKIMCase {
    DKIMCase(
      of: name,
      kind: .rsa,
      isUsable: false,
      problems: problems,
      difference: difference,
      records: records
    )
  }

  /// Performs dkim.compare on it with kdig's answers, the pod's key, and the real openssl.
  func compare(
    _ keys: DKIMKeySet,
    aliases: [String: String] = [:],
    at owner: String = "s1._domainkey.gaudy.test"
  ) async throws -> OperationResult {
    let border = String(MailZone.border)
    let texts = records(keys).map { $0.joined(separator: border) }
    let zone = MailZone(records: ["\(owner) TXT": texts], aliases: aliases)
    let mounted = DKIMRecorded.mounted(keys[kind])
    let world = zone.world { command in
      let words = command.program
      if words.contains("cat") { return .inPod("gaudy.test s1\n") }
      if !words.contains("DER") { return mounted }
      guard
        let read = try? Program.run(
          words[0],
          Array(words.dropFirst()),
          input: Data(command.input)
        )
      else { return .said("", stderr: "openssl: not found\n", exit: 127) }
      return .said(read.output, stderr: read.errors, exit: read.status)
    }
    let result = try await world.perform(
      DKIMCompare(),
      ["selectors": .list([.string("s1")])]
    )
    return try DKIMCompare().declaration.checked(result)
  }

  /// The records of F03, the letters those of its lines.
  static let field: [DKIMCase] = [
    DKIMCase("a: t=s and s=email") {
      ["v=DKIM1; k=rsa; t=s; s=email; p=\($0.first)", $0.second]
    },
    DKIMCase("b: a blank at the end of each string") {
      [
        "v=DKIM1; k=rsa; p=\($0.first) ", "\($0.second.prefix(100)) ",
        String($0.second.dropFirst(100)),
      ]
    }, DKIMCase("c: no v") { ["k=rsa; p=\($0.first)", $0.second] },
    DKIMCase("d: no k") { ["v=DKIM1; p=\($0.first)", $0.second] },
    DKIMCase(
      "e: backslashes in the data",
      isUsable: false,
      [
        "backslashes are in the record itself, from a zone file: take them out (at octet 7)",
        #"`v=DKIM1\` is not `v=DKIM1`, so verifiers discard it"#,
        #"`k=rsa\` is neither rsa nor ed25519"#,
      ]
    ) { ["v=DKIM1\\; k=rsa\\; p=\($0.first)", "\($0.second)\\;"] },
    DKIMCase(
      "f: v is not first",
      isUsable: false,
      ["`v=DKIM1` does not stand at its beginning, so verifiers may discard it: put it first"],
      difference: "RFC 6376 §3.6.1: v MUST be the first tag; dkimpy takes it anywhere"
    ) { ["k=rsa; v=DKIM1; p=\($0.first)", $0.second] },
    DKIMCase(
      "g: p twice, the second empty",
      .small,
      isUsable: false,
      ["`p` is there more than once", "it has two keys, and verifiers take none"]
    ) { ["v=DKIM1; k=rsa; p=\($0[.small]); p="] },
    DKIMCase(
      "h: the strings in the wrong order",
      isUsable: false,
      ["its strings are in the wrong order, the other way round it is a key"]
    ) { [$0.second, "v=DKIM1; k=rsa; p=\($0.first)"] },
    .several(
      "i: two records where two strings were meant",
      ["it has 2 records where two strings of one were meant: put both into one record"]
    ) { [["v=DKIM1; k=rsa; p=\($0.first)"], [$0.second]] },
    DKIMCase("j: as at the name that a CNAME leads to") {
      ["v=DKIM1; k=rsa; p=\($0.first)", $0.second]
    },
    DKIMCase("k: revoked, and mail is signed with it", isUsable: false, ["it is revoked"]) { _ in
      ["v=DKIM1; k=rsa; p="]
    },
    DKIMCase(
      "l: the second string is lost",
      isUsable: false,
      ["its `p` is cut: it has 150 of 294 octets"]
    ) { ["v=DKIM1; k=rsa; p=\($0.first)"] },
    DKIMCase("m: Ed25519", .edwards, ["sign with an RSA key too"]) {
      ["v=DKIM1; k=ed25519; p=\($0.edwards)"]
    },
    DKIMCase(
      "n: Ed25519 with the DER head in front",
      .edwards,
      isUsable: false,
      ["its `p` has the head of a PEM key in front of the 32 octets"]
    ) { ["v=DKIM1; k=ed25519; p=\($0[.edwards])"] },
    DKIMCase(
      "o: 1024 bits, SHA-1 alone, tried",
      .small,
      isUsable: false,
      [
        "its key has 1024 bits: rotate to one of 2048", "`h=sha1` does not allow sha256",
        "`t=y` says that it is only tried",
      ],
      difference: "RFC 6376 §6.1.2: a hash that h does not name fails; dkimpy does not read h"
    ) { ["v=DKIM1; k=rsa; h=sha1; t=y; p=\($0[.small])"] },
    DKIMCase(
      "p: quotation marks in the data",
      isUsable: false,
      ["quotation marks are in the record itself", "is no name of a tag", "no key in base64"]
    ) { ["\"v=DKIM1; k=rsa; p=\($0.first)\" \"", "\($0.second)\""] },
    DKIMCase(
      "q: the lines of a PEM key in the data",
      isUsable: false,
      ["the lines around a PEM key are in the record itself", "no key in base64"]
    ) {
      [
        "v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----\($0.first)",
        "\($0.second)-----END PUBLIC KEY-----",
      ]
    },
    DKIMCase(
      "r: 4096 bits",
      .large,
      ["its key has 4096 bits, so its record is longer than 512 octets and may need TCP"]
    ) {
      let key = $0[.large]
      return [
        "v=DKIM1; k=rsa; p=\(key.prefix(230))", String(key.dropFirst(230).prefix(250)),
        String(key.dropFirst(480)),
      ]
    },
  ]

  /// Records of other kinds.
  static let others: [DKIMCase] = [
    DKIMCase("s=tlsrpt", isUsable: false, ["is not for mail"]) {
      ["v=DKIM1; s=tlsrpt; p=\($0[.rsa])"]
    }, DKIMCase("s=*") { ["v=DKIM1; s=*; p=\($0[.rsa])"] },
    DKIMCase("s=other", isUsable: false, ["`s=other` is not for mail"]) {
      ["v=DKIM1; s=other; p=\($0[.rsa])"]
    },
    DKIMCase(
      "s is a list",
      difference: "RFC 6376 §3.6.1: s is a list parted by colons; dkimpy takes it for one word"
    ) { ["v=DKIM1; s=tlsrpt:email; p=\($0[.rsa])"] },
    DKIMCase("t=y", .rsa, ["`t=y` says"]) { ["v=DKIM1; t=y; p=\($0[.rsa])"] },
    DKIMCase("t=y:s", .rsa, ["`t=y` says"]) { ["v=DKIM1; t=y:s; p=\($0[.rsa])"] },
    DKIMCase("h has sha256 among others") { ["v=DKIM1; h=sha1:sha256; p=\($0[.rsa])"] },
    DKIMCase(
      "h=sha1",
      isUsable: false,
      ["`h=sha1` does not allow sha256"],
      difference: "RFC 6376 §6.1.2: a hash that h does not name fails; dkimpy does not read h"
    ) { ["v=DKIM1; h=sha1; p=\($0[.rsa])"] },
    DKIMCase("tags that nobody knows") { ["v=DKIM1; g=*; n=a note; x=1; p=\($0[.rsa])"] },
    DKIMCase("v=DKIM2", isUsable: false, ["`v=DKIM2` is not `v=DKIM1`, so verifiers discard it"]) {
      ["v=DKIM2; p=\($0[.rsa])"]
    },
    DKIMCase("v in small letters", isUsable: false, ["`v=dkim1` is not `v=DKIM1`"]) {
      ["v=dkim1; p=\($0[.rsa])"]
    }, DKIMCase("a V is another tag") { ["V=DKIM2; p=\($0[.rsa])"] },
    DKIMCase(
      "v last",
      isUsable: false,
      ["`v=DKIM1` does not stand at its beginning"],
      difference: "RFC 6376 §3.6.1: v MUST be the first tag; dkimpy takes it anywhere"
    ) { ["p=\($0[.rsa]); v=DKIM1"] },
    DKIMCase("k=RSA", isUsable: false, ["`k=RSA` is neither"]) {
      ["v=DKIM1; k=RSA; p=\($0[.rsa])"]
    },
    DKIMCase("k=dsa", isUsable: false, ["`k=dsa` is neither"]) {
      ["v=DKIM1; k=dsa; p=\($0[.rsa])"]
    },
    DKIMCase("k without a value", isUsable: false, ["`k=` is neither"]) {
      ["v=DKIM1; k=; p=\($0[.rsa])"]
    }, DKIMCase("no p", isUsable: false, ["it has no `p`"]) { _ in ["v=DKIM1; k=rsa"] },
    DKIMCase("a P is another tag", isUsable: false, ["it has no `p`"]) {
      ["v=DKIM1; P=\($0[.rsa])"]
    },
    DKIMCase("p twice, the first empty", isUsable: false, ["more than once", "it has two keys"]) {
      ["v=DKIM1; p=; p=\($0[.rsa])"]
    },
    DKIMCase("a tag of no meaning twice", isUsable: false, ["`n` is there more than once"]) {
      ["v=DKIM1; n=a; n=b; p=\($0[.rsa])"]
    },
    DKIMCase("blanks and tabs everywhere") { keys in
      ["v =\tDKIM1 ;\tk= rsa ; p = \(keys.first)\t\(keys.second) ; "]
    },
    DKIMCase("a blank before v", .rsa, ["a blank stands before `v`"]) {
      [" v=DKIM1; p=\($0[.rsa])"]
    },
    DKIMCase("a semicolon at the end") { ["v=DKIM1; p=\($0[.rsa]);"] },
    DKIMCase("two semicolons", isUsable: false, ["nothing stands between two semicolons"]) {
      ["v=DKIM1;; p=\($0[.rsa])"]
    },
    DKIMCase("two semicolons at the end", isUsable: false, ["nothing stands between two"]) {
      ["v=DKIM1; p=\($0[.rsa]); ;"]
    },
    DKIMCase("what is no tag", isUsable: false, ["‘rubbish’ is no tag=value"]) {
      ["v=DKIM1; rubbish; p=\($0[.rsa])"]
    },
    DKIMCase("a name that begins with a digit", isUsable: false, ["`1x` is no name of a tag"]) {
      ["v=DKIM1; 1x=y; p=\($0[.rsa])"]
    },
    DKIMCase(
      "a quotation mark at the end",
      isUsable: false,
      ["quotation marks are in the record itself", "no key in base64"],
      difference: "RFC 4648 §3.3: what is no base64 is refused; dkimpy leaves it out"
    ) { ["v=DKIM1; p=\($0[.rsa])\""] },
    DKIMCase(
      "octets after the key",
      isUsable: false,
      ["its `p` is longer than the key in it"],
      difference: "DER ends where it says; dkimpy does not look at what follows"
    ) { keys in
      let bytes = (Data(base64Encoded: keys[.rsa]) ?? Data()) + Data([0, 0, 0])
      return ["v=DKIM1; p=" + bytes.base64EncodedString()]
    },
    DKIMCase("half a character of base64", isUsable: false, ["no key in base64"]) {
      ["v=DKIM1; p=\($0[.rsa].dropLast())"]
    },
    DKIMCase("a key with a letter changed", isUsable: false, ["is not the one in the pod"]) {
      keys in
      let text = Array(keys[.rsa])
      let other: Character = text[100] == "A" ? "B" : "A"
      var changed = text
      changed[100] = other
      return ["v=DKIM1; p=" + String(changed)]
    },
    DKIMCase("another key than signs", isUsable: false, ["is not the one in the pod", "1024 bits"])
    {
      ["v=DKIM1; p=\($0[.small])"]
    }, DKIMCase("1024 bits", .small, ["1024 bits: rotate"]) { ["v=DKIM1; p=\($0[.small])"] },
    DKIMCase("Ed25519 without k", .edwards, isUsable: false, ["no key in DER"]) {
      ["v=DKIM1; p=\($0.edwards)"]
    },
    DKIMCase("Ed25519 of 31 octets", .edwards, isUsable: false, ["has 31 octets where"]) { keys in
      let bytes = (Data(base64Encoded: keys.edwards) ?? Data()).dropLast()
      return ["v=DKIM1; k=ed25519; p=" + bytes.base64EncodedString()]
    },
    DKIMCase("RSA that is called Ed25519", isUsable: false, ["has 294 octets where"]) {
      ["v=DKIM1; k=ed25519; p=\($0[.rsa])"]
    },
    .several(
      "two whole records",
      ["it has 2 records, and verifiers take any of them: leave one"],
      difference: "RFC 6376 §3.6.2.2: the outcome is undefined; dkimpy takes the first"
    ) { [["v=DKIM1; p=\($0[.rsa])"], ["v=DKIM1; k=rsa; p=\($0[.rsa])"]] },
    .several("no record", ["its key is not published"]) { _ in [] },
    DKIMCase("another TXT record", isUsable: false, ["is not `v=DKIM1`", "it has no `p`"]) { _ in
      ["v=spf1 -all"]
    },
  ]

  /// Those of keys that only a test makes.
  static let made: [DKIMCase] = [
    DKIMCase("768 bits", .tiny, isUsable: false, ["receivers take none below 1024"]) {
      ["v=DKIM1; p=\($0[.tiny])"]
    }
  ]
}
