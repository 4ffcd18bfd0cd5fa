internal import Runbooks

/// What is left to do of an operation: run a command and decide on its outcome, or be done.
///
/// A procedure decides and does not act, so the same one drives the real
/// cluster and the simulated one, and twin and original cannot drift apart.
indirect enum Procedure {
  case run(Request, then: (CommandOutcome) throws(OperationFailure) -> Procedure)
  case done(OperationResult)
}

/// A command of an operation, as planned and with what is known only when it runs.
struct Request: Sendable {
  var argv: [String]
  /// What standard input will carry, in words.
  var inputDescription: String?
  var input: [UInt8] = []
  /// Bytes of standard output to keep for the decision.
  var keep = 1 << 20
  /// Whether it may change the world.
  var changes = false
  /// Whether standard output may be shown and recorded as it appears.
  var streams = true
  /// Whether the output of a program in a container ends with ``EndMark``.
  var isMarked = false
  /// Takes standard output piece by piece, for what must not be kept whole.
  var sink: (@Sendable ([UInt8]) -> Void)?

  init(
    _ argv: [String],
    inputDescription: String? = nil,
    keep: Int = 1 << 20,
    changes: Bool = false,
    streams: Bool = true
  ) {
    self.argv = argv
    self.inputDescription = inputDescription
    self.keep = keep
    self.changes = changes
    self.streams = streams
  }

  /// The command as it is announced.
  var planned: PlannedAction { PlannedAction(argv: argv, standardInput: inputDescription) }

  /// The same command with its input at hand.
  func feeding(_ input: [UInt8]) -> Request {
    var request = self
    request.input = input
    return request
  }

  /// The same command with a receiver for its output.
  func sending(to sink: @escaping @Sendable ([UInt8]) -> Void) -> Request {
    var request = self
    request.sink = sink
    return request
  }
}

/// What a procedure may know when it begins.
struct ProcedureContext: Sendable {
  let site: Site
  /// Seconds since 1970-01-01T00:00:00Z in the world it works in.
  let now: Int
}
