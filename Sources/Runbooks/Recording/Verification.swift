/// What checking one run's files against each other has shown.
public struct Verification: Sendable, Hashable {
  /// One thing that is not as it was written.
  public struct Finding: Sendable, Hashable {
    /// The first event it touches; nil when it lies outside every event.
    public let sequence: Int64?
    /// What is wrong, a sentence.
    public let message: String

    public init(_ sequence: Int64?, _ message: String) {
      self.sequence = sequence
      self.message = message
    }
  }

  /// Nil when no event could be read.
  public internal(set) var run: RunID?
  /// How many events are sound, from the first on.
  public internal(set) var soundEvents: Int64 = 0
  /// The end of the sound part; what to hold against a head kept elsewhere.
  public internal(set) var head: ChainHead?
  /// The sound events, in order.
  public internal(set) var entries: [JournalEntry] = []
  /// What they add up to; nil where the record does not hold or its text cannot be read.
  public internal(set) var history: RunHistory?
  /// How many signatures were checked, sound or not.
  public internal(set) var checkedSignatures = 0
  /// The heads that were found elsewhere, and whether they are signed, a phrase each.
  public internal(set) var headsElsewhere: [String] = []
  /// Every signature of the record with what it is meant to be over, by the number of its event.
  var signatures: [Int64: SignedSignOff] = [:]
  /// What is wrong, in the order of the events; findings outside of events last.
  public internal(set) var findings: [Finding] = []
  /// What is unusual and not wrong.
  public internal(set) var remarks: [String] = []
  /// What these files alone cannot show.
  public internal(set) var notRuledOut: [String] = []

  /// Whether nothing is wrong.
  public var isSound: Bool { findings.isEmpty }

  /// The first event that something is wrong with.
  public var firstBadEvent: Int64? { findings.compactMap(\.sequence).min() }
}

extension Verification {
  /// Checks a run: the database, the chain, the replay, the pinned texts, every kept file.
  ///
  /// Reads only. Every byte of a closed journal counts, because its digest as a
  /// file was kept when it was closed (see `head`). While a journal is open,
  /// or after a crash, bytes that SQLite replaces from its log or never reads
  /// carry no information; everything else is checked.
  ///
  /// - Parameters:
  ///   - load: reads the pinned runbook, so that the events can be replayed.
  ///   - outside: heads of the chain that were kept elsewhere.
  public init(
    of directory: RunDirectory,
    outside: OutsideHeads = OutsideHeads(),
    load: (RunbookSource) throws -> Runbook
  ) {
    var check = RunCheck(of: directory)
    check.judge(by: outside, load)
    check.leaveSignatures()
    self = check.result
  }

  /// Checks a run and every signature in it, each at the time it was recorded.
  ///
  /// - Parameters:
  ///   - outside: heads of the chain that were kept elsewhere, given the events that hold, which name where.
  ///   - signatures: says whether a signature is genuine.
  public static func of(
    _ directory: RunDirectory,
    outside: ([JournalEntry]) async -> OutsideHeads = { _ in OutsideHeads() },
    signatures: any SignatureVerifying,
    load: (RunbookSource) throws -> Runbook
  ) async -> Verification {
    var check = RunCheck(of: directory)
    check.judge(by: await outside(check.entries), load)
    await check.checkSignatures(with: signatures)
    await check.checkHeadSignatures(with: signatures)
    return check.result
  }
}
