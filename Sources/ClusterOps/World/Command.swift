internal import Runbooks

/// A command of an operation, as planned and with what is known only when it runs.
struct Command: Sendable {
  /// The program and its arguments as its vantage runs them; never seen by a shell of ours.
  let program: [String]
  let vantage: Vantage
  /// The whole argument vector: the way to the vantage, and the program.
  let argv: [String]
  /// What standard input will carry, in words.
  let inputDescription: String?
  /// Bytes of standard output to keep for the decision.
  let keep: Int
  /// Whether it may change the world.
  let changes: Bool
  /// Whether standard output may be shown and recorded as it appears.
  let streams: Bool
  /// Whether the output ends with ``EndMark``.
  let isMarked: Bool
  /// What standard input carries, as far as it holds no secret.
  private(set) var input: [UInt8] = []
  /// What standard input carries instead where it holds secrets; revealed to the process alone.
  private(set) var secretInput: VeiledText?
  /// Whether it has a meaning in a simulated world alone, and is refused in any other.
  private(set) var isOnlySimulated = false
  /// Takes standard output piece by piece, for what must not be kept whole.
  private(set) var sink: (@Sendable ([UInt8]) -> Void)?

  /// A program to be run from a vantage of a site.
  ///
  /// Reading programs in containers end with ``EndMark``: `kubectl exec` may lose ends.
  init(
    _ program: [String],
    from vantage: Vantage,
    on site: Site,
    inputDescription: String? = nil,
    keep: Int = 1 << 20,
    changes: Bool = false,
    streams: Bool = true
  ) {
    self.program = program
    self.vantage = vantage
    self.inputDescription = inputDescription
    self.keep = keep
    self.changes = changes
    self.streams = streams
    if case .pod = vantage { isMarked = !changes } else { isMarked = false }
    argv = vantage.argv(
      isMarked ? EndMark.argv(program) : program,
      on: site,
      withInput: inputDescription != nil
    )
  }

  /// A program to be run on this machine.
  init(
    here argv: [String],
    inputDescription: String? = nil,
    keep: Int = 1 << 20,
    changes: Bool = false,
    streams: Bool = true
  ) {
    program = argv
    vantage = .here
    self.argv = argv
    self.inputDescription = inputDescription
    self.keep = keep
    self.changes = changes
    self.streams = streams
    isMarked = false
  }

  /// The command as it is announced.
  var planned: PlannedAction { PlannedAction(argv: argv, standardInput: inputDescription) }

  /// The same command with its input at hand.
  func feeding(_ input: [UInt8]) -> Command {
    var command = self
    command.input = input
    return command
  }

  /// The same command with an input that holds secrets.
  func feeding(_ input: VeiledText) -> Command {
    var command = self
    command.secretInput = input
    return command
  }

  /// The same command for simulated worlds alone.
  func onlySimulated() -> Command {
    var command = self
    command.isOnlySimulated = true
    return command
  }

  /// The same command with a receiver for its output.
  func sending(to sink: @escaping @Sendable ([UInt8]) -> Void) -> Command {
    var command = self
    command.sink = sink
    return command
  }
}
