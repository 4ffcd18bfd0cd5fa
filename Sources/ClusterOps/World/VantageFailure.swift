internal import Runbooks

/// Why nothing can be found out from a vantage; never evidence either way.
enum VantageFailure {
  /// The way to it does not lead there.
  static func unreachable(
    _ vantage: SiteVantage,
    _ outcome: CommandOutcome,
    effect: OperationFailure.Effect = .none
  ) -> OperationFailure {
    let said = StandardError(outcome.stderr).telling.last.map { ": \(capped($0))" } ?? ""
    return OperationFailure(
      undetermined: "the vantage \(vantage.name) cannot be reached",
      Doubt(
        .end,
        "`\(capped(CommandText.render(vantage.argv(["true"])), 120))` fails\(said)",
        advice: "Run that command by hand; mend the way there or `vantages` in site.yaml, then "
          + "retry."
      ),
      effect: effect
    )
  }

  /// The program is not there.
  static func missing(_ program: String, at vantage: SiteVantage) -> OperationFailure {
    OperationFailure(
      undetermined: "the program \(capped(program, 60)) is not at the vantage \(vantage.name)",
      Doubt(
        .end,
        "nothing was looked at",
        advice: "Install it there\(ProgramPackage.hint(of: program)), then retry."
      )
    )
  }
}
