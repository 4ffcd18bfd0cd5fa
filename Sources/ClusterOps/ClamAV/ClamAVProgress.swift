internal import Runbooks

/// freshclam(1), which fetches new signatures every day where the scenario says that it does.
struct ClamAVProgress: Progress {
  static let name = "clamav"

  private static let day = 86_400

  /// Where they are going to be replaced, the age of those that are there is written down.
  static func settle(_ scene: inout Scene) {
    guard let clamav = scene.world.state["clamav"], clamav["updates"] != nil else { return }
    let made = scene.moment("made", in: clamav, ago: "age_hours", 9, each: 3_600)
    scene.world.state["clamav"] = clamav.with("made", .integer(made))
  }

  init?(_ scene: Scene) {
    guard scene.world.state["clamav"]?["updates"]?.truth == true else { return nil }
  }

  func next(after moment: Int, in scene: Scene) -> Int? {
    guard let clamav = scene.world.state["clamav"], clamav.truth("running", true) else {
      return nil
    }
    return clamav["made"]?.int.map { $0 + Self.day }
  }

  mutating func pass(_ minute: WorldMinute, in scene: inout Scene) {
    guard let due = next(after: minute.end, in: scene), due <= minute.end,
      let clamav = scene.world.state["clamav"]
    else { return }
    let number = min(clamav.int("signatures", 27_826), 1_000_000) + 1
    scene.world.state["clamav"] = clamav.with("made", .integer(minute.end))
      .with("signatures", .integer(number))
  }
}
