internal import Foundation

/// A detached signature as `ssh-keygen -Y sign` makes it (OpenSSH's PROTOCOL.sshsig).
///
/// Only its form has been read, so that it says which key made it and what for;
/// whether it is genuine is for a ``SignatureVerifying`` to say.
public struct SSHSignature: Sendable, Hashable {
  /// The text from `-----BEGIN SSH SIGNATURE-----` to its end, with a final LF.
  public let armored: String
  /// The key that made it, as `ssh-keygen -l` names keys. Worked out from the text, never believed.
  public let fingerprint: String
  /// The algorithm of the key.
  public let keyType: String
  /// The key itself, to look for in `allowed_signers`.
  let key: [UInt8]
  /// What the signature is for.
  public let namespace: String

  /// The longest text that is read: several times that of the largest key in use.
  static let maximumLength = 16_384

  /// Reads an armored signature; nil when it is none, or more than one.
  public init?(armored text: String) {
    guard text.utf8.count <= Self.maximumLength, text.utf8.allSatisfy({ $0 < 0x80 }) else {
      return nil
    }
    let lines = text.split(omittingEmptySubsequences: true) { $0.isNewline }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard lines.count > 2, lines.first == "-----BEGIN SSH SIGNATURE-----",
      lines.last == "-----END SSH SIGNATURE-----",
      let blob = Data(base64Encoded: lines.dropFirst().dropLast().joined())
    else { return nil }
    var fields = SSHBytes(Array(blob))
    guard fields.bytes(6) == Array("SSHSIG".utf8), fields.number() == 1,
      let key = fields.string(), let namespace = fields.string(), fields.string() != nil,
      fields.string() != nil, fields.string() != nil, fields.isAtEnd
    else { return nil }
    var inner = SSHBytes(key)
    guard let type = inner.string() else { return nil }
    armored = lines.joined(separator: "\n") + "\n"
    self.key = key
    keyType = String(decoding: type, as: UTF8.self)
    fingerprint = SSHPublicKey.fingerprint(of: key)
    self.namespace = String(decoding: namespace, as: UTF8.self)
  }
}

extension SSHSignature: Codable {
  private enum Keys: String, CodingKey { case armored, fingerprint }

  /// Decodes the text; a fingerprint that is not that of the key in it is an error.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    let text = try container.decode(String.self, forKey: .armored)
    let named = try container.decode(String.self, forKey: .fingerprint)
    guard let signature = SSHSignature(armored: text), signature.armored == text,
      signature.fingerprint == named
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .armored,
        in: container,
        debugDescription: "not an SSH signature by the key \(named)"
      )
    }
    self = signature
  }

  /// Encodes the text, and the fingerprint for people who read the record.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(armored, forKey: .armored)
    try container.encode(fingerprint, forKey: .fingerprint)
  }
}
