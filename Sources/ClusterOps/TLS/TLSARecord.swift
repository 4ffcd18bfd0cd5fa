internal import Runbooks

/// A TLSA record of a port that speaks SMTP, as senders take it (RFC 6698 §2.1, RFC 7671, RFC 7672).
struct TLSARecord: Sendable, Hashable {
  /// Its data as `dns.lookup` tells it, e.g. `3 1 1 8d02…`, bounded.
  let text: String
  /// 2: an authority of the chain (DANE-TA); 3: the certificate itself (DANE-EE).
  let usage: Int
  /// 0: the whole certificate; 1: its public key.
  let selector: Int
  /// 0: the bytes themselves; 1: SHA-256; 2: SHA-512.
  let matching: Int
  /// Hexadecimal digits, lower case.
  private let data: String
  /// Why senders leave it aside, or cannot use it; nil: they use it.
  let flaw: String?
  /// Whether more of it was published than is read here.
  let isCut: Bool

  init(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    let numbers = words.prefix(3).compactMap { Int($0) }
    self.text = capped(text, 400)
    (usage, selector, matching) =
      numbers.count == 3 ? (numbers[0], numbers[1], numbers[2]) : (-1, -1, -1)
    data = words.count == 4 ? words[3] : ""
    isCut = data.hasSuffix("…")
    flaw = isCut ? nil : Self.flaw(usage, selector, matching, data)
  }

  private static func flaw(
    _ usage: Int,
    _ selector: Int,
    _ matching: Int,
    _ data: String
  ) -> String? {
    switch usage {
    case 0, 1:
      return "usage \(usage) asks for a public authority, and senders of mail leave it aside "
        + "(RFC 7672, 3.1.3): publish 3 1 1"
    case 2, 3: break
    default: return "it has no usage that is known: publish 3 1 1"
    }
    guard 0...1 ~= selector else { return "its selector is neither 0 nor 1: publish 3 1 1" }
    guard 0...2 ~= matching else { return "its matching type is not 0, 1 or 2: publish 3 1 1" }
    guard !data.isEmpty, data.utf8.count.isMultiple(of: 2),
      data.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return "its data are no hexadecimal digits" }
    let digits = matching == 0 ? nil : matching == 1 ? 64 : 128
    guard let digits, data.utf8.count != digits else { return nil }
    return "its data have \(data.utf8.count) digits and not the \(digits) of "
      + "\(matching == 1 ? "SHA-256" : "SHA-512")"
  }

  /// Whether senders use it.
  var isUsable: Bool { flaw == nil && !isCut }

  /// Whether it is of this certificate, or of its key.
  func names(_ certificate: NamedCertificate) -> Bool {
    guard isUsable else { return false }
    return data == certificate.association(selector, matching)
  }

  /// Whether it is the SHA-256 of a public key as the certificate's own (3 1 1).
  func names(key digest: String) -> Bool {
    isUsable && usage == 3 && selector == 1 && matching == 1 && data == digest
  }

  /// Whether a sender takes a chain for it.
  ///
  /// Of usage 3 nothing counts but the match: neither name nor end (RFC 7671 §5.1). Of usage 2 the
  /// certificates up to the authority must follow one another by their names, have time left and be
  /// for the host (RFC 7671 §5.2, RFC 7672 §3.1.1); their signatures are left to senders.
  func accepts(_ chain: [NamedCertificate], for host: String, now: Int) -> Bool {
    guard let leaf = chain.first else { return false }
    if usage == 3 { return names(leaf) }
    guard let place = chain.dropFirst().firstIndex(where: names),
      leaf.facts.names.contains(where: { CertificateFacts.covers($0, host) })
    else { return false }
    let way = chain[...place]
    return way.allSatisfy { $0.facts.end > now }
      && zip(way, way.dropFirst()).allSatisfy { $0.facts.issuer == $1.facts.subject }
  }
}

/// A certificate with the bytes that records are made of.
struct NamedCertificate: Sendable, Hashable {
  let facts: CertificateFacts
  /// Its DER form.
  let der: [UInt8]

  /// What a TLSA record has of it, in hexadecimal digits (RFC 6698 §2.1.4).
  fileprivate func association(_ selector: Int, _ matching: Int) -> String {
    let bytes = selector == 0 ? der : facts.key
    switch matching {
    case 0: return Digest.digits(of: bytes)
    case 1: return Digest(of: bytes).hex
    default: return Digest.sha512(of: bytes)
    }
  }
}
