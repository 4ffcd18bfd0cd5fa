internal import Foundation
internal import Runbooks

/// `clamav.ping`: whether clamd answers, and how old its signatures are, by clamdscan(1).
struct ClamAVPing: CommandOperation {
  private static let answers = ResultField<Bool>("answers", help: "whether clamd answered PONG")
  private static let engine = ResultField<String>(
    "engine",
    help: "the engine's version; empty without an answer"
  )
  private static let signatures = ResultField<Int>(
    "signatures",
    help: "the version of the daily signatures; 0: not told"
  )
  private static let age = ResultField<Int>(
    "signature_hours",
    help: "whole hours since they were made; -1: not told"
  )

  let declaration = OperationDeclaration(
    "clamav.ping",
    "Asks clamd whether it is there, and how old the signatures are that it has loaded.",
    parameters: [ClamAVFamily.service.container],
    results: [answers, engine, signatures, age],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      try ClamAVFamily.service.command(["clamdscan", "--ping", "3:1"], call),
      try ClamAVFamily.service.command(["clamdscan", "--version"], call),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { ping throws(OperationFailure) in
      let exit = try ClamAVFamily.service.exit(of: ping, commands[0])
      let said = ping.stdoutText.trimmingSpaces
      // As clamdscan says that nobody answered; in clamd's own container that is a finding.
      // Each try before the last is told in a line of its own.
      let last = said.split(whereSeparator: \.isNewline).last ?? ""
      if exit == 124 || exit == 21 && last.hasPrefix("PING timeout exceeded") {
        return .done(Self.silence)
      }
      guard exit == 0, said == "PONG" else {
        throw ClamAVFamily.service.notUnderstood(
          said.isEmpty ? PodService.said(ping) : "it says ‘\(capped(String(said), 120))’"
        )
      }
      return .run(commands[1]) { version throws(OperationFailure) in
        let text = try ClamAVFamily.service.text(of: version, commands[1])
        // Where clamd does not answer, clamdscan tells its own version instead, and exits with 0.
        guard !version.stderrText.contains("ERROR") else {
          throw ClamAVFamily.service.silent(PodService.said(version))
        }
        guard let facts = SignatureFacts(text) else {
          throw ClamAVFamily.service.notUnderstood(
            "it says ‘\(capped(String(text.trimmingSpaces), 120))’"
          )
        }
        return .done(Self.result(facts, now: now))
      }
    }
  }

  private static var silence: OperationResult {
    OperationResult(
      [answers(false), engine(""), signatures(0), age(-1)],
      summary: "clamd does not answer."
    )
  }

  private static func result(_ facts: SignatureFacts, now: Int) -> OperationResult {
    var hours = -1
    var doubt: Doubt?
    if let made = facts.made, made <= now + 86_400 {
      hours = max(0, now - made) / 3600
    } else {
      doubt = Doubt(
        .parts,
        facts.made == nil
          ? "clamd tells no age of its signatures" : "its signatures are dated in the future",
        advice: "See with k8s.logs in the container freshclam whether signatures are fetched, and "
          + "that the node's clock is right."
      )
    }
    return OperationResult(
      [answers(true), engine(facts.engine), signatures(facts.version), age(hours)],
      summary: hours < 0
        ? "clamd \(facts.engine) answers."
        : "clamd \(facts.engine) answers; its signatures \(facts.version) are "
          + "\(counted(hours, "hour")) old.",
      doubt: doubt
    )
  }
}

/// What clamd tells of itself: `ClamAV 1.4.6/27826/Mon Nov 23 09:25:14 2026`, or the engine alone
/// where it has no signatures of ClamAV's own.
struct SignatureFacts: Hashable, Sendable {
  let engine: String
  /// Of the daily signatures; 0: not told.
  let version: Int
  /// Seconds since 1970, the daemon's clock taken for UTC; nil: not told.
  let made: Int?

  /// - Returns: nil where the text is something else.
  init?(_ text: String) {
    let line = text.trimmingSpaces
    guard line.hasPrefix("ClamAV "), !line.contains(where: \.isNewline) else { return nil }
    let fields = line.dropFirst(7).split(
      separator: "/",
      maxSplits: 2,
      omittingEmptySubsequences: false
    )
    guard let engine = fields.first, !engine.isEmpty, engine.utf8.count <= 40,
      fields.count != 2
    else { return nil }
    self.engine = String(engine)
    guard fields.count == 3 else {
      version = 0
      made = nil
      return
    }
    guard let version = Int(fields[1]), version >= 0, let made = Self.seconds(fields[2]) else {
      return nil
    }
    self.version = version
    self.made = made
  }

  /// Of a date as ctime(3) writes it; a day of one digit has two blanks before it.
  private static func seconds(_ text: Substring) -> Int? {
    dates.date(from: text.split(separator: " ").joined(separator: " "))
      .map { Int($0.timeIntervalSince1970) }
  }

  private static var dates: DateFormatter {
    let dates = DateFormatter()
    dates.locale = Locale(identifier: "en_US_POSIX")
    dates.timeZone = TimeZone(identifier: "GMT")
    dates.dateFormat = "EEE MMM d HH:mm:ss yyyy"
    return dates
  }

  /// How clamd writes them.
  static func words(engine: String, version: Int, made: Int) -> String {
    let date = dates.string(from: Date(timeIntervalSince1970: TimeInterval(made)))
    return "ClamAV \(engine)/\(version)/\(date)"
  }
}
