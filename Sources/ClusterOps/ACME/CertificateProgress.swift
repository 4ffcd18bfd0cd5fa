internal import Runbooks

/// cert-manager, which renews certificates in time where the scenario says that it works.
struct CertificateProgress: Progress {
  static let name = "certificates"

  /// How long a new certificate is valid.
  private static let validity = 90 * 86_400

  /// How long before its end a certificate is renewed.
  private let lead: Int

  private static func authority(_ scene: Scene) -> Value? {
    guard let authority = scene.world.state["certificates"], authority.truth("installed", true),
      authority["renewal"]?.truth("works", true) == true
    else { return nil }
    return authority
  }

  /// The platform's own certificates are written down where they are going to be renewed.
  static func settle(_ scene: inout Scene) {
    guard let authority = scene.world.state["certificates"], authority["renewal"] != nil,
      authority.records("issued").isEmpty
    else { return }
    let issued = scene.standardCertificates.map {
      $0.with("ends", .integer(scene.origin + 60 * 86_400))
    }
    scene.world.state["certificates"] = authority.with("issued", .list(issued))
  }

  init?(_ scene: Scene) {
    guard let renewal = Self.authority(scene)?["renewal"] else { return nil }
    // Longer than it is valid would have it renewed without an end.
    lead = max(0, min(89, renewal.int("before_days", 30))) * 86_400
  }

  func next(after moment: Int, in scene: Scene) -> Int? {
    Self.authority(scene)?.records("issued").compactMap { $0["ends"]?.int }.min().map { $0 - lead }
  }

  mutating func pass(_ minute: WorldMinute, in scene: inout Scene) {
    guard let authority = Self.authority(scene) else { return }
    let issued = authority.records("issued")
    let due = { [lead] (certificate: Value) in
      certificate["ends"]?.int.map { $0 - lead <= minute.end } ?? false
    }
    guard issued.contains(where: due) else { return }
    let end = minute.end + Self.validity
    scene.world.state["certificates"] = authority.with(
      "issued",
      .list(
        issued.map { certificate in
          guard due(certificate) else { return certificate }
          return certificate.with("ends", .integer(end)).with("ready", nil).with("attempts", nil)
            .with("message", nil)
        }
      )
    )
    let renewsHost = issued.contains {
      due($0) && $0.texts("names").contains(scene.site.mailHost)
    }
    guard renewsHost else { return }
    // The pod mounts the new one and serves it, as the reloader of `deploy/` sees to.
    let name = Value.string("renewed-\(minute.end)")
    let certificate = scene.postfix["certificate"] ?? .record([:])
    scene.postfix = scene.postfix.with(
      "certificate",
      certificate.with("ends", .integer(end)).with("name", name).with("served", nil)
    )
  }
}
