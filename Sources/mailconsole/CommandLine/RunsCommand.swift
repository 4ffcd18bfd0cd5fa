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
      let store = try StateDirectory().store()
      let summaries: [RunSummary]
      do throws(JournalError) {
        // What an exercise under way has in store is its facilitator's alone.
        summaries = try store.summaries(load: Workplace.pinned).filter { !$0.isSecret }
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
    RunText.line(
      summary.run,
      place: summary.created.map { "\($0.site)/\($0.mode.rawValue)" } ?? "?",
      last: summary.last,
      standing: standing(summary) ?? summary.problem ?? "",
      driving: driving(summary)
    )
  }

  /// Where a run stands, in words; nil where that is not known.
  fileprivate static func standing(_ summary: RunSummary) -> String? {
    guard let status = summary.status else { return nil }
    if status == .running, summary.runner == nil, !summary.underWay.isEmpty {
      return "no runner; \(summary.underWay.map(\.name).joined(separator: ", ")) is open"
    }
    return RunSign(
      status,
      isHeld: summary.runner != nil,
      among: summary.created?.operators ?? [],
      glyphs: .unicode
    ).words
  }
}

/// A run as `--json` shows it.
struct RunRow: Encodable {
  /// Where a run stands, for programs.
  enum State: String, Encodable, CaseIterable {
    case neverBegun = "never-begun"
    case running
    /// It has something to do, and no process holds it.
    case noRunner = "no-runner"
    case waiting, paused
    case outcomeUnknown = "outcome-unknown"
    case completed, failed, aborted
    /// Its record does not hold or cannot be read.
    case damaged

    init(_ summary: RunSummary) {
      self =
        switch summary.status {
        case nil: .damaged
        case .notCreated?: .neverBegun
        case .running?: summary.runner == nil ? .noRunner : .running
        case .waiting?: .waiting
        case .unknown?: .outcomeUnknown
        case .paused?: .paused
        case .ended(.completed, _)?: .completed
        case .ended(.failed, _)?: .failed
        case .ended(.aborted, _)?: .aborted
        }
    }
  }

  /// Something that waits for a person.
  struct Waiting: Encodable {
    let step: String
    let kind: WaitingItem.Kind
    let roles: [String]
    /// The operators who hold one of the roles.
    let people: [String]
    let what: String
  }

  let run: String
  let runbook: String?
  let site: String?
  let world: String?
  let state: State
  /// The same in words, for people.
  let standing: String
  /// Who began it.
  let by: String?
  /// When the first and the last event were recorded, RFC 3339 in UTC.
  let began: String?
  let last: String?
  let waitsFor: [Waiting]
  /// Steps with an attempt under way or left open.
  let underWay: [String]
  let events: Int64
  /// The process that performs the run; absent where none does.
  let runner: Int32?
  let driver: String?
  let problem: String?

  init(_ summary: RunSummary) {
    let operators = summary.created?.operators ?? []
    run = summary.run.name
    runbook = summary.created?.runbook.name
    site = summary.created?.site
    world = summary.created?.mode.rawValue
    state = State(summary)
    standing = RunsCommand.standing(summary) ?? "unreadable"
    by = summary.created?.by
    began = summary.began?.description
    last = summary.last?.description
    waitsFor =
      summary.status?.items.map { item in
        Waiting(
          step: item.step.name,
          kind: item.kind,
          roles: item.roles.map(\.name),
          people: operators.filter { !Set($0.roles).isDisjoint(with: item.roles) }.map(\.name),
          what: item.what
        )
      } ?? []
    underWay = summary.underWay.map(\.name)
    events = summary.events
    runner = summary.runner?.pid
    driver = summary.driver
    problem = summary.problem
  }
}

extension RunStatus {
  /// What waits for people.
  fileprivate var items: [WaitingItem] {
    switch self {
    case .waiting(let items), .unknown(let items): items
    default: []
    }
  }
}

extension RunSummary {
  /// Whether it is an exercise under way, whose steps are what is to come.
  var isSecret: Bool { created?.runbook.exercise != nil && status?.isOpen == true }
}
