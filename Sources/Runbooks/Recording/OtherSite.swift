/// A site directory that is not the one a run was pinned to when it began, though it may bear its
/// name: commands would go elsewhere than what was shown and signed.
public struct OtherSite: Error, Sendable, Hashable, CustomStringConvertible {
  /// One key of the site's record that differs.
  public struct Difference: Sendable, Hashable {
    /// The path of the key, e.g. `kubernetes.context`.
    public let key: String
    /// The value the run is pinned to; nil: it had none.
    public let pinned: String?
    /// The value the directory has; nil: it has none.
    public let found: String?
  }

  public let run: RunID
  public let site: String
  /// The directory that was named.
  public let directory: String
  public let differences: [Difference]

  /// What differs, and what to do next.
  public var description: String {
    let lines = differences.map { difference in
      "  \(difference.key): the run has \(difference.pinned ?? "none"), "
        + "\(directory) has \(difference.found ?? "none")"
    }
    return
      (["\(run) is pinned to the site \(site) as it was when the run began; nothing was done."]
      + lines
      + [
        "Name the directory of that site with --site, or end the run and begin another on this one."
      ]).joined(separator: "\n")
  }
}

extension RunDirectory {
  /// Requires that a site is the one the run is pinned to, key by key of its record.
  ///
  /// - Throws: ``OtherSite``, or ``JournalError`` when the pinned record cannot be read.
  public func require(_ site: Site, of run: RunID) throws {
    let pinned = try pinnedSite()
    let differences = pinned.differences(from: site.record)
      .filter { !Self.changesNoCommand.contains($0.key) }
    guard differences.isEmpty else {
      let name = pinned.texts["name"] ?? site.name
      throw OtherSite(
        run: run,
        site: name,
        directory: site.directory,
        differences: differences
      )
    }
  }

  /// What may change while a run is open: commands see the pinned stage, and a simulated world has
  /// its first state in the record.
  private static let changesNoCommand: Set<String> = ["stage", "scenario"]
}

extension Value {
  /// Every leaf by the path of its key.
  fileprivate var texts: [String: String] {
    guard case .record(let fields) = self else { return ["": "\(self)"] }
    var texts: [String: String] = [:]
    for (name, value) in fields {
      for (path, text) in value.texts { texts[path.isEmpty ? name : "\(name).\(path)"] = text }
    }
    return texts
  }

  fileprivate func differences(from other: Value) -> [OtherSite.Difference] {
    let (pinned, found) = (texts, other.texts)
    return Set(pinned.keys).union(found.keys).sorted()
      .filter { pinned[$0] != found[$0] }
      .map { OtherSite.Difference(key: $0, pinned: pinned[$0], found: found[$0]) }
  }
}
