/// What everybody may know of a secret: its hash under a key of the run.
///
/// Equal secrets of one run have equal marks, so that the record shows where the same one was used;
/// without the key, which no export holds, a guess cannot be tried.
public struct SecretMark: Sendable, Hashable, CustomStringConvertible {
  /// The HMAC-SHA-256; nil for a secret that nobody has given yet.
  public let hash: Digest?

  public init(_ hash: Digest?) { self.hash = hash }

  /// What stands in the secret's place wherever it would be shown.
  public var description: String { hash.map { "[secret \($0.short)]" } ?? "[secret not given]" }
}

extension SecretMark: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let hash = Digest(hex: text) else {
      guard text.isEmpty else {
        throw DecodingError.dataCorruptedError(
          in: container,
          debugDescription: "not the hash of a secret"
        )
      }
      self.init(nil)
      return
    }
    self.init(hash)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(hash?.hex ?? "")
  }
}
