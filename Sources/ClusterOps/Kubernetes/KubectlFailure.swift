internal import Runbooks

/// Turns what kubectl says when it fails into what is wrong, on what, and what to do next.
///
/// Standard error is read by kind of line (``StandardError``), the complaint is recognised by a
/// ``KubectlRule``; each of these is proven by a recorded message in the tests.
enum KubectlFailure {
  /// The failure that a command's end means, or nil where the program in the
  /// container, not kubectl, ended badly.
  static func classify(
    _ outcome: CommandOutcome,
    of command: Command
  ) -> OperationFailure? {
    if isFromContainer(outcome) { return nil }
    let lines = complaints(outcome)
    for rule in KubectlRule.all {
      guard let line = lines.last(where: rule.matches) else { continue }
      // With output, kubectl had got somewhere before it failed.
      let isHarmless = !command.changes || (rule.isBeforeAnything && outcome.stdout.isEmpty)
      return OperationFailure(
        rule.reason,
        "\(verb(command)) failed at the \(rule.hop.rawValue): \(rule.message): \(capped(line))",
        advice: rule.advice,
        effect: isHarmless ? .none : .unknown
      )
    }
    return nil
  }

  /// What kubectl adds when a program in a container ends with another status than 0.
  static let containerSign = "command terminated with exit code "

  /// Whether it is the program in the container that ended badly, not kubectl.
  static func isFromContainer(_ outcome: CommandOutcome) -> Bool {
    outcome.stderrText.contains(containerSign)
  }

  /// Demands success of a command; anything else becomes a failure.
  static func require(
    _ outcome: CommandOutcome,
    of command: Command,
    exits: Set<Int> = [0]
  ) throws(OperationFailure) {
    if case .exited(let status) = outcome.ending, exits.contains(status) { return }
    throw failure(outcome, of: command)
  }

  /// Demands of a reading that ended well that its end mark came; nothing is concluded from
  /// less. A reading that ended badly is a failure of its own.
  static func requireWhole(
    _ outcome: CommandOutcome,
    of command: Command
  ) throws(OperationFailure) {
    guard outcome.isCut, outcome.exit == 0 || isFromContainer(outcome) else { return }
    throw OperationFailure(
      .undetermined,
      "undetermined: the end of what \(program(command)) printed did not arrive, though kubectl "
        + "reports success",
      advice: "Run the step again; if it is cut again, the way to the cluster loses data: use "
        + "another one, or run it on the node.",
      effect: .none
    )
  }

  /// The failure of a command that ended badly, classified or in kubectl's own words.
  static func failure(_ outcome: CommandOutcome, of command: Command) -> OperationFailure {
    if let failure = classify(outcome, of: command) { return failure }
    let how =
      switch outcome.ending {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "signal \(signal)"
      }
    return OperationFailure(
      .failed,
      "\(program(command)) failed with \(how): \(quotation(outcome))",
      advice: "Run the command by hand and read its whole output.",
      effect: command.changes ? .unknown : .none
    )
  }

  /// The program as an operator thinks of it: the one in the container, if any.
  static func program(_ command: Command) -> String {
    guard case .pod = command.vantage else {
      let verb = command.program.first {
        [
          "apply", "cordon", "delete", "diff", "drain", "get", "label", "logs", "rollout",
          "uncordon",
        ].contains($0)
      }
      return verb.map { "kubectl \($0)" } ?? (command.program.first ?? "the command")
    }
    return capped(command.program.prefix(3).joined(separator: " "), 60)
  }

  /// The verb of kubectl, with the program in the container, if any.
  private static func verb(_ command: Command) -> String {
    if case .pod = command.vantage { return "kubectl exec (\(program(command)))" }
    return program(command)
  }

  /// The lines that complain, without kubectl's remark on the status of a program.
  private static func complaints(_ outcome: CommandOutcome) -> [String] {
    StandardError(outcome.stderr).telling.filter { !$0.hasPrefix(containerSign) }
  }

  private static func quotation(_ outcome: CommandOutcome) -> String {
    let lines = complaints(outcome)
    guard let first = lines.first, let last = lines.last else { return "no message" }
    return lines.count == 1 ? capped(last) : "\(capped(first)) … \(capped(last))"
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmingSpaces: SubSequence {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return rest
  }
}
