internal import Runbooks

/// A DMARC record: what a domain asks of receivers for mail that fails (RFC 9989 §4.7).
struct DMARCRecord: Hashable, Sendable {
  /// For what name below the record's own a policy is asked for (RFC 9989 §4.10.1).
  enum Subject {
    case itself
    /// A name below it that exists.
    case subdomain
    /// A name below it that the DNS does not have (NXDOMAIN).
    case nonexistent
  }

  static let policies = ["none", "quarantine", "reject"]

  /// As it is published.
  let text: String
  private let tags: TagList

  /// Reads a record; nil: it does not begin with `v=DMARC1` and is no DMARC record.
  init?(_ text: String) {
    tags = TagList(text, ignoresCase: true, lists: ["rua", "ruf"])
    guard tags.version == "DMARC1" else { return nil }
    self.text = text
  }

  /// The record among those of a name: one that is alone; of two, receivers take none.
  static func sole(in answers: [String]) -> DMARCRecord? {
    let records = answers.compactMap { DMARCRecord($0) }
    return records.count == 1 ? records[0] : nil
  }

  /// A tag as it is written, in lower case; empty: it is not there.
  func written(_ tag: String) -> String { tags[tag]?.lowercased() ?? "" }

  /// `r` (relaxed) or `s` (strict).
  var dkimAlignment: String { choice("adkim", ["r", "s"]) }
  var spfAlignment: String { choice("aspf", ["r", "s"]) }
  /// `y`: the policy is only being tried.
  var testing: String { choice("t", ["n", "y"]) }
  /// `y`: a public suffix, `n`: an organisation of its own, `u`: not said.
  var publicSuffix: String { choice("psd", ["u", "y", "n"]) }

  var aggregateTargets: [ReportURI] { tags.targets(of: "rua") }
  var failureTargets: [ReportURI] { tags.targets(of: "ruf") }

  /// The value of a tag, the first of the choices where it has none of them.
  private func choice(_ tag: String, _ choices: [String]) -> String {
    choices.contains(written(tag)) ? written(tag) : choices[0]
  }

  /// The policy that receivers apply; nil: they do not look at the record (RFC 9989 §4.10.1).
  func policy(for subject: Subject) -> String? {
    guard hasSoundPolicies else {
      return aggregateTargets.contains(where: \.isValid) ? "none" : nil
    }
    let order =
      switch subject {
      case .itself: ["p"]
      case .subdomain: ["sp", "p"]
      case .nonexistent: ["np", "sp", "p"]
      }
    return order.map(written).first { !$0.isEmpty }
  }

  /// Whether `p` is there, and no policy is one that nobody knows.
  private var hasSoundPolicies: Bool {
    Self.policies.contains(written("p"))
      && ["sp", "np"].allSatisfy { written($0).isEmpty || Self.policies.contains(written($0)) }
  }

  /// What is wrong with it, in words.
  var problems: [String] {
    let instead =
      hasSoundPolicies
      ? ""
      : aggregateTargets.contains(where: \.isValid)
        ? ", so p=none applies" : ", so receivers do not look at the record"
    var problems = tags.problems
    if written("p").isEmpty {
      problems.append("`p` is missing\(instead): give it\(tags.place(of: "p", else: "v"))")
    }
    for tag in ["p", "sp", "np"] where !written(tag).isEmpty {
      guard !Self.policies.contains(written(tag)) else { continue }
      problems.append(
        "`\(tag)=\(capped(written(tag), 40))` is no policy\(instead): "
          + (Spelling.nearest(to: written(tag), among: Self.policies).map { "\($0) is meant?" }
            ?? "give none, quarantine or reject") + tags.place(of: tag)
      )
    }
    for (tag, choices) in Self.choices where !written(tag).isEmpty {
      guard !choices.contains(written(tag)) else { continue }
      problems.append(
        "`\(tag)=\(capped(written(tag), 40))` is unknown, so \(choices[0]) applies: correct it"
          + tags.place(of: tag)
      )
    }
    let options = written("fo").split(separator: ":", omittingEmptySubsequences: false)
    if !written("fo").isEmpty, !options.allSatisfy({ ["0", "1", "d", "s"].contains($0) }) {
      problems.append(
        "`fo=\(capped(written("fo"), 40))` is unknown: correct it or take it out"
          + tags.place(of: "fo")
      )
    }
    for tag in tags.tags.map(\.name) where !Self.known.contains(tag) {
      problems.append(
        (Self.obsolete.contains(tag)
          ? "`\(tag)` is obsolete (RFC 9989): " + (Self.instead(of: tag, written(tag)))
          : "`\(capped(tag, 40))` is no tag of DMARC and is ignored: correct it or take it out")
          + tags.place(of: tag)
      )
    }
    if let second = tags.tags.dropFirst().first, second.name != "p", !written("p").isEmpty {
      problems.append(
        "`p` does not come second, as RFC 7489 has it: most receivers take it all the same"
          + tags.place(of: "p")
      )
    }
    for tag in ["rua", "ruf"] where tags[tag]?.isEmpty == true {
      problems.append("`\(tag)` is empty: no report comes\(tags.place(of: tag))")
    }
    problems += aggregateTargets.compactMap { $0.problem(of: "rua", schemes: ["mailto"]) }
    problems += failureTargets.compactMap { $0.problem(of: "ruf", schemes: ["mailto"]) }
    return problems
  }

  /// What to do about a tag that RFC 9989 dropped.
  private static func instead(of tag: String, _ value: String) -> String {
    guard tag == "pct" else { return "take it out" }
    return (value == "0" ? "who still knows it does not apply the policy; " : "")
      + "take it out, and say t=y while a policy is tried"
  }

  /// Tags with few values; the first is the default.
  private static let choices = [
    ("adkim", ["r", "s"]), ("aspf", ["r", "s"]), ("t", ["n", "y"]), ("psd", ["u", "y", "n"]),
  ]
  private static let known: Set<String> = [
    "v", "p", "sp", "np", "adkim", "aspf", "fo", "rua", "ruf", "t", "psd",
  ]
  /// Those of RFC 7489 that RFC 9989 dropped.
  private static let obsolete: Set<String> = ["pct", "rf", "ri"]
}
