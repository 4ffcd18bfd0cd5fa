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
      let actual = SettingComparison.settings(outcome.stdoutText)
      let comparison = SettingComparison(expected, actual, of: "Postfix")
      return .done(
        OperationResult(
          [
            Self.matched(comparison.matched), Self.mismatched(comparison.mismatched),
            Self.actual(comparison.actual),
          ],
          summary: comparison.summary
        )
      )
    }
  }
}
