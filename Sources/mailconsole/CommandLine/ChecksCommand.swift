internal import ArgumentParser
internal import ClusterOps
internal import Foundation
internal import Runbooks

/// `mailconsole checks [NAME…]`
struct ChecksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checks",
    abstract: "Look at the platform: every check, side by side, and what to do where one fails.",
    discussion: """
      Ends with 1 where a check fails, with 3 where none fails and one could not be found out, else \
      with 0: warnings are told and no failure. The last results are kept in the state directory.
      """
  )

  @OptionGroup var site: SiteOptions
  @OptionGroup var library: LibraryOptions

  @Option(help: "live or tabletop. Default: the site's own.")
  var world: World?

  @ArgumentParser.Argument(help: "Checks or groups of them, e.g. queue-age or queue. Default: all.")
  var names: [String] = []

  @Flag(help: "Print only what is other than it was last time.")
  var diff = false

  @Flag(help: "Print what was found last, and look at nothing.")
  var last = false

  @Flag(help: "Print JSON.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Also write the verdicts to a file for Prometheus' textfile collector.",
      valueName: "file"
    )
  )
  var prometheus: String?

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let board = try CheckBoard.open(site, library, world: world)
      let chosen = try board.choose(names)
      var history = board.store.load()
      var changed: Set<CheckID> = []
      if !last {
        let findings = try board.lookAndWait(at: chosen)
        for finding in findings where history.take(finding) { changed.insert(finding.check) }
        do throws(JournalError) {
          try board.keep(findings)
        } catch {
          Output.error("The results could not be kept: \(error)")
        }
      }
      let rows = CheckRow.all(of: chosen, in: history)
      let shown = diff ? rows.filter { changed.contains($0.check.id) } : rows
      if json {
        Output.raw(JSONText.encode(shown.map(\.document)))
      } else {
        CheckText.print(shown, of: rows, on: board.site.name, isDifference: diff)
      }
      if let prometheus { try PrometheusText.write(rows, of: board.site.name, to: prometheus) }
      return Self.status(of: rows)
    }
  }

  /// The exit status of a set of verdicts.
  static func status(of rows: [CheckRow]) -> ExitStatus {
    let worst = rows.map(\.entry.verdict).max() ?? .pass
    return switch worst {
    case .fail: .findings
    case .undetermined: .unknown
    case .pass, .warn: .done
    }
  }
}
