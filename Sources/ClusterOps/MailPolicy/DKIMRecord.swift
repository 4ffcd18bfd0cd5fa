internal import Foundation

/// A public key of DKIM as it is published (RFC 6376 §3.6.1, RFC 8463).
struct DKIMRecord: Hashable, Sendable {
  /// As it is published.
  private let text: String
  private let tags: TagList

  init(_ text: String) {
    self.text = text
    tags = TagList(text)
  }

  /// Whether it says by an empty `p`, and no other, that mail signed with it is no longer vouched for.
  var isRevoked: Bool { tags["p"]?.isEmpty == true && !tags.repeated.contains("p") }

  /// `rsa` or `ed25519`; another type is known to nobody.
  private var type: String { tags["k"] ?? "rsa" }

  /// The key as DER that openssl reads: of RSA what is published, of Ed25519 (RFC 8463 §4, its 32
  /// octets) a SubjectPublicKeyInfo (RFC 8410 §4); nil: there is none, or it is not understood.
  var key: [UInt8]? {
    // Blanks may stand anywhere in it.
    let text = (tags["p"] ?? "").filter { $0 != " " && $0 != "\t" }
    // Of two keys in one record verifiers take which they like.
    guard !text.isEmpty, !tags.repeated.contains("p"),
      let bytes = Data(base64Encoded: text).map(Array.init)
    else { return nil }
    switch type {
    case "rsa": return Self.lengthOfDER(bytes) == bytes.count ? bytes : nil
    case "ed25519": return bytes.count == 32 ? Self.ed25519Prefix + bytes : nil
    default: return nil
    }
  }

