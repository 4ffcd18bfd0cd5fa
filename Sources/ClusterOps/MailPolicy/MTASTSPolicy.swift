/// A policy of MTA-STS as its file says it (RFC 8461 §3.2).
struct MTASTSPolicy: Hashable, Sendable {
  /// The greatest `max_age`, in seconds: a year.
  static let longest = 31_557_600
  /// The most that senders read of a policy, in bytes (RFC 8461 §3.3).
  static let limit = 64 << 10

  /// `enforce`, `testing` or `none`; empty: it says no such thing.
  private(set) var mode = ""
  /// Seconds that senders keep it; nil: it does not say.
  private(set) var maxAge: Int?
  /// The hosts that may take the domain's mail, in lower case, `*.` before a name for any one label.
  private(set) var hosts: [String] = []
  /// Whether senders take it.
  private(set) var isValid = true
  /// What is wrong with it, in words.
  private(set) var problems: [String] = []

  init(_ bytes: [UInt8]) {
    guard bytes.count <= Self.limit else {
      reject("the policy is longer than 64 KB, and senders need not read more: shorten it")
      return
    }
    var fields: [String: String] = [:]
    for (place, line) in Self.lines(bytes).enumerated() {
      guard let (key, value) = Self.field(line) else {
        reject("line \(place + 1) of the policy, ‘\(capped(line, 60))’, is no `key: value`")
        continue
      }
      if key == "mx" {
        add(value)
      } else if fields[key] == nil {
        // Of a field that is there twice the first counts.
        fields[key] = value
      } else {
        problems.append("the policy has `\(capped(key, 40))` more than once, and the first counts")
      }
    }
    if fields["version"] != "STSv1" { reject("the policy does not say `version: STSv1`") }
    take(mode: fields["mode"] ?? "")
    take(maxAge: fields["max_age"] ?? "")
    if hosts.isEmpty, mode != "none" { reject("the policy names no `mx`") }
  }

  /// Whether a host is one that the policy names (RFC 8461 §4.1).
  func covers(_ host: String) -> Bool {
    hosts.contains { pattern in
      guard pattern.hasPrefix("*.") else { return pattern == host }
      // The star stands for the first label, whole and alone.
      return host.firstIndex(of: ".").map { host[$0...] == pattern.dropFirst() } ?? false
    }
  }

  private mutating func reject(_ why: String) {
    isValid = false
    problems.append(why)
  }

  private mutating func add(_ value: String) {
    let pattern = value.lowercased()
    let name = pattern.hasPrefix("*.") ? String(pattern.dropFirst(2)) : pattern
    guard MailPolicyFamily.isHost(name), !name.contains("_") else {
      return reject(
        "`mx: \(capped(value, 80))` is no host name, nor one with `*.` for its first label: correct it"
      )
    }
    if !hosts.contains(pattern) { hosts.append(pattern) }
  }

  private mutating func take(mode value: String) {
    guard ["enforce", "testing", "none"].contains(value) else {
      return reject(
        value.isEmpty
          ? "the policy has no `mode`"
          : "`mode: \(capped(value, 40))` is none of enforce, testing and none: correct it"
      )
    }
    mode = value
  }

  private mutating func take(maxAge value: String) {
    guard (1...10).contains(value.utf8.count), value.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
      let seconds = Int(value)
    else {
      return reject(
        value.isEmpty
          ? "the policy has no `max_age`"
          : "`max_age: \(capped(value, 40))` is no number of seconds: correct it"
      )
    }
    maxAge = seconds
    if seconds > Self.longest {
      problems.append("`max_age: \(seconds)` is more than a year, \(Self.longest) s: give less")
    }
  }

  /// The lines, which end with LF or CRLF; the last need not.
  private static func lines(_ bytes: [UInt8]) -> [String] {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { String(decoding: $0.last == 0x0D ? $0.dropLast() : $0, as: UTF8.self) }
  }

  /// Key and value of a line; nil: it has no such form.
  private static func field(_ line: String) -> (key: String, value: String)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let key = line[..<colon]
    let isKey =
      (1...32).contains(key.utf8.count) && key.utf8.first.map { !"_-.".utf8.contains($0) } == true
      && key.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || "_-.".utf8.contains($0)
      }
    guard isKey else { return nil }
    return (String(key), TagList.trimmed(line[line.index(after: colon)...]))
  }
}
