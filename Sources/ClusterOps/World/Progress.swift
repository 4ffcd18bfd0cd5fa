internal import Runbooks

/// What a family does by itself while time passes in a simulated world.
///
/// It is worked out when somebody looks, in steps of a whole minute of the world. What happens in a
/// minute follows from the state, the minute and the scenario's seed alone, so that how often anybody
/// looked in between changes nothing. A value is made of a scene that catches up, sees the minutes
/// in which something may happen, in order, and puts back what it holds at the end.
protocol Progress: Sendable {
  /// Its name, of which its source of chance is made.
  static var name: String { get }

  /// Makes of what a scenario or an inject tells what the state is kept as in a world that goes on.
  ///
  /// The scene's time is the moment that spans are counted from.
  static func settle(_ scene: inout Scene)

  /// nil: nothing of it goes on.
  init?(_ scene: Scene)

  /// The next moment after another at which something may happen; nil: none as things stand.
  func next(after moment: Int, in scene: Scene) -> Int?

  /// What happens in a minute; the scene's time is its end.
  mutating func pass(_ minute: WorldMinute, in scene: inout Scene)

  /// Puts back into the scene what is kept apart while minutes pass.
  mutating func finish(in scene: inout Scene)
}

extension Progress {
  static func settle(_ scene: inout Scene) {}
  mutating func finish(in scene: inout Scene) {}
}

/// A whole minute of a world.
struct WorldMinute {
  /// Its end, in seconds since 1970: what happened in it lies up to a minute before.
  let end: Int
  /// The seed of the scenario.
  let seed: UInt64

  static let length = 60

  /// A source of chance of its own for a purpose, the same however often it is asked for.
  func chance(_ purpose: String) -> SplitMix64 {
    SplitMix64(state: Self.mix(seed, UInt64(bitPattern: Int64(end)), purpose))
  }

  /// A number that is another for another seed, moment or purpose (FNV-1a over a mixed beginning).
  static func mix(_ seed: UInt64, _ number: UInt64, _ purpose: String) -> UInt64 {
    var generator = SplitMix64(state: seed ^ number &* 0x9e37_79b9_7f4a_7c15)
    var hash = generator.next()
    for byte in purpose.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  /// The last whole minute that is over at a moment.
  static func over(at moment: Int) -> Int {
    moment - (moment % length + length) % length
  }

  /// The minute in which a moment lies, by its end.
  static func holding(_ moment: Int) -> Int {
    moment > Int.max - length ? Int.max : over(at: moment + length - 1)
  }
}
