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

  /// Who drives in which process; nil where no process holds the run.
  static func driving(_ summary: RunSummary) -> String? {
    summary.runner.map { runner in
      let process = "(process \(runner.pid))"
      return summary.driver.map { "driven by \($0) \(process)" }
        ?? "held by a runner \(process), nobody drives"
    }
  }

  private static func line(_ summary: RunSummary) -> String {
    let place = summary.created.map { "\($0.site)/\($0.mode.rawValue)" } ?? "?"
    let standing =
      summary.status.map {
        RunSign($0, among: summary.created?.operators ?? [], glyphs: .unicode).words
      } ?? summary.problem
    return summary.run.name.padding(to: 42) + place.padding(to: 20) + (standing ?? "")
      + (driving(summary).map { ", \($0)" } ?? "")
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
  /// The process that performs the run; absent where none does.
  let runner: Int32?
  let driver: String?
  let problem: String?

  init(_ summary: RunSummary) {
    run = summary.run.name
    runbook = summary.created?.runbook.name
    site = summary.created?.site
    world = summary.created?.mode.rawValue
    standing =
      summary.status.map {
        RunSign($0, among: summary.created?.operators ?? [], glyphs: .unicode).words
      } ?? "unreadable"
    events = summary.events
    runner = summary.runner?.pid
    driver = summary.driver
    problem = summary.problem
  }
}
