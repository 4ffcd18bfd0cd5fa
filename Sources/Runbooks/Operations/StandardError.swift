/// What a program said on standard error, by kind of line: the last line is seldom the failure.
public struct StandardError: Sendable, Hashable {
  /// Lines that tell of failures, in the order they came, without white space at their ends.
  public private(set) var errors: [String] = []
  /// Lines that only warn.
  public private(set) var warnings: [String] = []

  /// Sorts the lines of a standard error; bytes that are not UTF-8 are replaced.
  public init(_ bytes: [UInt8]) {
    for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
      let text = Self.trimmed(line)
      guard !text.isEmpty else { continue }
      if Self.isWarning(text) { warnings.append(text) } else { errors.append(text) }
    }
  }

  /// What is worth quoting: the failures, or the warnings where there are none but these.
  public var telling: [String] { errors.isEmpty ? warnings : errors }

  /// The failures as the end of a sentence: the first and the last, shortened; empty for silence.
  static func quotation(of bytes: [UInt8]) -> String {
    let lines = StandardError(bytes).telling
    guard let first = lines.first, let last = lines.last else { return "" }
    func short(_ text: String) -> String {
      text.count <= 200 ? text : String(text.prefix(199)) + "…"
    }
    let between = lines.count > 2 ? " … " : " "
    return "; it said: ‘\(short(first))’"
      + (lines.count > 1 ? "\(between)‘\(short(last))’" : "")
  }

  /// `Warning: …`, `program: warning: …`, and the log lines of klog such as `W1122 03:10:00.1 …`.
  private static func isWarning(_ line: String) -> Bool {
    let start = line.prefix(80).lowercased()
    if start.hasPrefix("warning:") || start.contains(": warning:") { return true }
    guard let first = line.utf8.first, first == UInt8(ascii: "W") || first == UInt8(ascii: "I")
    else { return false }
    let rest = line.utf8.dropFirst()
    return rest.prefix(4).count == 4 && rest.prefix(4).allSatisfy { 0x30...0x39 ~= $0 }
      && rest.dropFirst(4).first == 0x20
  }

  private static func trimmed(_ line: Substring) -> String {
    var rest = line[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
