internal import Foundation

/// A public key as OpenSSH writes it: `ssh-ed25519 AAAA… comment` (sshd(8)).
public struct SSHPublicKey: Sendable, Hashable {
  /// The algorithm, e.g. `ssh-ed25519`.
  public let type: String
  /// The key itself (RFC 4253, section 6.6).
  let blob: [UInt8]
  /// What follows the key, for people; it proves nothing.
  public let comment: String

  /// Reads a line of a `.pub` file or of `ssh-add -L`; anything else gives nil.
  public init?(line: some StringProtocol) {
    let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
    guard words.count >= 2 else { return nil }
    self.init(
      type: String(words[0]),
      base64: String(words[1]),
      comment: words.count > 2 ? String(words[2]) : ""
    )
  }

  init?(type: String, base64: String, comment: String) {
    guard let blob = Data(base64Encoded: base64).map(Array.init),
      var reader = Optional(SSHBytes(blob)), reader.string().map({ $0 == Array(type.utf8) }) == true
    else { return nil }
    self.type = type
    self.blob = blob
    self.comment = comment
  }

  /// The line of a `.pub` file, without a comment.
  public var line: String { "\(type) \(Data(blob).base64EncodedString())" }

  /// The fingerprint as `ssh-keygen -l` prints it: `SHA256:` and base64 without padding.
  public var fingerprint: String { Self.fingerprint(of: blob) }

  static func fingerprint(of blob: [UInt8]) -> String {
    let digits = Array(Digest(of: blob).hex)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
    return "SHA256:" + Data(bytes).base64EncodedString().prefix { $0 != "=" }
  }
}

/// Reads the length-prefixed fields of SSH (RFC 4251, section 5).
struct SSHBytes {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func number() -> Int? {
    guard rest.count >= 4 else { return nil }
    defer { rest = rest.dropFirst(4) }
    return rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
  }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func string() -> [UInt8]? {
    guard let count = number() else { return nil }
    return bytes(count)
  }

  var isAtEnd: Bool { rest.isEmpty }
}
