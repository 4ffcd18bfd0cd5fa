/// Something the console can do to the world, real or simulated.
///
/// The engine announces an operation in the journal before it performs it and
/// records the end after; an operation itself records nothing.
public protocol Operation: Sendable {
  /// Name, parameters, results, risk: what lint and the catalogue know.
  var declaration: OperationDeclaration { get }

  /// Whether all it does is done by commands that are on record before they begin.
  var isSupervised: Bool { get }

  /// The exact commands or requests that ``perform(_:in:)`` will make, in order.
  ///
  /// Pure: it is shown to a person before anything happens and is what an
  /// approval binds.
  func plan(_ arguments: Arguments, for site: Site) throws(OperationFailure) -> [PlannedAction]

  /// Does it in the world of the context: in its simulation where it has one, else in the real one.
  ///
  /// Both take the same parameters, give the same results and refuse the same.
  func perform(
    _ arguments: Arguments,
    in context: OperationContext
  ) async throws(OperationFailure) -> OperationResult
}

extension Operation {
  public var isSupervised: Bool { false }
}

/// What the catalogue says of an operation.
public struct OperationDeclaration: Sendable, Hashable {
  public struct Parameter: Sendable, Hashable {
    public let name: String
    public let type: ValueType
    public let isRequired: Bool
    /// What is taken where a step gives none, as a person writes it; nil: there is no default.
    public let standard: String?
    /// The texts that are allowed; empty: all are.
    public let choices: [String]
    /// Whether it names a vantage: `here`, `pod`, or one that the site names.
    public let isVantage: Bool
    public let help: String

    public init(
      _ name: String,
      _ type: ValueType,
      required: Bool = false,
      standard: String? = nil,
      choices: [String] = [],
      isVantage: Bool = false,
      help: String
    ) {
      self.name = name
      self.type = type
      self.isRequired = required
      self.standard = standard
      self.choices = choices
      self.isVantage = isVantage
      self.help = help
    }
  }

  public struct Result: Sendable, Hashable {
    public let name: String
    public let type: ValueType
    public let help: String

    public init(_ name: String, _ type: ValueType, help: String) {
      self.name = name
      self.type = type
      self.help = help
    }
  }

  public let name: OperationName
  /// One sentence.
  public let summary: String
  public let parameters: [Parameter]
  /// Every result is always present when the operation succeeds.
  public let results: [Result]
  public let risk: Risk
  /// Whether doing it twice is the same as doing it once, so that an unknown
  /// outcome may be settled by doing it again, and saying so.
  public let isRepeatable: Bool

  public init(
    name: OperationName,
    summary: String,
    parameters: [Parameter],
    results: [Result],
    risk: Risk,
    isRepeatable: Bool
  ) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.results = results
    self.risk = risk
    self.isRepeatable = isRepeatable
  }
}

/// One command or request as it will be made.
public struct PlannedAction: Sendable, Hashable, Codable {
  /// The argument vector, e.g. `["kubectl", "-n", "mail", …]`.
  public let argv: [String]
  /// What standard input will carry, in words, e.g. `the queue IDs selected, one a line`.
  public let standardInput: String?

  public init(argv: [String], standardInput: String? = nil) {
    self.argv = argv
    self.standardInput = standardInput
  }
}

/// The arguments of an operation, resolved and checked against its declaration.
public struct Arguments: Sendable, Hashable {
  public let values: [String: Value]

  public init(_ values: [String: Value]) { self.values = values }

  public subscript(name: String) -> Value? { values[name] }
}

/// What an operation found or did.
public struct OperationResult: Sendable, Hashable {
  /// The declared results, all of them.
  public let values: [String: Value]
  /// One sentence for the operator: `3,000 messages held`.
  public let summary: String
  /// Material to keep beside the streamed output, by name.
  public let evidence: [Evidence]
  /// What could not be found out; nil: everything that was asked was answered.
  public let doubt: Doubt?

  public init(
    values: [String: Value],
    summary: String,
    evidence: [Evidence] = [],
    doubt: Doubt? = nil
  ) {
    self.values = values
    self.summary = summary
    self.evidence = evidence
    self.doubt = doubt
  }
}

/// Bytes kept as proof, stored under their digest.
public struct Evidence: Sendable, Hashable {
  /// What it is, e.g. `queue before`.
  public let name: String
  /// IANA media type, e.g. `application/json`.
  public let mediaType: String
  public let bytes: [UInt8]

  public init(name: String, mediaType: String, bytes: [UInt8]) {
    self.name = name
    self.mediaType = mediaType
    self.bytes = bytes
  }
}

/// Why an operation did not succeed, in words for an operator.
public struct OperationFailure: Error, Sendable, Hashable, Codable {
  /// What is known of the effect on the world.
  public enum Effect: String, Sendable, Hashable, Codable {
    /// Nothing was changed.
    case none
    /// A part happened and the rest did not; the message says which.
    case partial
    /// It may have happened in part or whole; nobody may assume either.
    case unknown
  }

  public enum Reason: String, Sendable, Hashable, Codable {
    /// The arguments or the state of the world do not allow it.
    case refused
    /// The command ran and failed.
    case failed
    /// It took longer than allowed and was ended.
    case timedOut
    /// The cluster, host or program could not be reached.
    case unreachable
    /// The run or the operator stopped it.
    case cancelled
    /// What came back could not be understood.
    case malformed
    /// What was read does not suffice to judge: cut off, or understood only in part.
    case undetermined
  }

  public let reason: Reason
  /// What is wrong, on what.
  public let message: String
  /// What to do next.
  public let advice: String
  public let effect: Effect

  public init(_ reason: Reason, _ message: String, advice: String, effect: Effect) {
    self.reason = reason
    self.message = message
    self.advice = advice
    self.effect = effect
  }
}

/// What an operation may use while it works.
public struct OperationContext: Sendable {
  public let site: Site
  /// The simulated world that is acted on; nil: the real one is.
  public let simulation: Simulation?
  /// How long this attempt may take.
  public let timeout: Duration
  /// The secrets of the run; where it holds any, no output may reach a file unredacted.
  public let secrets: SecretVault
  /// Takes output as it appears, in the order of arrival; bounded by the receiver.
  public let output: @Sendable ([UInt8]) async -> Void
  /// Keeps commands on record; nil for a reading outside an attempt, which leaves nothing behind.
  public let custody: Custody?
  /// The time as whoever performs the attempt sees it.
  public let clock: any RunClock

  public init(
    site: Site,
    timeout: Duration,
    simulation: Simulation? = nil,
    custody: Custody? = nil,
    secrets: SecretVault = SecretVault(),
    clock: any RunClock = SystemRunClock(),
    output: @escaping @Sendable ([UInt8]) async -> Void
  ) {
    self.simulation = simulation
    self.clock = clock
    self.site = site
    self.timeout = timeout
    self.custody = custody
    self.secrets = secrets
    self.output = output
  }
}
