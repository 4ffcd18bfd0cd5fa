internal import Glibc

/// The key of a run's marks: 32 random bytes that leave the run's directory in no export.
///
/// It lies beside the journal until the run ends, so that a successor gives equal secrets equal
/// marks; then it is removed, and nobody can try guesses any more.
public struct SecretKey: Sendable {
  let bytes: [UInt8]

  /// A new key.
  public init() {
    var generator = SystemRandomNumberGenerator()
    bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The key of a run, made where there is none yet.
  static func kept(in directory: RunDirectory) throws(JournalError) -> SecretKey {
    let path = directory.secretKey
    if SystemFiles.length(of: path) != nil {
      let bytes = try SystemFiles.contents(of: path)
      guard bytes.count == 32 else {
        throw .corrupt(path: path, detail: "a key of 32 bytes is expected, not \(bytes.count)")
      }
      return SecretKey(bytes: bytes)
    }
    let key = SecretKey()
    try SystemFiles.replace(path, in: directory.path, with: key.bytes)
    return key
  }

  /// The mark of a secret.
  func mark(of secret: [UInt8]) -> SecretMark { SecretMark(Digest(of: secret, key: bytes)) }
}
