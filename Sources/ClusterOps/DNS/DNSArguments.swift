internal import Runbooks

/// Parameters that the operations on the DNS have in common.
enum DNSArguments {
  static let resolvers = Parameter<[String]>(
    "resolvers",
    default: { site in
      let named = listed("dns_resolvers", of: site)
      return named.isEmpty ? [DNSServer.system.text] : named
    },
    "those of `values: {dns_resolvers: …}` in site.yaml, else the system's",
    check: servers,
    help: "resolvers to ask, by name or address, `#PORT` where it is not 53; `system`: whichever "
      + "resolv.conf names there"
  )

  static let resolver = resolver("the resolver to ask")
  static let listResolver = resolver(
    "the resolver to ask; one of your own, as lists refuse public ones"
  )

  private static func resolver(_ help: String) -> Parameter<String> {
    Parameter(
      "resolver",
      default: { listed("dns_resolvers", of: $0).first ?? DNSServer.system.text },
      "the first of `values: {dns_resolvers: …}` in site.yaml, else the system's",
      check: { text, name throws(OperationFailure) in try server(text, name) },
      help: help
    )
  }

  static let authorities = Parameter<[String]>(
    "authorities",
    default: { listed("dns_servers", of: $0) },
    "those of `values: {dns_servers: …}` in site.yaml, else none",
    check: servers,
    help: "servers of the zone, asked for what they have themselves; dns.lookup with type NS "
      + "tells their names"
  )

  static let addresses = Parameter<[String]>(
    "addresses",
    default: { $0.addresses },
    "the site's addresses",
    check: IPAddress.checked,
    help: "IPv4 and IPv6 addresses"
  )

  /// Words of a value of site.yaml, parted by blanks or commas.
  private static func listed(_ name: String, of site: Site) -> [String] {
    (site.record["values"]?[name]?.text ?? "").split { $0.isWhitespace || $0 == "," }
      .map(String.init)
  }

  private static func servers(
    _ texts: [String],
    _ name: String
  ) throws(OperationFailure) -> [String] {
    var servers: [String] = []
    for text in texts {
      let server = try server(text, name)
      if !servers.contains(server) { servers.append(server) }
    }
    guard servers.count <= 12 else {
      throw .refusedArgument(name, "\(servers.count) servers", advice: "Give at most 12.")
    }
    return servers
  }

  /// Refuses what kdig could take for anything but a server.
  static func server(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let host = parts.first.map(String.init) ?? ""
    let isHost = IPAddress(host) != nil || (DNSName.isPlain(DNSName.canonical(host)) && host != ".")
    let isPort = parts.count < 2 || UInt16(parts[1]).map { $0 > 0 } == true
    guard isHost, isPort, !host.contains("/"), !host.contains("*") else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give a name or an address such as ns1.example.org, 192.0.2.53 or "
          + "192.0.2.53#5353."
      )
    }
    return host.lowercased() + (parts.count < 2 ? "" : "#\(parts[1])")
  }
}
