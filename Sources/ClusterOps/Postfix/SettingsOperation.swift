internal import Runbooks

/// `postfix.settings`: settings in effect against those expected.
struct SettingsOperation: CommandOperation {
  private static let expect = Parameter<[ExpectedSetting]>(
    "expect",
    check: { settings, name throws(OperationFailure) in
      guard !settings.isEmpty else { throw ExpectedSetting.refusal("", name) }
      return settings
    },
    help: "`name=value`; white space and commas between words count as one space"
  )

  private static let matched = ResultField<Int>("matched", help: "settings that are as expected")
  private static let mismatched = ResultField<[String]>(
    "mismatched",
    help: "the others, e.g. `name: is …, expected …`"
  )
  private static let actual = ResultField<[String]>(
    "actual",
    help: "every setting asked for, as `name=value`"
  )

  let declaration = OperationDeclaration(
    "postfix.settings",
    "Compares settings that Postfix has in effect with those expected.",
    parameters: [expect],
    results: [matched, mismatched, actual],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [.postfix(["postconf"] + (try call[Self.expect].map(\.name)), on: call.site)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let expected = try call[Self.expect]
    return .run(commands[0]) { outcome throws(OperationFailure) in
      try PostfixFailure.require(outcome, of: commands[0])
      var actual: [String: String] = [:]
      for line in outcome.stdoutText.split(separator: "\n") {
        guard let equals = line.firstIndex(of: "=") else { continue }
        actual[String(line[..<equals].trimmingSpaces)] = ExpectedSetting.plain(
          line[line.index(after: equals)...]
        )
      }
      let mismatched = expected.compactMap { setting -> String? in
        let (name, value) = (setting.name, setting.value)
        guard let found = actual[name] else { return "\(name): Postfix does not have it" }
        guard found != value else { return nil }
        return "\(name): is ‘\(capped(found, 120))’, expected ‘\(capped(value, 120))’"
      }
      let matched = expected.count - mismatched.count
      return .done(
        OperationResult(
          [
            Self.matched(matched), Self.mismatched(mismatched),
            Self.actual(
              expected.compactMap { setting in
                actual[setting.name].map { capped("\(setting.name)=\($0)", 400) }
              }
            ),
          ],
          summary: mismatched.isEmpty
            ? matched == 1
              ? "The setting is as expected." : "All \(matched) settings are as expected."
            : "\(counted(mismatched.count, "setting")) not as expected: "
              + "\(capped(mismatched[0], 140))."
        )
      )
    }
  }
}

/// A setting of main.cf as somebody expects it, written `name=value`.
private struct ExpectedSetting: ArgumentContent {
  let name: String
  let value: String

  static var type: ValueType { .string }
  var words: String { "\(name)=\(value)" }

  init(argument: Value?, of parameter: String, on site: Site) throws(OperationFailure) {
    let text = try String(argument: argument, of: parameter, on: site)
    guard let equals = text.firstIndex(of: "=") else { throw Self.refusal(text, parameter) }
    name = String(text[..<equals].trimmingSpaces)
    value = Self.plain(text[text.index(after: equals)...])
    let isName = name.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0)
        || $0 == UInt8(ascii: "_")
    }
    guard !name.isEmpty, isName else { throw Self.refusal(text, parameter) }
  }

  static func refusal(_ text: String, _ parameter: String) -> OperationFailure {
    OperationFailure(
      .refused,
      "‘\(capped(text, 60))’ in `\(parameter)` is not a setting",
      advice: "Write `name=value`, e.g. `smtpd_tls_auth_only=yes`.",
      effect: .none
    )
  }

  /// A value with commas and white space between its words as one space; Postfix
  /// reads both as separators (postconf(5)).
  fileprivate static func plain(_ text: some StringProtocol) -> String {
    text.split { $0.isWhitespace || $0 == "," }.joined(separator: " ")
  }
}
