/// The clock of a simulated world that moves by itself, `clock.json` beside the world.
///
/// It holds a moment of the world, when it was set by the machine's clock that never jumps, and the
/// pace. After a restart of the machine it stands, until it is set anew.
public struct WorldClock: Sendable, Hashable, Codable {
  /// How many seconds of the world pass in one; 0: it stands.
  public let pace: Int
  /// A moment of the world in milliseconds.
  private let world: Int64
  /// Nanoseconds since boot, time asleep included.
  private let set: Int64
  private let boot: String

  /// The fastest pace.
  public static let fastest = 600

  /// A clock that shows a moment of the world now.
  public init(showing moment: Moment, pace: Int, by clock: any RunClock) {
    self.pace = min(max(0, pace), Self.fastest)
    world = moment.milliseconds
    set = clock.read().monotonicNanoseconds
    boot = clock.bootID
  }

  /// What it shows now.
  public func moment(by clock: any RunClock) -> Moment {
    guard pace > 0, clock.bootID == boot else { return Moment(milliseconds: world) }
    let passed = max(0, clock.read().monotonicNanoseconds - set)
    return Moment(milliseconds: world + passed / 1_000_000 * Int64(pace))
  }

  /// How long it is until it shows a moment; nil: it stands, so that it never does.
  public func time(until moment: Moment, by clock: any RunClock) -> Duration? {
    let left = moment.since(self.moment(by: clock))
    guard left > .zero else { return .zero }
    guard pace > 0, clock.bootID == boot else { return nil }
    return left / pace
  }
}

extension SharedWorld {
  private var clockFile: String { directory + "/clock.json" }

  /// The clock of the world; nil: it has none, and time passes with the work.
  public func clock() -> WorldClock? {
    guard SystemFiles.length(of: clockFile) != nil,
      let bytes = try? SystemFiles.contents(of: clockFile)
    else { return nil }
    return try? RecordCoding.decode(WorldClock.self, from: bytes)
  }

  /// The world as the last one left it, at the time that its clock shows; nil: nobody has acted on it yet.
  ///
  /// For those who only look: the file is replaced as a whole, so that no turn is waited for.
  ///
  /// - Parameter first: the world where nobody has acted on it yet.
  public func look(
    orElse first: SimulatedWorld? = nil,
    by clock: any RunClock = SystemRunClock()
  ) throws(JournalError) -> SimulatedWorld? {
    var found = first
    if SystemFiles.length(of: file) != nil {
      found = try RecordCoding.decode(
        SimulatedWorld.self,
        from: try SystemFiles.contents(of: file)
      )
    }
    guard var world = found else { return nil }
    if let shown = self.clock()?.moment(by: clock) {
      world.now = max(world.now, Int(shown.milliseconds / 1_000))
    }
    return world
  }

  /// Sets the clock of the world, for all who act on it.
  public func set(_ clock: WorldClock) throws(JournalError) {
    try SystemFiles.replace(clockFile, in: directory, with: try RecordCoding.encode(clock))
  }
}
