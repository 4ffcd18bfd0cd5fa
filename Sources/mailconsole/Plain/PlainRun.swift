internal import Runbooks

/// A run as lines of text: for pipes, `TERM=dumb`, screen readers and logs.
enum PlainRun {
  /// One line for an event, printed once it is committed: number, time, what happened.
  static func line(_ entry: JournalEntry) -> String {
    let time = entry.wall.description.dropFirst(11).prefix(8)
    return "\(String(entry.sequence).padding(to: 5))\(time)  \(entry.event.type.padding(to: 20))"
      + entry.event.line
  }

  /// What a run waits for, in words that say what to do.
  ///
  /// - Parameters:
  ///   - operators: who holds which roles in the run.
  ///   - comeBack: what the command that goes on must be given besides the run.
  static func waiting(
    _ status: RunStatus,
    run: RunID,
    among operators: [RunOperator] = [],
    comeBack: [String] = []
  ) -> [String] {
    switch status {
    case .notCreated, .running: []
    case .paused(let by, let reason):
      [
        "\(run) is paused by \(by): \(reason)",
        "Take the pause back with:  "
          + CommandText.render(["mailconsole", "attach", run.name, "--continue"] + comeBack)
          + (RunState.isGuardrail(by)
            ? "\nWhere it fails still, say why as well:  --because REASON" : ""),
      ]
    case .ended(let outcome, let summary): ["\(run) \(outcome.rawValue): \(summary)"]
    case .waiting(let items), .unknown(let items):
      items.map { item in
        let whom = RoleNames.text(item.roles, among: operators)
        return "\(run) waits for \(whom) at \(item.step) (\(word(item))): \(item.what)"
      } + [LeavingWords.back(to: run, comeBack)]
    }
  }

  static func word(_ item: WaitingItem) -> String {
    switch item.kind {
    case .manual: "a task"
    case .answer: "an answer"
    case .runbook: "another runbook"
    case .run: "the end of its run"
    case .release: "a go"
    case .secret: "a secret, which no process holds any more or yet"
    case .approval: "a sign-off"
    case .failure: "it failed: \(list(item.choices))"
    case .unknown: "outcome unknown: look, then \(list(item.choices))"
    }
  }

  /// `retry, skip or abort`
  private static func list(_ choices: [String]) -> String {
    guard let last = choices.last, choices.count > 1 else { return choices.joined() }
    return choices.dropLast().joined(separator: ", ") + " or " + last
  }

  /// The exit status a run's state stands for.
  static func exitStatus(_ status: RunStatus) -> ExitStatus {
    switch status {
    case .ended(.completed, _): .done
    case .ended: .findings
    case .unknown: .unknown
    case .waiting(let items): items.contains { $0.kind == .failure } ? .findings : .waiting
    case .notCreated, .running, .paused: .waiting
    }
  }
}
