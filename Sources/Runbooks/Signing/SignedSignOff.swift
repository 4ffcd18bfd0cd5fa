/// A signature and the document it is meant to be over.
public struct SignedSignOff: Sendable, Hashable {
  public let document: SignOffDocument
  public let signature: SSHSignature

  public init(document: SignOffDocument, signature: SSHSignature) {
    self.document = document
    self.signature = signature
  }
}

/// Why a signature is not accepted, as the end of a sentence.
public struct SignatureRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}

/// Says whether signatures are genuine; this module knows no cryptography but digests.
public protocol SignatureVerifying: Sendable {
  /// Returns when the signature over these bytes is by a key that the signers list for that
  /// name, in the namespace of sign-offs, at that moment of the wall clock, and that is not
  /// among the revoked ones.
  func verify(
    _ signature: SSHSignature,
    over document: [UInt8],
    by name: String,
    listedIn signers: AllowedSigners,
    unless revoked: RevokedKeys?,
    at moment: Moment
  ) async throws(SignatureRefusal)
}

/// Refuses every signature, for want of a way to check it.
public struct NoSignatureVerifying: SignatureVerifying {
  public init() {}

  public func verify(
    _ signature: SSHSignature,
    over document: [UInt8],
    by name: String,
    listedIn signers: AllowedSigners,
    unless revoked: RevokedKeys?,
    at moment: Moment
  ) async throws(SignatureRefusal) {
    throw SignatureRefusal("signatures cannot be checked here")
  }
}

extension SignedSignOff {
  /// Checks the signature, and that its key stands for one person only.
  ///
  /// - Parameter people: the names of the run's operators.
  func verify(
    with verifier: any SignatureVerifying,
    listedIn signers: AllowedSigners,
    unless revoked: RevokedKeys? = nil,
    among people: [String],
    at moment: Moment
  ) async throws(SignatureRefusal) {
    try await signature.verify(
      over: document.bytes,
      by: document.approver,
      with: verifier,
      listedIn: signers,
      unless: revoked,
      among: people,
      at: moment
    )
  }
}

extension SSHSignature {
  /// Checks that it is a person's over these bytes, and that its key stands for one person only.
  ///
  /// - Parameter people: the names of the run's operators.
  func verify(
    over document: [UInt8],
    by name: String,
    with verifier: any SignatureVerifying,
    listedIn signers: AllowedSigners,
    unless revoked: RevokedKeys? = nil,
    among people: [String],
    at moment: Moment
  ) async throws(SignatureRefusal) {
    if keyType.hasSuffix("-cert-v01@openssh.com") {
      throw SignatureRefusal("it is made with a certificate, and sign-offs take plain keys only")
    }
    let holders = signers.holders(of: key, among: people)
    if let other = holders.first(where: { $0 != name }) {
      throw SignatureRefusal(
        holders.contains(name)
          ? "allowed_signers lists the key \(fingerprint) for \(name) and for \(other); "
            + "a key stands for one person"
          : "the key \(fingerprint) is \(other)'s, not \(name)'s"
      )
    }
    guard holders.contains(name) else {
      throw SignatureRefusal(
        "allowed_signers does not list the key \(fingerprint) for \(name)"
      )
    }
    try await verifier.verify(
      self,
      over: document,
      by: name,
      listedIn: signers,
      unless: revoked,
      at: moment
    )
  }
}
