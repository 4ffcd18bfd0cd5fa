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
  /// name, in the namespace of sign-offs, at that moment of the wall clock.
  func verify(
    _ signature: SSHSignature,
    over document: [UInt8],
    by name: String,
    listedIn signers: AllowedSigners,
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
    among people: [String],
    at moment: Moment
  ) async throws(SignatureRefusal) {
    let name = document.approver
    if signature.keyType.hasSuffix("-cert-v01@openssh.com") {
      throw SignatureRefusal("it is made with a certificate, and sign-offs take plain keys only")
    }
    let holders = signers.holders(of: signature.key, among: people)
    if let other = holders.first(where: { $0 != name }) {
      throw SignatureRefusal(
        holders.contains(name)
          ? "allowed_signers lists the key \(signature.fingerprint) for \(name) and for \(other); "
            + "a key stands for one person"
          : "the key \(signature.fingerprint) is \(other)'s, not \(name)'s"
      )
    }
    guard holders.contains(name) else {
      throw SignatureRefusal(
        "allowed_signers does not list the key \(signature.fingerprint) for \(name)"
      )
    }
    try await verifier.verify(
      signature,
      over: document.bytes,
      by: name,
      listedIn: signers,
      at: moment
    )
  }
}
