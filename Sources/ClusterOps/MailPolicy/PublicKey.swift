internal import Foundation
internal import Runbooks

/// A public key as openssl-pkey(1) tells it, the same text for the same key however it was written.
struct PublicKey: Hashable, Sendable {
  /// SubjectPublicKeyInfo in base64.
  let base64: String
  /// The size of an RSA modulus in bits; 256 for Ed25519; 0: not told.
  let bits: Int
  let isRSA: Bool
  /// SHA-256 of the SubjectPublicKeyInfo, in hexadecimal digits.
  var digest: String { Digest(of: Array(Data(base64Encoded: base64) ?? Data())).hex }

  /// What reads a key as DER and tells it as PEM and in words.
  static let argv = ["openssl", "pkey", "-pubin", "-inform", "DER", "-pubout", "-text"]

  /// Reads what openssl printed; nil: there is no whole key in it.
  init?(_ text: String) {
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    guard let start = lines.firstIndex(of: "-----BEGIN PUBLIC KEY-----"),
      let end = lines.firstIndex(of: "-----END PUBLIC KEY-----"), start < end
    else { return nil }
    base64 = lines[(start + 1)..<end].joined()
    guard !base64.isEmpty, Data(base64Encoded: base64) != nil else { return nil }
    let words = lines[(end + 1)...].first { $0.contains("Public-Key:") } ?? ""
    isRSA = !words.hasPrefix("ED25519")
    let number = words.split(separator: "(").last?.prefix { $0.isNumber } ?? ""
    bits = isRSA ? Int(number) ?? 0 : 256
  }
}
