/// Who may sign, and with which keys: the file `allowed_signers` beside `site.yaml`
/// (ssh-keygen(1), ALLOWED SIGNERS).
///
/// `ssh-keygen` judges signatures by the text as it is. It is read here as
/// well, to find a person's key, and to see when one key stands for two people.
public struct AllowedSigners: Sendable, Hashable {
  /// One line: whose key it is, and for what and how long it counts.
  public struct Entry: Sendable, Hashable {
    /// Patterns of names; a name is usually written out.
    public let principals: [String]
    /// Patterns of namespaces; nil: any.
    public let namespaces: [String]?
    /// Whether the key signs other keys. Sign-offs are not made with certificates.
    public let isAuthority: Bool
    public let validAfter: Moment?
    public let validBefore: Moment?
    public let key: SSHPublicKey
  }

  /// The text as it is in the file.
  public let text: String
  public let entries: [Entry]

  /// The file as it is pinned to a run.
  public var digest: Digest { Digest(of: text) }

  /// Reads a file's text; a line that cannot be read is an error at its place.
  public init(text: String, path: String = "allowed_signers") throws(RunbookProblem) {
    self.text = text
    var entries: [Entry] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (number, line) in lines.enumerated() {
      let words = Self.words(of: line)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard let entry = Entry(words) else {
        throw RunbookProblem(
          "this line names no signer",
          fix: "Write it like `ana namespaces=\"mailconsole\" ssh-ed25519 AAAA…`.",
          at: SourcePosition(file: path, line: number + 1, column: 1)
        )
      }
      entries.append(entry)
    }
    self.entries = entries
  }

  /// The words of a line; blanks within quotes do not end one.
  private static func words(of line: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    for character in line {
      if character == "\"" { isQuoted.toggle() }
      if character.isWhitespace, !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }
}

extension AllowedSigners {
  /// The keys with which a person may sign off at a moment of the wall clock.
  public func keys(of name: String, at now: Moment) -> [SSHPublicKey] {
    entries.filter { entry in
      !entry.isAuthority && Pattern.matches(name, entry.principals)
        && entry.namespaces.map { Pattern.matches(SignOffDocument.namespace, $0) } ?? true
        && entry.validAfter.map { now >= $0 } ?? true
        && entry.validBefore.map { now < $0 } ?? true
    }
    .map(\.key)
  }

  /// Which of these people the key stands for, whatever the time.
  func holders(of key: [UInt8], among names: [String]) -> [String] {
    let entries = entries.filter { $0.key.blob == key }
    return names.filter { name in entries.contains { Pattern.matches(name, $0.principals) } }
  }
}

extension AllowedSigners.Entry {
  fileprivate init?(_ words: [String]) {
    guard words.count >= 3 else { return nil }
    var namespaces: [String]?
    var isAuthority = false
    var validAfter: Moment?
    var validBefore: Moment?
    // Options are there when the second word is not the type of the key.
    var rest = words.dropFirst()
    var key = SSHPublicKey(line: rest.joined(separator: " "))
    if key == nil, let options = rest.popFirst() {
      key = SSHPublicKey(line: rest.joined(separator: " "))
      for (name, value) in Self.options(options) {
        switch name.lowercased() {
        case "cert-authority": isAuthority = true
        case "namespaces": namespaces = Pattern.list(value)
        case "valid-after":
          guard let moment = Moment(timestamp: value) else { return nil }
          validAfter = moment
        case "valid-before":
          guard let moment = Moment(timestamp: value) else { return nil }
          validBefore = moment
        default: return nil
        }
      }
    }
    guard let key else { return nil }
    let names = words[0].filter { $0 != "\"" }
    self.init(
      principals: Pattern.list(names),
      namespaces: namespaces,
      isAuthority: isAuthority,
      validAfter: validAfter,
      validBefore: validBefore,
      key: key
    )
  }

  /// `name="value"` pairs between commas; commas within quotes end none.
  private static func options(_ text: String) -> [(String, String)] {
    var parts = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { part in
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (String(pair[0]), pair.count > 1 ? String(pair[1]) : "")
    }
  }
}

/// Pattern lists of ssh_config(5): `*`, `?` and `!`, between commas.
private enum Pattern {
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map(String.init)
  }

  static func matches(_ text: String, _ patterns: [String]) -> Bool {
    var found = false
    for pattern in patterns {
      if pattern.hasPrefix("!") {
        if matches(text.utf8.map { $0 }[...], pattern.dropFirst().utf8.map { $0 }[...]) {
          return false
        }
      } else if matches(text.utf8.map { $0 }[...], pattern.utf8.map { $0 }[...]) {
        found = true
      }
    }
    return found
  }

  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var text = text
    var pattern = pattern
    // Where to go on when the last star has to take one byte more.
    var retry: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while let byte = text.first {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (text, pattern)
      } else if let wanted = pattern.first, wanted == byte || wanted == UInt8(ascii: "?") {
        text = text.dropFirst()
        pattern = pattern.dropFirst()
      } else if let last = retry {
        text = last.text.dropFirst()
        pattern = last.pattern
        retry = (text, pattern)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

extension Moment {
  /// Reads `YYYYMMDD[HHMM[SS]][Z]`, always as UTC, so that a record gives one verdict everywhere.
  init?(timestamp text: String) {
    let digits = text.hasSuffix("Z") ? text.dropLast() : text[...]
    guard [8, 12, 14].contains(digits.utf8.count),
      digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let whole = Array((digits + String(repeating: "0", count: 14 - digits.utf8.count)).utf8)
    func number(_ range: Range<Int>) -> Int64 {
      whole[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
    let (month, day) = (number(4..<6), number(6..<8))
    let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
    else { return nil }
    // Hinnant, "days_from_civil".
    let year = number(0..<4) - (month <= 2 ? 1 : 0)
    let era = year / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    self.init(milliseconds: (days * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000)
  }

  /// `YYYYMMDDHHMMSSZ`, as `ssh-keygen -O verify-time=` takes it.
  public var timestamp: String {
    description.prefix(19).filter { $0.isASCII && $0.isNumber } + "Z"
  }
}
