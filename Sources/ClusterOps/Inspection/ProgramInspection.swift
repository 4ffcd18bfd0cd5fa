internal import Glibc
public import Runbooks

/// Whether the programs that checks need are there: on this machine, and at a vantage of a site.
public enum ProgramInspection {
  /// Looks along PATH, as execvp(3) does.
  ///
  /// - Parameter known: programs that are looked for elsewhere.
  public static func here(
    _ place: NeededPrograms.Place,
    but known: Set<String> = [],
    path: String = CommandEnvironment.current().variables["PATH"] ?? ""
  ) -> [Inspection] {
    var place = place
    for program in known { place.programs[program] = nil }
    let missing = place.names.filter { !isThere($0, along: path) }
    return findings(missing, of: place, at: "here")
  }

  /// Whether a program can be started by that name, as execvp(3) would.
  public static func isThere(
    _ name: String,
    along path: String = CommandEnvironment.current().variables["PATH"] ?? ""
  ) -> Bool {
    guard !name.contains("/") else { return access(name, X_OK) == 0 }
    return path.split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// Tries the way to a vantage, then asks there for the programs; each within ten seconds.
  public static func look(
    at vantage: SiteVantage,
    for place: NeededPrograms.Place,
    by runner: CommandRunner = CommandRunner()
  ) async -> [Inspection] {
    do throws(OperationFailure) {
      let outcome = try await runner.look(vantage.argv(["true"]))
      guard outcome.ending == .exited(0) else {
        throw VantageFailure.unreachable(vantage, outcome)
      }
      guard !place.programs.isEmpty else { return [.has("it answers", at: vantage.name)] }
      let asked = try await runner.look(vantage.argv(["sh", "-c", script, "sh"] + place.names))
      // Only a whole answer says that what it does not name is there.
      let lines = asked.stdoutText.split(separator: "\n").map(String.init)
      guard asked.ending == .exited(0), lines.last == end else {
        return [
          .lacks(
            "it answers, and which programs are there could not be found out",
            "Run by hand: \(capped(CommandText.render(vantage.argv(["sh", "-c", "command -v sh"])), 200))",
            at: vantage.name
          )
        ]
      }
      let missing = place.names.filter { Set(lines.dropLast()).contains($0) }
      return [.has("it answers", at: vantage.name)]
        + findings(missing, of: place, at: vantage.name)
    } catch {
      return [.lacks(error, at: vantage.name)]
    }
  }

  /// Prints those of its arguments that are no program, then a line that ends the answer.
  private static let script =
    #"for p in "$@"; do command -v "$p" >/dev/null || printf '%s\n' "$p"; done; echo '[end of list]'"#
  private static let end = "[end of list]"

  private static func findings(
    _ missing: [String],
    of place: NeededPrograms.Place,
    at name: String
  ) -> [Inspection] {
    let there = place.names.filter { !missing.contains($0) }
    let known =
      there.isEmpty ? [] : [Inspection.has("has " + there.joined(separator: ", "), at: name)]
    return known
      + missing.map { program in
        let count = place.programs[program]?.count ?? 0
        return .lacks(
          "no \(capped(program, 60)): \(count == 1 ? "1 check needs" : "\(count) checks need") it",
          (name == "here" ? "Install it" : "Install it there")
            + "\(ProgramPackage.hint(of: program)).",
          at: name
        )
      }
  }
}
