/// Who may sign, and with which keys: the file `allowed_signers` beside `site.yaml`
/// (ssh-keygen(1), ALLOWED SIGNERS).
///
/// `ssh-keygen` judges signatures by the text as it is. It is read here as
/// well, to find a person's key, and to see when one key stands for two people: line by line as
/// OpenSSH reads it, which leaves out a line that it cannot read. Such a line is told
/// (``problems(path:)``), because whoever is on it cannot sign.
public struct AllowedSigners: Sendable, Hashable {
  /// One line: whose key it is, and for what and how long it counts.
  public struct Entry: Sendable, Hashable {
    /// Its number in the file, from 1.
    public let line: Int
    /// Patterns of names; a name is usually written out.
    public let principals: [String]
    /// Patterns of namespaces; nil: any.
    public let namespaces: [String]?
    /// Whether the key signs other keys. Sign-offs are not made with certificates.
    public let isAuthority: Bool
    public let validAfter: Moment?
    /// The last second in which it counts.
    public let validBefore: Moment?
    public let key: SSHPublicKey
  }

  /// Something to be said about a line.
  public struct Remark: Sendable, Hashable {
    public let line: Int
    /// Counts from 1, in characters.
    public let column: Int
    /// What is wrong, without a full stop.
    public let message: String
    /// How to mend it, a sentence.
    public let fix: String
  }

  /// The text as it is in the file.
  public let text: String
  public let entries: [Entry]
  /// Lines that were left out, as OpenSSH leaves them out.
  public let skipped: [Remark]
  /// What should be looked at on lines that count.
  public let notes: [Remark]

  /// The file as it is pinned to a run.
  public var digest: Digest { Digest(of: text) }

  /// Reads a file's text. A line that OpenSSH cannot read is left out and kept in ``skipped``.
  ///
  /// - Throws: where the text holds a NUL, which ends a line for OpenSSH and for nobody else.
  public init(text: String, path: String = "allowed_signers") throws(RunbookProblem) {
    self.text = text
    var entries: [Entry] = []
    var skipped: [Remark] = []
    var notes: [Remark] = []
    var keys: [(line: Int, names: [String], key: SSHPublicKey)] = []
    let lines = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      if line.contains(0) {
        throw RunbookProblem(
          "a NUL stands in this line; the file is not a text, or is UTF-16",
          fix: "Save the file as UTF-8.",
          at: SourcePosition(file: path, line: index + 1, column: 1)
        )
      }
      switch SignerLine(line, number: index + 1) {
      case .blank: break
      case .entry(let entry, let remarks):
        entries.append(entry)
        notes += remarks
        keys.append((index + 1, entry.principals, entry.key))
      case .skipped(let remark, let key):
        skipped.append(remark)
        if let key { keys.append((index + 1, [], key)) }
      }
    }
    self.entries = entries
    self.skipped = skipped
    self.notes = notes + Self.shared(keys)
  }

  /// Keys that stand on several lines for other names.
  private static func shared(
    _ keys: [(line: Int, names: [String], key: SSHPublicKey)]
  ) -> [Remark] {
    Dictionary(grouping: keys) { $0.key.blob }.values.compactMap { group in
      guard let last = group.last, group.contains(where: { $0.names != last.names }) else {
        return nil
      }
      let lines = group.map { String($0.line) }.joined(separator: ", ")
      return Remark(
        line: last.line,
        column: 1,
        message: "one key stands for several names, on lines \(lines)",
        fix: "Give each person a key of their own: a key of two operators signs for neither."
      )
    }
    .sorted { $0.line < $1.line }
  }

  /// What was left out and what should be looked at, as warnings at their places in a file.
  public func problems(path: String) -> [RunbookProblem] {
    let left = skipped.map {
      Remark(
        line: $0.line,
        column: $0.column,
        message: "\($0.message), so this line is left out, as OpenSSH leaves it out",
        fix: $0.fix
      )
    }
    return (left + notes).map {
      RunbookProblem(
        $0.message,
        fix: $0.fix,
        at: SourcePosition(file: path, line: $0.line, column: $0.column),
        severity: .warning
      )
    }
    .sorted()
  }
}

extension AllowedSigners {
  /// The keys with which a person may sign off at a moment of the wall clock.
  public func keys(of name: String, at now: Moment) -> [SSHPublicKey] {
    // OpenSSH compares whole seconds.
    let second = Moment(milliseconds: now.milliseconds - now.milliseconds % 1_000)
    return entries.filter { entry in
      !entry.isAuthority && SignerPattern.matches(name, entry.principals)
        && entry.namespaces.map { SignerPattern.matches(SignOffDocument.namespace, $0) } ?? true
        && entry.validAfter.map { second >= $0 } ?? true
        && entry.validBefore.map { second <= $0 } ?? true
    }
    .map(\.key)
  }

  /// Which of these people the key stands for, whatever the time.
  func holders(of key: [UInt8], among names: [String]) -> [String] {
    let entries = entries.filter { $0.key.blob == key }
    return names.filter { name in
      entries.contains { SignerPattern.matches(name, $0.principals) }
    }
  }
}
