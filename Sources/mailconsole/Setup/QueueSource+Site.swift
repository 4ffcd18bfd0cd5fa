internal import ClusterOps
internal import Runbooks

extension QueueSource {
  /// The queue of a site outside any run: its cluster, or the beginning of its scenario.
  static func of(_ site: Site) throws(CommandFailure) -> QueueSource {
    guard let scenario = site.scenario else { return QueueSource(site) }
    let reading = ScenarioLoader.read(path: scenario)
    guard let world = reading.value else {
      throw CommandFailure(.data, reading.problems.map(\.description).joined(separator: "\n"))
    }
    return QueueSource(site, world: world)
  }
}