  /// How long a DER value says that it is, with its head (X.690 §8.1.3); nil: it is none.
  private static func lengthOfDER(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 2, bytes[0] == 0x30 else { return nil }
    guard bytes[1] >= 0x80 else { return 2 + Int(bytes[1]) }
    let count = Int(bytes[1] & 0x7F)
    guard 1...3 ~= count, bytes.count >= 2 + count else { return nil }
    return 2 + count + bytes[2..<2 + count].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Why what is in `p` is no key.
  private var fault: String {
    let text = (tags["p"] ?? "").filter { $0 != " " && $0 != "\t" }
    guard !tags.repeated.contains("p") else { return "it has two keys, and verifiers take none" }
    guard let bytes = Data(base64Encoded: text).map(Array.init) else {
      return "its `p` is no key in base64"
    }
    if type == "ed25519" {
      return bytes.starts(with: Self.ed25519Prefix)
        ? "its `p` has the head of a PEM key in front of the 32 octets"
        : "its `p` has \(bytes.count) octets where Ed25519 has 32"
    }
    guard let length = Self.lengthOfDER(bytes) else { return "its `p` is no key in DER" }
    return bytes.count < length
      ? "its `p` is cut: it has \(bytes.count) of \(length) octets"
      : "its `p` is longer than the key in it"
  }

  private static let ed25519Prefix: [UInt8] = [
    0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
  ]

  /// What is wrong with it, in words; not whether openssl reads the key.
  var problems: [String] { remarks.map(\.words) }

  /// Whether verifiers take a key for mail from it (RFC 6376 §3.6.1, §6.1.2), as far as it is told without
  /// looking into the key.
  var isUsable: Bool { key != nil && !remarks.contains(where: \.forbids) }

  /// Something wrong, and whether verifiers take no signature by it.
  private struct Remark {
    let words: String
    let forbids: Bool
  }

  private var remarks: [Remark] {
    if let turned { return [turned] }
    return form + content
  }

  /// What is wrong with it as a list of tags.
  private var form: [Remark] {
    var remarks = tags.problems.map { Remark(words: $0, forbids: false) }
    // One of the problems says why.
    if tags.isBroken { remarks = remarks.map { Remark(words: $0.words, forbids: true) } }
    remarks += tags.gaps.map { offset in
      Remark(
        words: "nothing stands between two semicolons: take one out" + TagList.place(offset),
        forbids: true
      )
    }
    for tag in tags.tags where tag.name.utf8.first.map({ 0x61...0x7A ~= $0 | 0x20 }) != true {
      remarks.append(
        Remark(
          words: "`\(capped(tag.name, 40))` is no name of a tag: take it out"
            + TagList.place(tag.offset),
          forbids: true
        )
      )
    }
    if let version = tags["v"], version != "DKIM1" {
      remarks.append(
        Remark(
          words: "`v=\(capped(version, 40))` is not `v=DKIM1`, so verifiers discard it: correct it"
            + tags.place(of: "v"),
          forbids: true
        )
      )
    } else if tags["v"] != nil, tags.version == nil {
      remarks.append(
        Remark(
          words:
            "`v=DKIM1` does not stand at its beginning, so verifiers may discard it: put it first"
            + tags.place(of: "v"),
          forbids: true
        )
      )
    }
    return remarks
  }

  /// What is wrong with what its tags say.
  private var content: [Remark] {
    var remarks: [Remark] = []
    func forbid(_ words: String) { remarks.append(Remark(words: words, forbids: true)) }
    if tags["p"] == nil {
      forbid(
        tags.tags.isEmpty
          ? "it is no list of tags: its strings may be in the wrong order"
          : "it has no `p`: publish the key"
      )
    }
    if !["rsa", "ed25519"].contains(type) {
      forbid("`k=\(capped(type, 40))` is neither rsa nor ed25519: correct it\(tags.place(of: "k"))")
    } else if key == nil, tags["p"]?.isEmpty == false || tags.repeated.contains("p") {
      forbid("\(fault): publish it anew\(tags.place(of: "p"))")
    }
    if let hashes = words("h"), !hashes.contains("sha256") {
      forbid(
        "`h=\(capped(tags["h"] ?? "", 40))` does not allow sha256: take it out\(tags.place(of: "h"))"
      )
    }
    if let services = words("s"), !services.contains("*"), !services.contains("email") {
      forbid(
        "`s=\(capped(tags["s"] ?? "", 40))` is not for mail: take it out\(tags.place(of: "s"))"
      )
    }
    if words("t")?.contains("y") == true {
      remarks.append(
        Remark(
          words: "`t=y` says that it is only tried, so receivers need not mind it: take it out"
            + tags.place(of: "t"),
          forbids: false
        )
      )
    }
    return remarks
  }

  /// That its strings were put together in the wrong order, where the other way round it is a key.
  private var turned: Remark? {
    // No other tag stands before the version then: what does is the rest of the key.
    guard let version = text.firstRange(of: "v=DKIM1"), version.lowerBound > text.startIndex,
      !text[..<version.lowerBound].contains(";"),
      !TagList.trimmed(text[..<version.lowerBound]).isEmpty,
      DKIMRecord(String(text[version.lowerBound...] + text[..<version.lowerBound])).isUsable
    else { return nil }
    return Remark(
      words:
        "its strings are in the wrong order, the other way round it is a key: put the one that "
        + "begins with `v=DKIM1` first"
        + TagList.place(text[..<version.lowerBound].utf8.count),
      forbids: true
    )
  }

  /// What its tags allow and do not, where that is no problem, in words.
  var meaning: [String] {
    var meaning: [String] = []
    if words("t")?.contains("s") == true {
      meaning.append("t=s: signatures name the domain itself, not one below it (their `i`)")
    }
    if let services = words("s"), services.contains("email"), !services.contains("*") {
      meaning.append("s=email: the key is for mail alone")
    }
    return meaning
  }

  /// As it is shown: of a key its beginning alone, as nobody compares keys by eye.
  var shown: String {
    var (shown, run) = ([UInt8](), [UInt8]())
    func flush() {
      shown += run.count > 64 ? Array(run.prefix(16)) + Array("…(\(run.count))".utf8) : run
      run = []
    }
    for byte in text.utf8 {
      let isKey =
        0x61...0x7A ~= byte | 0x20 || 0x30...0x39 ~= byte || byte == UInt8(ascii: "+")
        || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "=")
      if isKey {
        run.append(byte)
      } else {
        flush()
        shown.append(byte)
      }
    }
    flush()
    return String(decoding: shown, as: UTF8.self)
  }

  /// The words of a tag, parted by colons; nil: it is not there.
  private func words(_ tag: String) -> [String]? {
    tags[tag]?.split(separator: ":").map { TagList.trimmed($0) }
  }
}
