internal import Runbooks

/// A daemon of the mail pod beside Postfix: its name in a sentence, and the container its programs
/// are in.
///
/// Its programs run in its own container, each bounded by timeout(1): a daemon that hangs would keep
/// them for ever.
struct PodService: Sendable {
  /// As an operator says it, e.g. `Redis`.
  let name: String
  /// Where a step names the container.
  let container: Parameter<String>

  /// How long one of its programs may take, in seconds.
  private static let patience = 10

  /// - Parameter standard: the container in `deploy/`, where a step names no other.
  init(_ name: String, container standard: String) {
    self.name = name
    container = Parameter<String>(
      "container",
      default: standard,
      check: KubernetesName.check("a container"),
      help: "container of the pod that \(name) runs in"
    )
  }

  /// A program in the daemon's container, as a step asks for it.
  func command(
    _ program: [String],
    _ call: Call,
    inputDescription: String? = nil,
    changes: Bool = false,
    streams: Bool = true,
    seconds: Int = patience
  ) throws(OperationFailure) -> Command {
    Command(
      Probe.bounded(program, seconds: seconds),
      from: .pod(container: try call[container]),
      on: call.site,
      inputDescription: inputDescription,
      changes: changes,
      streams: streams
    )
  }

  /// How a program ended, once it is known that it ran and that what it printed came whole.
  ///
  /// - Throws: where kubectl failed, where the container lacks the program, and where more was
  ///   printed than is kept: then nothing is known of the daemon.
  func exit(of outcome: CommandOutcome, _ command: Command) throws(OperationFailure) -> Int {
    guard outcome.ending == .exited(0) || KubectlFailure.isFromContainer(outcome) else {
      throw KubectlFailure.failure(outcome, of: command)
    }
    // As timeout(1) and sh(1) end for a program that is not there, or cannot be run.
    if outcome.exit == 126 || outcome.exit == 127 {
      let program = Probe.inner(command.program).first ?? ""
      throw OperationFailure(
        undetermined: "\(name) was not asked",
        Doubt(
          .end,
          "the program \(capped(program, 60)) cannot be run in its container",
          advice: "Give the container that has it with `container`, or deploy an image that has it."
        )
      )
    }
    // What is taken as it comes is judged by whoever takes it.
    guard !outcome.isTruncated || command.sink != nil else {
      throw notUnderstood(
        "more was printed than is read",
        effect: command.changes ? .unknown : .none
      )
    }
    return outcome.exit
  }

  /// The whole output of a reading that has to succeed.
  func text(of outcome: CommandOutcome, _ command: Command) throws(OperationFailure) -> String {
    guard try exit(of: outcome, command) == 0 else { throw silent(Self.said(outcome)) }
    return outcome.stdoutText
  }

  /// That the daemon told nothing; no evidence either way.
  func silent(_ why: String, effect: OperationFailure.Effect = .none) -> OperationFailure {
    OperationFailure(
      undetermined: "\(name) told nothing",
      Doubt(
        .end,
        capped(why),
        advice:
          "See with k8s.pods whether its container runs, and what its log says with k8s.logs; "
          + "then retry."
      ),
      effect: effect
    )
  }

  /// That what a program printed is not what is known of it; no evidence either way.
  func notUnderstood(_ why: String, effect: OperationFailure.Effect = .none) -> OperationFailure {
    OperationFailure(
      undetermined: "what \(name) told is not understood",
      Doubt(
        .end,
        capped(why),
        advice: "Run the command by hand and read its output; see that the program is of a known "
          + "version."
      ),
      effect: effect
    )
  }

  /// Why a program failed, in its own words; of one that timeout(1) ended that it hung.
  static func said(_ outcome: CommandOutcome) -> String {
    if outcome.exit == 124 { return "no answer in time" }
    let lines = StandardError(outcome.stderr).telling.filter {
      !$0.hasPrefix(KubectlFailure.containerSign)
    }
    // Some programs complain on standard output.
    let printed = outcome.stdoutText.split(whereSeparator: \.isNewline).first.map(String.init)
    return (lines.last ?? printed).map { capped($0) } ?? "exit status \(outcome.exit)"
  }
}
