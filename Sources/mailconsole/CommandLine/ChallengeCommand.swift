internal import ArgumentParser
internal import Runbooks

/// `mailconsole challenge RUN STEP --by NAME`
struct ChallengeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "challenge",
    abstract: "Print what somebody signs elsewhere to sign a step off.",
    discussion: """
      Where the outcome of the step is unknown, it is what a second person signs to confirm what the
      first one proposed.
      The text goes to standard output, the challenge to compare by voice to standard error. The
      other person signs it with `mailconsole sign` or with `ssh-keygen -Y sign -n mailconsole`;
      `mailconsole submit` hands it in.
      """
  )

  @ArgumentParser.Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var name: String

  @ArgumentParser.Argument(help: ArgumentHelp("The step that waits for sign-off."))
  var step: String

  @Option(help: ArgumentHelp("Who signs.", valueName: "name"))
  var by: String

  @Option(help: ArgumentHelp("What they looked at.", valueName: "text"))
  var comment = ""

  @Option(help: ArgumentHelp("The words that the step asks to be typed.", valueName: "text"))
  var typed: String?

  @Flag(help: "Refuse instead; the comment is the reason.")
  var reject = false

  func run() throws {
    try Command.run { () throws(CommandFailure) in
      let (_, history) = try SubmitCommand.history(of: RunID(name))
      let state = history.state
      let id = StepID(step)
      guard
        let head = history.entries.last?.hash,
        let document = state.signOffDocument(
          of: id,
          by: by,
          reject ? .reject : Self.confirmation(of: id, in: state) ?? .approve,
          comment: comment,
          typed: typed,
          seen: head
        )
      else {
        throw CommandFailure(
          .usage,
          "\(step) of \(name) waits for no sign-off. `mailconsole show \(name)` says what waits."
        )
      }
      guard !document.roles.isEmpty else {
        throw CommandFailure(.usage, "\(by) holds none of the roles that may sign \(step) off.")
      }
      Output.raw(document.text)
      Output.error("challenge \(document.challenge); `mailconsole sign` has to show the same")
      return .done
    }
  }

  /// The confirmation that an unknown outcome waits for; nil: it waits for none.
  private static func confirmation(
    of step: StepID,
    in state: RunState
  ) -> SignOffDocument.Decision? {
    state.subject(of: step)?.proposal.flatMap { .init(confirming: $0.decision) }
  }
}
