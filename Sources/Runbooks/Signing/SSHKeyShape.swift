/// Which keys OpenSSH reads, by the fields they are made of (RFC 4253, RFC 5656, RFC 8709,
/// PROTOCOL.u2f).
enum SSHKeyShape {
  /// The types of keys that `ssh-keygen` knows, certificates among them.
  static let types: Set<String> = {
    let hardware = ["sk-ssh-ed25519", "sk-ecdsa-sha2-nistp256"]
    let plain =
      ["ssh-ed25519", "ssh-rsa", "ssh-dss"] + curves.map { "ecdsa-sha2-\($0)" }
    return Set(
      plain + hardware.map { $0 + "@openssh.com" }
        + (plain + hardware).map { $0 + certificate }
    )
  }()

  private static let certificate = "-cert-v01@openssh.com"
  private static let curves = ["nistp256", "nistp384", "nistp521"]

  /// Whether a key has the fields of its type and no more; of a certificate, only the type is
  /// looked at, because nobody signs off with one.
  static func fits(_ key: SSHPublicKey) -> Bool {
    if key.type.hasSuffix(certificate) { return true }
    var bytes = SSHBytes(key.blob)
    guard bytes.string() != nil else { return false }
    let isWhole =
      switch key.type {
      case "ssh-ed25519": bytes.string()?.count == 32
      case "sk-ssh-ed25519@openssh.com": bytes.string()?.count == 32 && bytes.string() != nil
      case "ssh-rsa": bytes.string() != nil && isLong(bytes.string())
      case "ssh-dss": (0..<4).allSatisfy { _ in bytes.string() != nil }
      case "sk-ecdsa-sha2-nistp256@openssh.com":
        isPoint(&bytes, on: "nistp256") && bytes.string() != nil
      default: curves.contains { key.type == "ecdsa-sha2-\($0)" && isPoint(&bytes, on: $0) }
      }
    return isWhole && bytes.isAtEnd
  }

  /// A modulus of at least 1024 bits, as OpenSSH asks.
  private static func isLong(_ modulus: [UInt8]?) -> Bool {
    let digits = (modulus ?? []).drop { $0 == 0 }
    guard let first = digits.first else { return false }
    return digits.count * 8 - first.leadingZeroBitCount >= 1024
  }

  /// The curve's name and a point that is not compressed.
  private static func isPoint(_ bytes: inout SSHBytes, on curve: String) -> Bool {
    let size = ["nistp256": 65, "nistp384": 97, "nistp521": 133][curve]
    guard bytes.string() == Array(curve.utf8), let point = bytes.string() else { return false }
    return point.count == size && point.first == 4
  }
}
