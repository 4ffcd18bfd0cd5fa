internal import ArgumentParser
internal import Runbooks
internal import TUI

/// `mailconsole runs`
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs, the newest first, and what each waits for."
  )

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let store = RunStore(state: StateDirectory().path)
      let summaries: [RunSummary]
      do throws(JournalError) {
        summaries = try store.summaries(load: Workplace.pinned)
      } catch {
        throw CommandFailure(.io, "\(error)")
      }
      if json {
        Output.raw(JSONText.encode(summaries.map(RunRow.init)))
      } else if summaries.isEmpty {
        Output.line("There are no runs in \(store.state).")
      } else {
        for summary in summaries { Output.line(Self.line(summary)) }
      }
      return summaries.contains { $0.problem != nil } ? .findings : .done
    }
  }

  private static func line(_ summary: RunSummary) -> String {
    let place = summary.created.map { "\($0.site)/\($0.mode.rawValue)" } ?? "?"
    let standing = summary.status.map { RunSign($0, glyphs: .unicode).words } ?? summary.problem
    let driver = summary.driver.map { ", driven by \($0.name) (process \($0.pid))" } ?? ""
    return summary.run.name.padding(to: 42) + place.padding(to: 20) + (standing ?? "") + driver
  }
}

/// A run as `--json` shows it.
struct RunRow: Encodable {
  let run: String
  let runbook: String?
  let site: String?
  let world: String?
  let standing: String
  let events: Int64
  let driver: String?
  let problem: String?

  init(_ summary: RunSummary) {
    run = summary.run.name
    runbook = summary.created?.runbook.name
    site = summary.created?.site
    world = summary.created?.mode.rawValue
    standing = summary.status.map { RunSign($0, glyphs: .unicode).words } ?? "unreadable"
    events = summary.events
    driver = summary.driver?.name
    problem = summary.problem
  }
}
