internal import Runbooks

// How a simulated world goes on between looks.

extension Scene {
  /// What goes on, in the order in which a minute passes for it.
  private static let progress: [any Progress.Type] = [
    DaemonProgress.self,
    KubernetesProgress.self,
    CertificateProgress.self,
    ResticProgress.self,
    ClamAVProgress.self,
    PostfixProgress.self,
  ]

  /// The most that is worked out at one look: fourteen days.
  static let mostAtOnce = 14 * 86_400

  /// Fields of the state that the world keeps of itself, and that nothing else may change.
  static let own: Set = ["goes_on", "advanced", "began", "origin_seed", "inbox", "injects"]

  /// The scenario's seed, as it was when the world began to go on.
  private var originSeed: UInt64 {
    UInt64(bitPattern: Int64(world.state["origin_seed"]?.int ?? 0))
  }

  /// Lets what goes on by itself happen up to now; nothing in a world that does not go on.
  ///
  /// - Returns: why that is not done yet: more time has passed than is worked out at one look. What was
  ///   worked out is kept, so that looking again gets there.
  mutating func advance() -> OperationFailure? {
    guard goesOn else { return nil }
    begin()
    let now = world.now
    let done = WorldMinute.over(at: world.state["advanced"]?.int ?? now)
    let last = min(WorldMinute.over(at: now), done + Self.mostAtOnce)
    guard last > done else { return nil }
    pass(from: done, to: last)
    world.now = now
    world.state["advanced"] = .integer(last)
    let left = WorldMinute.over(at: now) - last
    guard left > 0 else { return nil }
    return OperationFailure(
      .undetermined,
      "the simulated world has stood still for long, and \(counted(left / 86_400 + 1, "day")) of it "
        + "are not worked out yet",
      advice: "Do it again: each time \(Self.mostAtOnce / 86_400) days are worked out.",
      effect: .none
    )
  }

  /// Lets minutes pass, but for those in which nothing can happen.
  private mutating func pass(from done: Int, to last: Int) {
    var parts = Self.progress.compactMap { $0.init(self) }
    guard !parts.isEmpty else { return }
    func following(_ minute: Int) -> Int {
      let next = parts.compactMap { $0.next(after: minute, in: self) }.min() ?? Int.max
      return max(minute + WorldMinute.length, WorldMinute.holding(next))
    }
    let seed = originSeed
    var minute = following(done)
    while minute <= last {
      let passing = WorldMinute(end: minute, seed: seed)
      world.now = minute
      for place in parts.indices {
        source = passing.chance(type(of: parts[place]).name)
        parts[place].pass(passing, in: &self)
      }
      minute = following(minute)
    }
    source = nil
    for place in parts.indices { parts[place].finish(in: &self) }
  }

  /// The beginning: from here spans are counted, unless whoever made the world said from where.
  private mutating func begin() {
    guard world.state["began"] == nil else { return }
    let began = world.state["advanced"]?.int ?? world.now
    world.state["began"] = .integer(began)
    world.state["advanced"] = .integer(WorldMinute.over(at: began))
    if world.state["origin_seed"]?.int == nil {
      world.state["origin_seed"] = .integer(Int(truncatingIfNeeded: world.seed))
    }
    settle(at: began, because: "the beginning")
  }

  /// Makes moments of the spans that a scenario or an inject tells, and messages and pods of what
  /// stands for them, so that no look has to.
  mutating func settle(at moment: Int, because cause: String) {
    guard goesOn else { return }
    let now = world.now
    defer {
      world.now = now
      source = nil
    }
    world.now = moment
    state = RelativeField.settled(state, at: moment)
    let minute = WorldMinute(end: moment, seed: originSeed)
    for part in Self.progress {
      source = minute.chance("\(part.name), \(cause)")
      part.settle(&self)
    }
  }

  /// A number by chance for what leaves nothing behind, so that who merely looks draws from nobody.
  mutating func passingChance(_ purpose: String) -> UInt64 {
    guard goesOn else { return chance() }
    var own = WorldMinute(end: world.now, seed: originSeed).chance(purpose)
    return own.next()
  }

  /// A number by chance that belongs to a thing of a name.
  func lot(_ name: String) -> UInt64 {
    var own = SplitMix64(state: WorldMinute.mix(originSeed, 0, name))
    return own.next()
  }
}
