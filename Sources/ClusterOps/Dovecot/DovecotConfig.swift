internal import Runbooks

/// `dovecot.config`: what doveconf(1) finds wrong with the configuration, and settings in effect
/// against those expected.
///
/// Seen of Dovecot 2.3.19, as the image has it; 2.4 prints and names settings the same way. A
/// setting in a section is written with the way to it, as doveconf takes it:
/// `service/imap-login/inet_listener/imap/port`, `plugin/quota`. What stands in `protocol imap` and
/// the like is not reached.
struct DovecotConfig: CommandOperation {
  private static let expect = Parameter<[ExpectedSetting]>(
    "expect",
    default: [],
    help: "`name=value`, of a section `service/imap-login/inet_listener/imap/port=0`; white space "
      + "between words counts as one space"
  )

  private static let ok = ResultField<Bool>("ok", help: "no error and no warning")
  private static let complaints = ResultField<[String]>(
    "complaints",
    help: "what doveconf says, errors first, e.g. `/etc/dovecot/dovecot.conf:3: Unknown setting: "
      + "x`; at most 50"
  )
  private static let version = ResultField<String>("version", help: "Dovecot's version")
  private static let matched = ResultField<Int>("matched", help: "settings that are as expected")
  private static let mismatched = ResultField<[String]>(
    "mismatched",
    help: "the others, e.g. `name: is …, expected …`; all of them where there is an error"
  )
  private static let actual = ResultField<[String]>(
    "actual",
    help: "every setting asked for, as `name=value`"
  )

  let declaration = OperationDeclaration(
    "dovecot.config",
    "Reads what Dovecot finds wrong with its configuration, and compares settings with those "
      + "expected.",
    parameters: [expect, DovecotFamily.service.container],
    results: [ok, complaints, version, matched, mismatched, actual],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let names = try call[Self.expect].map(\.name)
    // The whole configuration is not streamed: a database's password may stand in it.
    let check = try DovecotFamily.service.command(["doveconf", "-n"], call, streams: false)
    guard !names.isEmpty else { return [check] }
    return [check, try DovecotFamily.service.command(["doveconf"] + names, call, streams: false)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let expected = try call[Self.expect]
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let check = try Check(outcome, of: commands[0])
      guard check.errors.isEmpty, commands.count > 1 else {
        return .done(Self.result(check, SettingComparison(expected, [:], of: "Dovecot")))
      }
      return .run(commands[1]) { outcome throws(OperationFailure) in
        let text = try DovecotFamily.service.text(of: outcome, commands[1])
        let settings = SettingComparison.settings(text).mapValues(Self.unquoted)
        return .done(Self.result(check, SettingComparison(expected, settings, of: "Dovecot")))
      }
    }
  }

  /// doveconf puts a value that begins or ends with a blank in quotes.
  private static func unquoted(_ value: String) -> String {
    guard value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") else { return value }
    return ExpectedSetting.plain(value.dropFirst().dropLast())
  }

  /// What `doveconf -n` tells.
  private struct Check {
    var version = ""
    var errors: [String] = []
    var warnings: [String] = []

    /// FATAL_DEFAULT (Dovecot, failures.h): it read the configuration, or tried to, and cannot use
    /// it.
    private static let fatal = 89

    init(_ outcome: CommandOutcome, of command: Command) throws(OperationFailure) {
      let exit = try DovecotFamily.service.exit(of: outcome, command)
      for line in LineSplitter.lines(of: outcome.stderr, limit: 1024).map(\.text) {
        if let text = Self.said(line, "Fatal") ?? Self.said(line, "Error") {
          errors.append(Self.cited(text))
        } else if let text = Self.said(line, "Warning"), !text.hasPrefix("NOTE: ") {
          warnings.append(text)
        }
      }
      guard exit == 0 || (exit == Self.fatal && !errors.isEmpty) else {
        throw DovecotFamily.service.silent(PodService.said(outcome))
      }
      // `# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf`
      let head = outcome.stdoutText.split(whereSeparator: \.isNewline).first ?? ""
      let words = head.split(separator: " ")
      guard words.count > 2, words[0] == "#", words[1].first?.isNumber == true else {
        throw DovecotFamily.service.notUnderstood(
          head.isEmpty ? "it says nothing" : "it begins with ‘\(capped(String(head), 120))’"
        )
      }
      version = capped(String(words[1]), 40)
    }

    /// The text of a line `doveconf: Fatal: …`; nil: it is another.
    private static func said(_ line: String, _ kind: String) -> String? {
      let sign = "doveconf: \(kind): "
      return line.hasPrefix(sign) ? capped(String(line.dropFirst(sign.count)), 400) : nil
    }

    /// `Error in configuration file FILE line N: …` as `FILE:N: …`.
    private static func cited(_ text: String) -> String {
      let sign = "Error in configuration file "
      guard text.hasPrefix(sign) else { return text }
      let rest = text.dropFirst(sign.count)
      guard let colon = rest.firstRange(of: ": ") else { return text }
      let place = rest[..<colon.lowerBound].replacing(" line ", with: ":")
      return String(place + rest[colon.lowerBound...])
    }
  }

  private static func result(
    _ check: Check,
    _ comparison: SettingComparison
  ) -> OperationResult {
    let said = check.errors + check.warnings
    let isAsked = comparison.matched + comparison.mismatched.count > 0
    var summary = "Dovecot finds nothing wrong with its configuration."
    if let first = said.first {
      summary = "Dovecot has \(counted(said.count, "complaint")): \(capped(first, 140))."
    }
    if isAsked, check.errors.isEmpty { summary += " " + comparison.summary }
    return OperationResult(
      [
        ok(said.isEmpty), complaints(Array(said.prefix(50))), version(check.version),
        matched(comparison.matched),
        mismatched(
          check.errors.isEmpty
            ? comparison.mismatched : comparison.mismatched.map(untold)
        ),
        actual(comparison.actual),
      ],
      summary: summary
    )
  }

  /// The same setting where an error keeps doveconf from telling any.
  private static func untold(_ mismatch: String) -> String {
    "\(mismatch.prefix { $0 != ":" }): not told, as there is an error"
  }
}
