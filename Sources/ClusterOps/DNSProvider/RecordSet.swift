internal import Runbooks

/// All records of one name and type, which have one time to live (RFC 2181 §5.2).
struct RecordSet: Sendable, Hashable {
  let question: DNSQuestion
  /// Seconds.
  let ttl: Int
  /// Each once, in the order in which they were said.
  let data: [RecordData]

  /// As a zone file has them, a record a line.
  var lines: [String] {
    data.map { "\(question.owner) \(ttl) IN \(question.type.rawValue) \($0.text)" }
  }
}

extension DNSQuestion {
  /// The name as a zone file has it, with the dot at its end.
  var owner: String { name == "." ? "." : name + "." }

  /// `NAME TYPE`, as a step names a set.
  var set: String { "\(owner) \(type.rawValue)" }
}

/// A set as it is to be.
struct WantedSet: Sendable, Hashable {
  let question: DNSQuestion
  /// nil: it is to go.
  let set: RecordSet?
}

/// One set as it is, and as it is to be.
struct SetChange: Sendable, Hashable {
  enum Kind: Sendable {
    case added, changed, removed, unchanged
  }

  let question: DNSQuestion
  /// nil: there is none.
  let before: RecordSet?
  let after: RecordSet?
  /// What beside data and time to live is not as it has to be, and becomes so, e.g. `not proxied`.
  var remedy: String?

  var kind: Kind {
    switch (before, after) {
    case (nil, nil): .unchanged
    case (nil, _?): .added
    case (_?, nil): .removed
    case (let before?, let after?):
      before.ttl == after.ttl && Set(before.data) == Set(after.data) && remedy == nil
        ? .unchanged : .changed
    }
  }

  /// What is there and is not to be, and the other way round.
  var lost: [RecordData] { (before?.data ?? []).filter { !(after?.data ?? []).contains($0) } }
  var gained: [RecordData] { (after?.data ?? []).filter { !(before?.data ?? []).contains($0) } }

  /// The change in one line.
  var words: String {
    func list(_ data: [RecordData]) -> String {
      DNSReply.list(data.map(\.words), 4)
    }
    let name = question.words
    switch (kind, before, after) {
    case (.added, _, let after?): return "\(name): \(list(after.data)) (TTL \(after.ttl))"
    case (.removed, let before?, _): return "\(name): \(list(before.data))"
    case (.changed, let before?, let after?):
      var parts: [String] = []
      if !gained.isEmpty { parts.append("now \(list(gained))") }
      if !lost.isEmpty { parts.append("no more \(list(lost))") }
      if before.ttl != after.ttl { parts.append("TTL \(after.ttl), was \(before.ttl)") }
      if let remedy { parts.append(remedy) }
      return "\(name): \(parts.joined(separator: "; "))"
    default: return name
    }
  }
}

/// What is to be done of sets, decided before anything is done.
struct ZoneChanges: Sendable {
  let all: [SetChange]

  /// - Parameters:
  ///   - wanted: each set once.
  ///   - published: the sets that there are.
  ///   - remedies: what else of them is not as it has to be.
  init(
    _ wanted: [WantedSet],
    published: [DNSQuestion: RecordSet],
    remedies: [DNSQuestion: String] = [:]
  ) {
    all = wanted.map { wanted in
      SetChange(
        question: wanted.question,
        before: published[wanted.question],
        after: wanted.set,
        remedy: wanted.set == nil ? nil : remedies[wanted.question]
      )
    }
  }

  func of(_ kind: SetChange.Kind) -> [SetChange] { all.filter { $0.kind == kind } }

  /// Those that something is done for.
  var needed: [SetChange] { all.filter { $0.kind != .unchanged } }

  /// What will be done, a set a line.
  var announcement: String {
    let signs: [(SetChange.Kind, String)] = [(.added, "+"), (.changed, "~"), (.removed, "-")]
    return signs.flatMap { kind, sign in of(kind).map { "\(sign) \(capped($0.words, 800))\n" } }
      .joined()
  }

  /// The number of each kind, as the middle of a sentence.
  var words: String {
    let kinds: [(SetChange.Kind, String)] = [
      (.added, "added"), (.changed, "changed"), (.removed, "removed"), (.unchanged, "as it was"),
    ]
    let parts = kinds.compactMap { kind, word in
      let count = of(kind).count
      return count == 0
        ? nil : "\(count) \(kind == .unchanged && count > 1 ? "as they were" : word)"
    }
    return parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")
  }
}
