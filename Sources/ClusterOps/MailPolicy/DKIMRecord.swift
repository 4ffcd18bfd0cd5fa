internal import Foundation

/// A public key of DKIM as it is published (RFC 6376 §3.6.1, RFC 8463).
struct DKIMRecord: Hashable, Sendable {
  private let tags: TagList

  init(_ text: String) { tags = TagList(text) }

  /// Whether it says by an empty `p` that mail signed with it is no longer vouched for.
  var isRevoked: Bool { tags["p"]?.isEmpty == true }

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

  /// What keeps receivers from taking signatures of it, in words; not whether the key is read.
  var problems: [String] {
    var problems = tags.problems
    if let version = tags["v"], version != "DKIM1" || tags.version == nil {
      problems.append("`v=\(capped(version, 40))` is not `v=DKIM1` at its beginning: correct it")
    }
    if tags["p"] == nil {
      problems.append(
        tags.tags.isEmpty
          ? "it is no list of tags: its strings may be in the wrong order"
          : "it has no `p`: publish the key"
      )
    }
    if !["rsa", "ed25519"].contains(type) {
      problems.append("`k=\(capped(type, 40))` is neither rsa nor ed25519: correct it")
    } else if key == nil, tags["p"]?.isEmpty == false {
      problems.append("\(fault): publish it anew")
    }
    if let hashes = words("h"), !hashes.contains("sha256") {
      problems.append("`h=\(capped(tags["h"] ?? "", 40))` does not allow sha256: take it out")
    }
    if let services = words("s"), !services.contains("*"), !services.contains("email") {
      problems.append("`s=\(capped(tags["s"] ?? "", 40))` is not for mail: take it out")
    }
    if words("t")?.contains("y") == true {
      problems.append(
        "`t=y` says that it is only tried, so receivers need not mind it: take it out"
      )
    }
    return problems
  }

  /// The words of a tag, parted by colons; nil: it is not there.
  private func words(_ tag: String) -> [String]? {
    tags[tag]?.split(separator: ":").map { TagList.trimmed($0) }
  }
}
