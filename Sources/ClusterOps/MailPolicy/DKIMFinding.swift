/// What was found of one selector: what is published, and the key that is in the pod.
struct DKIMFinding: Sendable {
  let selector: String
  /// Whether mail is signed with it now.
  let signs: Bool
  /// The TXT records at its name.
  let records: [String]
  /// A name with the zone's in it twice that has records; empty: there is none.
  let misplaced: String
  /// The published key; nil: there is none that openssl reads.
  let published: PublicKey?
  /// The public half of the key in the pod; nil: there is none.
  let mounted: PublicKey?

  /// The record; nil: there is none, or more than one.
  var record: DKIMRecord? { records.count == 1 ? DKIMRecord(records[0]) : nil }

  var isRevoked: Bool { record?.isRevoked ?? false }

  /// Whether the key that is published is the one in the pod.
  var isSame: Bool { published != nil && published?.base64 == mounted?.base64 }

  /// Whether receivers take signatures by the key that is published, and the pod has it.
  var isUsable: Bool {
    guard isSame, let published, record?.isUsable == true else { return false }
    return !published.isRSA || published.bits >= Self.least
  }

  /// What is published, a line each: of a key its size and digest.
  var evidence: [String] {
    let key = published.map { key in
      "\(key.isRSA ? "RSA" : "Ed25519") of \(key.bits) bits, SHA-256 of the public key \(key.digest)"
    }
    return
      (records.map { DKIMRecord($0).shown } + [key].compactMap(\.self) + (record?.meaning ?? []))
      .map { "\(selector): \($0)" }
  }

  /// RFC 8301 §3.2: below 1,024 bits receivers take no signature; 2,048 are to be made.
  private static let (least, wanted, most) = (1_024, 2_048, 3_072)

  /// What is wrong, in words that begin with the selector.
  var problems: [String] {
    let unsigned =
      signs && mounted == nil
      ? ["the pod has no key for it, so mail is not signed: mount it and start the pod anew"] : []
    return (unsigned + recordProblems).map { "\(selector): \($0)" }
  }

  private var recordProblems: [String] {
    guard let record else {
      if records.isEmpty, !misplaced.isEmpty {
        return ["its record is at \(capped(misplaced, 255)): the zone's name is in it twice"]
      }
      if records.count > 1 {
        let joins: [String] = [records.joined(), records.reversed().joined()]
        return [
          records.count == 2 && joins.contains { DKIMRecord($0).isUsable }
            ? "it has 2 records where two strings of one were meant: put both into one record"
            : "it has \(records.count) records, and verifiers take any of them: leave one"
        ]
      }
      // Without a key and a record it is a selector that was, or is to be.
      guard mounted != nil else { return [] }
      return [
        signs
          ? "its key is not published, so receivers find no signature valid: publish it, or sign with "
            + "another"
          : "its key is not published, so the next rotation has to wait for it: publish it"
      ]
    }
    if record.isRevoked {
      return signs
        ? ["it is revoked (its p is empty), and mail is signed with it: sign with another"] : []
    }
    var problems = record.problems
    guard let published else {
      return record.key == nil ? problems : problems + ["openssl reads no key in its record"]
    }
    if mounted != nil, !isSame {
      problems.append("the published key is not the one in the pod: publish that")
    }
    if published.isRSA, published.bits > Self.most {
      problems.append(
        "its key has \(published.bits) bits, so its record is longer than 512 octets and may need TCP: "
          + "\(Self.wanted) are enough"
      )
    }
    if signs, !published.isRSA {
      problems.append("it is Ed25519, which many verifiers do not know: sign with an RSA key too")
    }
    if published.isRSA, published.bits < Self.wanted {
      problems.append(
        "its key has \(published.bits) bits"
          + (published.bits < Self.least ? ", and receivers take none below 1024" : "")
          + ": rotate to one of 2048"
      )
    }
    return problems
  }
}
