internal import Runbooks

/// nmap(1) against the simulated host.
struct ListenersFacet: Facet {
  let programs: Set = ["nmap"]

  func answer(_ command: Command, in scene: inout Scene) -> Answer? {
    guard command.program.first == "nmap", let address = command.program.last else { return nil }
    let open = scene.listeners().compactMap { $0.split(separator: ":").last.flatMap { Int($0) } }
      .filter { scene.isOpen(String($0)) }
    let ports = Set(open).sorted().map { "\($0)/open/tcp/////" }
    return Answer(
      "Host: \(address) ()\tPorts: \(ports.joined(separator: ", "))\n# Nmap done -- 1 IP address\n"
    )
  }
}
