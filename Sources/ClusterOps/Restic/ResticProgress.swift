internal import Runbooks

/// The backup of every night, where the scenario says when it runs.
struct ResticProgress: Progress {
  static let name = "restic"

  /// How many snapshots are kept.
  private static let kept = 90
  private static let day = 86_400

  /// The time of day in seconds, UTC.
  private let time: Int

  /// Where snapshots are going to be added, that of last night is written down.
  static func settle(_ scene: inout Scene) {
    guard let restic = scene.world.state["restic"], restic["nightly"] != nil,
      restic["snapshots"] == nil
    else { return }
    let last = Value.record(["made": .integer(scene.origin - 28_800)])
    scene.world.state["restic"] = restic.with("snapshots", .list([last]))
  }

  init?(_ scene: Scene) {
    guard let restic = scene.world.state["restic"], let nightly = restic["nightly"],
      nightly.truth("works", true), restic.text("error", "").isEmpty
    else { return nil }
    let parts = nightly.text("at", "02:15").split(separator: ":").map { Int($0) ?? 0 }
    let minutes = (parts.first ?? 2) * 60 + (parts.count > 1 ? parts[1] : 0)
    time = max(0, min(1_439, minutes)) * 60
  }

  func next(after moment: Int, in scene: Scene) -> Int? {
    let today = moment - (moment % Self.day + Self.day) % Self.day + time
    return today > moment ? today : today + Self.day
  }

  mutating func pass(_ minute: WorldMinute, in scene: inout Scene) {
    guard minute.end % Self.day == time, let restic = scene.world.state["restic"] else { return }
    let made = Value.record(["made": .integer(minute.end)])
    let all = restic.records("snapshots") + [made]
    scene.world.state["restic"] = restic.with("snapshots", .list(all.suffix(Self.kept)))
  }
}
