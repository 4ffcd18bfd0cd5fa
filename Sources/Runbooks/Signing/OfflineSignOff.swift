/// A sign-off that is signed on another machine: the text of a ``SignOffDocument`` and, once it
/// is signed, the signature below it. It travels as text, through mail, chat or a terminal.
///
/// The text is not believed: it says which step and which words are meant, and counts only where
/// the run gives the same text to the byte.
public struct OfflineSignOff: Sendable, Hashable {
  /// What is signed; every line ends with LF.
  public let text: String
  /// nil until somebody has signed.
  public let signature: SSHSignature?
  public let run: RunID
  public let step: StepID
  public let approver: String
  public let decision: SignOffDocument.Decision
  public let comment: String
  public let typed: String?
  public let seen: Digest

  /// The longest block that is read, in bytes.
  public static let maximumLength = 65_536

  /// Reads a block as it was pasted or saved; what stands before and after it is passed over.
  ///
  /// - Throws: ``OfflineSignOffProblem`` when it is none, is cut off, or says something twice.
  public init(reading block: String) throws(OfflineSignOffProblem) {
    guard block.utf8.count <= Self.maximumLength else { throw .init("it is far too long for one") }
    let lines = Self.lines(of: block)
    guard let first = lines.firstIndex(of: SignOffDocument.heading) else {
      throw .init("it has no line `\(SignOffDocument.heading)`")
    }
    let isArmor = { (line: String) in line.hasPrefix("-----BEGIN SSH SIGNATURE") }
    let armor = lines[first...].firstIndex(where: isArmor)
    let body = lines[first..<(armor ?? lines.endIndex)].filter { !$0.isEmpty }
    var fields: [String: String] = [:]
    for line in body.dropFirst() {
      guard let colon = line.firstRange(of: ": ") else {
        throw .init("the line “\(line)” was broken or changed on the way; send it as a file")
      }
      let name = String(line[..<colon.lowerBound])
      let isRepeated = ["evidence", "excluded", "role"].contains(name)
      guard isRepeated || fields[name] == nil else { throw .init("it says `\(name)` twice") }
      fields[name] = String(line[colon.upperBound...])
    }
    func field(_ name: String) throws(OfflineSignOffProblem) -> String {
      guard let value = fields[name] else { throw .init("its line `\(name)` is missing") }
      return value
    }
    func words(_ name: String) throws(OfflineSignOffProblem) -> String {
      guard let text = SignOffDocument.unquoted(try field(name)) else {
        throw .init("its line `\(name)` is not in quotes as it was written")
      }
      return text
    }
    guard let decision = SignOffDocument.Decision(rawValue: try field("decision")),
      let seen = Digest(hex: try field("seen"))
    else { throw .init("its decision or the head that was seen cannot be read") }
    _ = try field("expires")
    text = body.map { $0 + "\n" }.joined()
    run = RunID(try words("run"))
    step = StepID(try words("step"))
    approver = try words("approver")
    comment = try words("comment")
    typed = try field("typed") == "none" ? nil : try words("typed")
    self.decision = decision
    self.seen = seen
    guard let armor else {
      signature = nil
      return
    }
    guard let end = lines[armor...].firstIndex(where: { $0.hasPrefix("-----END SSH SIGNATURE") }),
      let signature = SSHSignature(armored: lines[armor...end].joined(separator: "\n"))
    else { throw .init("the signature below it is cut off or damaged") }
    self.signature = signature
  }

  /// Line ends of every kind; blanks that mail and terminals leave at the end of a line go.
  private static func lines(of block: String) -> [String] {
    block.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
      String(line.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
  }

  /// Eight characters that two people compare by voice: 40 bits of the text's SHA-256, in
  /// Crockford's alphabet, which has no letters that sound or look alike.
  public var challenge: String { SignOffDocument.challenge(of: text) }

  /// The decision it is in a run, where the run has the same text.
  ///
  /// - Throws: ``OfflineSignOffProblem`` with the first line that differs.
  public func command(in state: RunState) throws(OfflineSignOffProblem) -> RunCommand {
    guard run == state.run else { throw .init("it is for the run \(run), not for \(state.run)") }
    guard let signature else { throw .init("nobody has signed it; the signature goes below it") }
    guard
      let document = state.signOffDocument(
        of: step,
        by: approver,
        decision,
        comment: comment,
        typed: typed,
        seen: seen
      )
    else { throw .init("\(step) waits for nothing like that now") }
    let ours = document.text.split(separator: "\n")
    let theirs = text.split(separator: "\n")
    if let (mine, other) = zip(ours, theirs).first(where: { $0 != $1 }) {
      throw .init("it says “\(other)”, and the run says “\(mine)”")
    }
    guard document.text == text else { throw .init("a line is missing or was added") }
    return switch decision {
    case .approve:
      .approve(step, comment: comment, typed: typed, seen: seen, signature: signature)
    case .reject: .reject(step, reason: comment, seen: seen, signature: signature)
    case .confirmRetry, .confirmSkip, .confirmMarkDone:
      .confirm(
        step,
        decision.settlement ?? .skip,
        reason: comment,
        seen: seen,
        signature: signature
      )
    }
  }
}

/// Why a text is no sign-off that could be handed in, in a clause.
public struct OfflineSignOffProblem: Error, Sendable, Hashable, CustomStringConvertible {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }

  public var description: String { "This is no sign-off to hand in: \(reason)." }
}

extension SignOffDocument {
  /// The first line of every text that is signed.
  public static let heading = "mailconsole sign-off 1"

  /// What two people compare before one of them signs; see ``OfflineSignOff/challenge``.
  public var challenge: String { Self.challenge(of: text) }

  fileprivate static func challenge(of text: String) -> String {
    let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    var bits = UInt64(Digest(of: text).hex.prefix(10), radix: 16) ?? 0
    var code: [Character] = []
    for _ in 0..<8 {
      code.append(alphabet[Int(bits & 31)])
      bits >>= 5
    }
    return String(code[..<4]) + "-" + String(code[4...])
  }

  /// The text that ``quoted(_:)`` wrote; nil when it did not write this.
  static func unquoted(_ text: String) -> String? {
    guard text.count >= 2, text.first == "\"", text.last == "\"" else { return nil }
    var plain = ""
    var rest = text.dropFirst().dropLast().unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        plain.unicodeScalars.append(scalar)
        continue
      }
      switch rest.popFirst() {
      case "\\"?: plain += "\\"
      case "\""?: plain += "\""
      case "n"?: plain += "\n"
      case "r"?: plain += "\r"
      case "t"?: plain += "\t"
      case "u"?:
        guard rest.popFirst() == "{", let end = rest.firstIndex(of: "}"),
          let value = UInt32(String(rest[..<end]), radix: 16),
          let named = Unicode.Scalar(value)
        else { return nil }
        plain.unicodeScalars.append(named)
        rest = rest[rest.index(after: end)...]
      default: return nil
      }
    }
    return quoted(plain) == text ? plain : nil
  }
}
