internal import COpenSSL

/// A SHA-256 digest (FIPS 180-4), shown as 64 lower-case hexadecimal digits.
public struct Digest: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The 64 digits.
  public let hex: String

  /// Takes 64 lower-case hexadecimal digits; anything else gives nil.
  public init?(hex: String) {
    guard hex.utf8.count == 64,
      hex.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.hex = hex
  }

  /// The digest of some bytes.
  public init(of bytes: some Sequence<UInt8>) {
    let hasher = Hasher()
    hasher.update(Array(bytes))
    self = hasher.finish()
  }

  /// The digest of a text's UTF-8.
  public init(of text: String) { self.init(of: text.utf8) }

  /// The HMAC-SHA-256 (RFC 2104) of some bytes under a key.
  init(of bytes: [UInt8], key: [UInt8]) {
    var out = [UInt8](repeating: 0, count: 32)
    let ok = co_hmac_sha256(key, key.count, bytes, bytes.count, &out)
    precondition(ok == 1, "HMAC-SHA-256 does not fail on memory")
    self.init(bytes: out)
  }

  /// The 128 lower-case hexadecimal digits of the SHA-512 (FIPS 180-4) of some bytes, for records of
  /// others that have it; our own have SHA-256.
  public static func sha512(of bytes: [UInt8]) -> String {
    var out = [UInt8](repeating: 0, count: 64)
    let ok = co_sha512(bytes, bytes.count, &out)
    precondition(ok == 1, "SHA-512 does not fail on memory")
    return digits(of: out)
  }

  /// Bytes as lower-case hexadecimal digits.
  public static func digits(of bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var hex: [UInt8] = []
    hex.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      hex.append(digits[Int(byte >> 4)])
      hex.append(digits[Int(byte & 15)])
    }
    return String(decoding: hex, as: UTF8.self)
  }

  fileprivate init(bytes: [UInt8]) { hex = Self.digits(of: bytes) }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let digest = Digest(hex: text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "not a SHA-256 in lower-case hexadecimal"
      )
    }
    self = digest
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hex)
  }

  public var description: String { hex }

  /// The first 12 digits, enough for a person to compare on a screen.
  public var short: String { String(hex.prefix(12)) }
}

extension Digest {
  /// A digest under way over bytes that arrive in pieces.
  ///
  /// A class because OpenSSL's context has identity and must be freed once.
  public final class Hasher {
    private let context: OpaquePointer

    public init() {
      guard let context = co_sha256_new() else {
        preconditionFailure("no memory for a SHA-256 context")
      }
      self.context = context
    }

    deinit { co_sha256_free(context) }

    /// Adds bytes.
    public func update(_ bytes: [UInt8]) {
      bytes.withUnsafeBytes { update($0) }
    }

    /// Adds bytes.
    public func update(_ bytes: UnsafeRawBufferPointer) {
      let ok = co_sha256_update(context, bytes.baseAddress, bytes.count)
      precondition(ok == 1, "SHA-256 does not fail on memory")
    }

    /// Ends the digest; the hasher must not be used again.
    public func finish() -> Digest {
      var bytes = [UInt8](repeating: 0, count: 32)
      let ok = co_sha256_finish(context, &bytes)
      precondition(ok == 1, "SHA-256 does not fail on memory")
      return Digest(bytes: bytes)
    }
  }
}
