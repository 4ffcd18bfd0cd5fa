/// Exactly what a person signs when they sign off, refuse to, or confirm what became of an attempt
/// whose outcome nobody knows.
///
/// The bytes are a text that a person can read before they sign it: one line a
/// field, in a fixed order. Text stands in quotes with everything escaped that
/// could end a line, hide or reorder what is read; what stands without quotes
/// is a word, a digest or a moment. So different values never give the same
/// bytes, and a value cannot forge a line. See `docs/decisions/009-signed-sign-offs.md`.
public struct SignOffDocument: Sendable, Hashable {
  /// What the person decides.
  public enum Decision: String, Sendable, Hashable, CaseIterable {
    case approve
    case reject
    /// The second person's word on an unknown outcome: that it is as the first one proposed.
    case confirmRetry = "confirm retry"
    case confirmSkip = "confirm skip"
    case confirmMarkDone = "confirm markDone"

    /// What is decided about an unknown outcome; nil: the document is about a sign-off.
    public var settlement: RunEvent.DecisionMade.Decision? {
      switch self {
      case .approve, .reject: nil
      case .confirmRetry: .retry
      case .confirmSkip: .skip
      case .confirmMarkDone: .markDone
      }
    }

    /// The confirmation of a proposal; nil: no outcome is settled by that.
    public init?(confirming decision: RunEvent.DecisionMade.Decision) {
      switch decision {
      case .retry: self = .confirmRetry
      case .skip: self = .confirmSkip
      case .markDone: self = .confirmMarkDone
      case .acceptFailure: return nil
      }
    }
  }

  /// The run, so that a signature cannot be replayed in another one.
  public var run: RunID
  /// The runbook, for the reader; its text is what binds.
  public var runbook: RunbookID
  /// The digest of the runbook's text: what happens after the sign-off is fixed by it.
  public var runbookText: Digest
  /// The world, so that an exercise never approves the real thing.
  public var world: World
  /// The site as people call it.
  public var site: String
  /// The digest of the site's record: a name says nothing about addresses and cluster.
  public var siteRecord: Digest
  /// The step, so that a signature cannot be replayed at another one.
  public var step: StepID
  /// What is decided; the rest of the document is the same whatever it is.
  public var decision: Decision
  /// What the person agrees to, resolved, as it was shown.
  public var statement: String
  /// The digests of the files shown with the request, in its order.
  public var evidence: [Digest]
  /// Who may not approve, so that the rule itself cannot be changed afterwards.
  public var excluded: [String]
  /// Who signs: the principal of `allowed_signers`.
  public var approver: String
  /// The roles they sign in; a person may hold more.
  public var roles: [Role]
  /// What they typed to confirm; nil: nothing was asked for.
  public var typed: String?
  /// Their comment, or the reason for a refusal.
  public var comment: String
  /// The head of the chain they saw: with it all that had happened, inputs and outputs included.
  public var seen: Digest
  /// When the request ends, so that nobody can make an old agreement last longer.
  public var expires: Moment?

  /// The namespace of the signature (PROTOCOL.sshsig): a signature made for mail or git is none here.
  public static let namespace = "mailconsole"

  /// The text to sign, in UTF-8.
  public var bytes: [UInt8] { Array(text.utf8) }

  /// The text to sign; every line ends with LF.
  public var text: String {
    var lines = [
      Self.heading,
      "run: \(Self.quoted(run.name))",
      "runbook: \(Self.quoted(runbook.name))",
      "runbook text: \(runbookText)",
      "world: \(world.rawValue)",
      "site: \(Self.quoted(site))",
      "site record: \(siteRecord)",
      "step: \(Self.quoted(step.name))",
      "decision: \(decision.rawValue)",
      "statement: \(Self.quoted(statement))",
    ]
    lines += evidence.map { "evidence: \($0)" }
    lines += excluded.map { "excluded: \(Self.quoted($0))" }
    lines.append("approver: \(Self.quoted(approver))")
    lines += roles.map { "role: \(Self.quoted($0.name))" }
    lines += [
      "typed: \(typed.map(Self.quoted) ?? "none")",
      "comment: \(Self.quoted(comment))",
      "seen: \(seen)",
      "expires: \(expires.map { "\($0.milliseconds) (\($0))" } ?? "none")",
    ]
    return lines.map { $0 + "\n" }.joined()
  }

  /// A text in quotes on one line; what is invisible or could reorder the line is spelled out.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default:
        if isPlain(scalar) {
          quoted.unicodeScalars.append(scalar)
        } else {
          quoted += "\\u{\(String(scalar.value, radix: 16))}"
        }
      }
    }
    return quoted + "\""
  }

  /// A table of our own, not Unicode's of the day: the bytes must be the same in ten years.
  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F: false  // controls
    case 0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F: false  // invisible
    case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F: false  // joiners, breaks, direction
    case 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB: false
    case 0xE0000...0xE0FFF: false  // tags and variation selectors
    default: true
    }
  }
}
