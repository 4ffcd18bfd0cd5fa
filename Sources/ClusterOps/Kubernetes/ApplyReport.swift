internal import Runbooks

/// What `kubectl apply --server-side` says, object by object and complaint by complaint.
///
/// It goes on after an object that is refused and exits with 1, so that neither its exit status nor
/// its last line tells how far it came.
struct ApplyReport: Hashable {
  /// Fields that another manager owns, which kubectl would not take over.
  struct Conflict: Hashable {
    struct Owner: Hashable {
      let manager: String
      /// E.g. `scale`; empty for the object itself.
      let subresource: String
      /// E.g. `apps/v1`.
      let version: String
      /// E.g. `.data.main.cf`.
      var fields: [String]
    }

    var owners: [Owner]
  }

  /// Objects that were applied, as kubectl names them: `configmap/rspamd-local`.
  private(set) var applied: [String] = []
  private(set) var conflicts: [Conflict] = []
  /// What else went wrong, a line each.
  private(set) var errors: [String] = []

  /// Reads both outputs.
  init(_ outcome: CommandOutcome) {
    for line in outcome.stdoutText.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      if words.count == 2, words[1] == "serverside-applied" { applied.append(String(words[0])) }
    }
    for line in StandardError(outcome.stderr).errors where !Self.isAdvice(line) { take(line) }
  }

  private mutating func take(_ line: String) {
    if line.contains("Apply failed with ") { conflicts.append(Conflict(owners: [])) }
    if !conflicts.isEmpty, let owner = Self.owner(line) {
      conflicts[conflicts.count - 1].owners.append(owner)
      return
    }
    if line.hasPrefix("- ."), let last = conflicts.indices.last,
      let owner = conflicts[last].owners.indices.last
    {
      conflicts[last].owners[owner].fields.append(String(line.dropFirst(2)))
      return
    }
    if !line.contains("Apply failed with ") { errors.append(line) }
  }

  /// The owner in `conflict with "M" with subresource "S" using V: .field`; the fields may follow
  /// on lines of their own.
  private static func owner(_ line: String) -> Conflict.Owner? {
    guard let start = line.firstRange(of: " with \""), line.contains("conflict"),
      let using = line.firstRange(of: " using ")
    else { return nil }
    let names = line[start.lowerBound..<using.lowerBound].split(
      separator: "\"",
      omittingEmptySubsequences: false
    )
    let rest = line[using.upperBound...]
    guard names.count > 1, let colon = rest.firstIndex(of: ":") else { return nil }
    let field = rest[rest.index(after: colon)...].trimmingSpaces
    return Conflict.Owner(
      manager: String(names[1]),
      subresource: names.count > 3 ? String(names[3]) : "",
      version: String(rest[..<colon]),
      fields: field.isEmpty ? [] : [String(field)]
    )
  }

  /// kubectl's advice on conflicts, which it repeats for each of them and which names no object.
  private static func isAdvice(_ line: String) -> Bool {
    [
      "Please review the fields above", "are the ways you can resolve",
      "* If you intend to manage all", "command with the `--force-conflicts`",
      "* If you do not intend to manage", "manifest to remove references",
      "current managers.", "* You may co-own fields", "value; in this case",
      "stop managing the field", "See https://kubernetes.io/docs/",
    ].contains { line.hasPrefix($0) }
  }
}

extension ApplyReport {
  /// How many things went wrong.
  var refusals: Int { conflicts.count + errors.count }

  /// Of known objects, such as `ConfigMap mail/a`, those that were not applied.
  func missing(of objects: [String]) -> [String] {
    let done = Set(applied.map(Self.key))
    return objects.filter { object in
      let words = object.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { return false }
      let name = words[1].split(separator: "/").last ?? words[1]
      return !done.contains("\(words[0].lowercased())/\(name)")
    }
  }

  /// `daemonset.apps/mail` without the API group.
  private static func key(_ object: String) -> String {
    let parts = object.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let kind = parts[0].split(separator: ".").first else { return object }
    return "\(kind.lowercased())/\(parts[1])"
  }

  /// The failure, with what was applied, what was refused and who owns which field.
  ///
  /// - Parameters:
  ///   - objects: every object that is known to exist.
  ///   - changed: those of which it is known that they changed; nil where that could not be read.
  func failure(
    _ objects: [String],
    changed: [String]?,
    orElse other: OperationFailure
  ) -> OperationFailure {
    let isUntouched = applied.isEmpty && changed?.isEmpty == true
    let effect: OperationFailure.Effect =
      !applied.isEmpty || changed?.isEmpty == false ? .partial : isUntouched ? .none : other.effect
    guard refusals > 0 else {
      return OperationFailure(other.reason, other.message, advice: other.advice, effect: effect)
    }
    var parts = [
      "\(counted(applied.count, "object")) applied"
        + (applied.isEmpty ? "" : " (\(Self.list(applied)))")
        + ", \(refusals) refused"
    ]
    parts += conflicts.map { conflict in
      "conflict: "
        + conflict.owners.map { owner in
          "\"\(capped(owner.manager, 60))\""
            + (owner.subresource.isEmpty ? "" : " by \(capped(owner.subresource, 40))")
            + " (\(capped(owner.version, 60))) owns "
            + Self.list(owner.fields)
        }.joined(separator: " and ")
    }
    parts += errors.map { capped($0) }
    let missing = missing(of: objects)
    if !missing.isEmpty { parts.append("not applied: \(Self.list(missing))") }
    if !conflicts.isEmpty { parts.append("kubectl does not say which object a conflict is about") }
    let isOnlyModified =
      conflicts.isEmpty && errors.allSatisfy { $0.contains("the object has been modified") }
    return OperationFailure(
      conflicts.isEmpty ? other.reason : .refused,
      capped(parts.joined(separator: "; "), 4000),
      advice: isOnlyModified
        ? "Apply again: the object changed at the same moment, nobody owns its fields."
        : conflicts.isEmpty
          ? other.advice
          : "Compare with k8s.diff and settle with each manager who owns the field; take the field "
            + "out of the manifest, or have a person decide to take it over. What was applied stays.",
      effect: effect
    )
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(12).map { capped($0, 160) }.joined(separator: ", ")
    return names.count > 12 ? shown + " and \(names.count - 12) more" : shown
  }
}
