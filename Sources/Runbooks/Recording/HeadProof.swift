internal import Foundation

/// What proves by a signature that a person knew a head of the chain; it needs no record beside it.
///
/// At a sign-off it is what the person signed, which names the head they saw. At the end it is a
/// ``HeadDocument`` that whoever drove has signed.
public struct HeadProof: Sendable, Hashable {
  /// The text that is signed.
  public let document: String
  public let signature: SSHSignature

  public init(document: String, signature: SSHSignature) {
    self.document = document
    self.signature = signature
  }

  init(_ signOff: SignedSignOff) {
    self.init(document: signOff.document.text, signature: signOff.signature)
  }

  /// What a signed text says of a head.
  public struct Claim: Sendable, Hashable {
    public let run: RunID
    public let hash: Digest
    public let signer: String
  }

  /// What the text says; nil when it is neither a sign-off nor a head.
  public var claim: Claim? {
    if let head = HeadDocument(reading: document) {
      return Claim(run: head.run, hash: head.head.hash, signer: head.signer)
    }
    guard let signOff = try? OfflineSignOff(reading: document), signOff.text == document else {
      return nil
    }
    return Claim(run: signOff.run, hash: signOff.seen, signer: signOff.approver)
  }

  // MARK: Two words of a line

  /// The text and its signature in base64, with a space between.
  var words: String {
    [document, signature.armored].map { Data($0.utf8).base64EncodedString() }
      .joined(separator: " ")
  }

  /// Reads what ``words`` gave; nil for anything else.
  init?(words: [Substring]) {
    let texts = words.compactMap { word in
      Data(base64Encoded: String(word)).flatMap { String(bytes: $0, encoding: .utf8) }
    }
    guard texts.count == 2, words.count == 2, texts[0].utf8.count <= OfflineSignOff.maximumLength,
      let signature = SSHSignature(armored: texts[1])
    else { return nil }
    self.init(document: texts[0], signature: signature)
  }
}

/// What whoever drives signs at the end of a run: the head of its chain.
///
/// The form is that of ``SignOffDocument``, in the same namespace; the first line tells them apart.
public struct HeadDocument: Sendable, Hashable {
  public let run: RunID
  public let head: ChainHead
  public let signer: String

  public init(run: RunID, head: ChainHead, signer: String) {
    self.run = run
    self.head = head
    self.signer = signer
  }

  static let heading = "mailconsole head 1"

  /// The text to sign; every line ends with LF.
  public var text: String {
    [
      Self.heading,
      "run: \(SignOffDocument.quoted(run.name))",
      "sequence: \(head.sequence)",
      "hash: \(head.hash)",
      "signer: \(SignOffDocument.quoted(signer))",
    ].map { $0 + "\n" }.joined()
  }

  /// Reads what ``text`` gave; nil for anything else.
  init?(reading text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 6, lines[0] == Self.heading else { return nil }
    func value(_ index: Int, _ name: String) -> String? {
      lines[index].hasPrefix(name + ": ") ? String(lines[index].dropFirst(name.count + 2)) : nil
    }
    guard let run = value(1, "run").flatMap(SignOffDocument.unquoted),
      let sequence = value(2, "sequence").flatMap({ Int64($0) }),
      let hash = value(3, "hash").flatMap({ Digest(hex: $0) }),
      let signer = value(4, "signer").flatMap(SignOffDocument.unquoted)
    else { return nil }
    self.init(
      run: RunID(run),
      head: ChainHead(sequence: sequence, hash: hash),
      signer: signer
    )
    guard self.text == text else { return nil }
  }
}

/// Signs a head in a person's name; this module holds no key.
public protocol HeadSigning: Sendable {
  /// - Throws: why it cannot be signed, as the end of a sentence.
  func sign(_ head: HeadDocument) async throws(WitnessFailure) -> SSHSignature
}
