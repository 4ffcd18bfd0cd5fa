internal import Runbooks

/// restic(1) against the simulated repository, wherever it is run.
struct ResticFacet: Facet {
  let programs: Set = ["restic"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    var program = Probe.inner(command.program)
    if program.first == "sh", program.count > 4, program[2] == ResticSnapshots.script {
      program = Array(program.dropFirst(4))
    }
    guard program.starts(with: ["restic", "snapshots"]) else { return nil }
    return scene.snapshots(tag: Scene.option("--tag", program) ?? "mail")
  }
}

extension Scene {
  /// What a scenario has under `restic`; one snapshot of last night where it has none.
  fileprivate func snapshots(tag: String) -> Answer {
    let restic = world.state["restic"] ?? .record([:])
    if let error = restic["error"]?.text, !error.isEmpty {
      return Answer(exit: 1, stderr: "Fatal: \(error)\n")
    }
    let all = restic["snapshots"]?.elements ?? [.record([:])]
    let paths = ["/data/secrets", "/data/spool", "/data/state", "/data/vmail"]
    let told = all.filter { $0.text("tag", "mail") == tag }.map { snapshot -> Value in
      let made = moment("made", in: snapshot, ago: "age", 28_800)
      let time = KubernetesObjects.timestamp(made)
      let digest = Digest(of: time).hex
      let given = snapshot.texts("paths")
      return .record([
        "time": .string(time), "hostname": .string(snapshot.text("host", "mail")),
        "paths": .list((given.isEmpty ? paths : given).map(Value.string)),
        "tags": .list([.string(tag)]), "id": .string(digest),
        "short_id": .string(String(digest.prefix(8))),
      ])
    }
    return Answer(String(decoding: JSONBytes.text(.list(told)), as: UTF8.self) + "\n")
  }
}
