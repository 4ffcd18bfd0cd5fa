/// Whose keys sign, and which no longer do: the files beside `site.yaml`.
public struct SignerLists: Sendable, Hashable {
  /// Who may sign, and with which keys; nil where sign-offs are typed names.
  public let allowed: AllowedSigners?
  /// Keys that sign nothing more; what they signed before stands.
  public let revoked: RevokedKeys?

  public init(allowed: AllowedSigners? = nil, revoked: RevokedKeys? = nil) {
    self.allowed = allowed
    self.revoked = revoked
  }

  /// The keys with which a person may sign off at a moment of the wall clock.
  public func keys(of name: String, at now: Moment) -> [SSHPublicKey] {
    (allowed?.keys(of: name, at: now) ?? []).filter { revoked?.names($0) != true }
  }
}

/// Reads the lists as they are at the moment it is called.
public typealias SignersToday = @Sendable () throws -> SignerLists

/// Keys that may sign nothing more: the file `revoked_keys` beside `site.yaml`.
///
/// Either a list of public keys, one a line, or a key revocation list as `ssh-keygen -k` writes
/// it (ssh-keygen(1), KEY REVOCATION LISTS). `ssh-keygen` judges by the bytes as they are.
public struct RevokedKeys: Sendable, Hashable {
  /// The file as it is.
  public let bytes: [UInt8]
  /// The keys of a list in text; a revocation list is only `ssh-keygen`'s to read.
  private let listed: [SSHPublicKey]

  /// How every key revocation list begins (PROTOCOL.krl).
  private static let magic = Array("SSHKRL\n\0".utf8)

  /// Reads a file; a line that names no key is an error at its place, because a mistyped
  /// line would revoke nothing.
  public init(bytes: [UInt8], path: String = "revoked_keys") throws(RunbookProblem) {
    self.bytes = bytes
    listed = bytes.starts(with: Self.magic) ? [] : try Self.keys(in: bytes, path: path)
  }

  private static func keys(
    in bytes: [UInt8],
    path: String
  ) throws(RunbookProblem) -> [SSHPublicKey] {
    var listed: [SSHPublicKey] = []
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (number, line) in lines.enumerated() {
      let text = String(line.drop { $0.isWhitespace })
      guard !text.isEmpty, !text.hasPrefix("#") else { continue }
      guard let key = SSHPublicKey(line: text) else {
        throw RunbookProblem(
          "this line names no key",
          fix:
            "Write the public key like `ssh-ed25519 AAAA…`, or keep a list made by `ssh-keygen -k`.",
          at: SourcePosition(file: path, line: number + 1, column: 1)
        )
      }
      listed.append(key)
    }
    return listed
  }

  /// Whether a list in text names the key.
  func names(_ key: SSHPublicKey) -> Bool { listed.contains { $0.blob == key.blob } }
}
