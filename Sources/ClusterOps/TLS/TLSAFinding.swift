internal import Runbooks

/// The TLSA records of a port against what it serves, what is mounted, and the keys that come next.
struct TLSAFinding: Sendable {
  /// What the port serves to whoever asks for a kind of key.
  struct Chain: Sendable {
    /// E.g. `RSA`.
    let kind: String
    /// The host's own certificate first.
    let certificates: [NamedCertificate]
  }

  let records: [TLSARecord]
  let chains: [Chain]
  /// Those in the pod.
  let mounted: [NamedCertificate]
  /// SHA-256 of public keys that are to be served next.
  let next: [String]
  let host: String
  /// Seconds since 1970.
  let now: Int

  /// Records that a served chain is taken for.
  var matching: [TLSARecord] {
    records.filter { record in
      chains.contains { record.accepts($0.certificates, for: host, now: now) }
    }
  }

  /// Records that senders leave aside.
  var unusable: [TLSARecord] { records.filter { $0.flaw != nil } }

  /// Usable records of nothing that is served, mounted or to come.
  var stale: [TLSARecord] {
    let known = chains.flatMap(\.certificates) + mounted
    let current = Set(matching)
    return records.filter { record in
      record.isUsable && !current.contains(record) && !known.contains(where: record.names)
        && !next.contains(where: record.names(key:))
    }
  }

  /// The kinds of key whose chain no record is of: senders that ask for it put their mail off.
  var uncovered: [Chain] {
    chains.filter { chain in
      !records.contains { $0.accepts(chain.certificates, for: host, now: now) }
    }
  }

  /// Whether senders that do DANE deliver, whichever chain they get.
  var holds: Bool { !chains.isEmpty && uncovered.isEmpty }

  /// The keys that are served, by SHA-256.
  var keys: [String] {
    var keys: [String] = []
    for chain in chains {
      if let key = chain.certificates.first?.facts.keyDigest, !keys.contains(key) {
        keys.append(key)
      }
    }
    return keys
  }

  /// Whether another key can be served at once: an authority of the chain is named, or the records
  /// of the next keys are published: of all that are given, else of one that is mounted.
  var isNextReady: Bool {
    if holds, matching.contains(where: { $0.usage == 2 }) { return true }
    func isPublished(_ key: String) -> Bool { records.contains { $0.names(key: key) } }
    guard next.isEmpty else { return next.allSatisfy(isPublished) }
    let served = Set(keys)
    return mounted.contains { certificate in
      !served.contains(certificate.facts.keyDigest)
        && certificate.facts.names.contains { CertificateFacts.covers($0, host) }
        && records.contains { $0.usage == 3 && $0.names(certificate) }
    }
  }

  /// What is wrong, in words.
  var problems: [String] {
    var problems = uncovered.map { chain in
      let key = chain.certificates.first?.facts.keyDigest ?? ""
      return "no record is of the \(chain.kind) certificate that is served: publish "
        + "`3 1 1 \(key)`, or serve the key of before"
    }
    problems += unusable.map { "‘\(capped($0.text, 120))’: \($0.flaw ?? "")" }
    problems += stale.map {
      "‘\(capped($0.text, 120))’ is of nothing that is served or mounted: delete it, unless its key "
        + "comes next"
    }
    return problems
  }
}
