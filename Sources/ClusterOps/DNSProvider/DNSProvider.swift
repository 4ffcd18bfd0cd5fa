internal import Runbooks

/// Who takes changes of a zone, and in which words.
enum DNSProvider: String, ArgumentChoice {
  /// A server of the zone, by an update signed with TSIG (RFC 2136, RFC 8945).
  case rfc2136
  /// Cloudflare, by its API.
  case cloudflare
}

/// Parameters of whoever publishes.
enum DNSProviderArguments {
  static let zone = Parameter<String>(
    "zone",
    default: { DNSName.canonical($0.domain) },
    "the site's domain",
    check: MailPolicyFamily.checkedDomain,
    help: "the zone"
  )

  static let provider = Parameter<DNSProvider?>(
    "provider",
    default: { DNSProvider(rawValue: value("dns_provider", of: $0) ?? "") },
    "that of `values: {dns_provider: …}` in site.yaml, else rfc2136",
    checkGiven: { provider, _ in provider },
    help: "who takes the change"
  )

  static let server = Parameter<String?>(
    "server",
    default: { value("dns_primary", of: $0) },
    "that of `values: {dns_primary: …}` in site.yaml",
    checkGiven: { text, name throws(OperationFailure) in
      let server = try DNSArguments.server(text, name)
      guard server != DNSServer.system.text else {
        throw .refusedArgument(name, text, advice: "Name the server that takes updates.")
      }
      return server
    },
    help: "rfc2136: the server that takes updates, by name or address, `#PORT` where it is not 53"
  )

  static let key = Parameter<String?>(
    "key",
    default: { value("dns_key", of: $0) },
    "that of `values: {dns_key: …}` in site.yaml",
    checkGiven: PathArgument.absolute,
    help: "rfc2136: the file with the TSIG key, `ALGORITHM:NAME:SECRET`, where it is published from"
  )

  static let token = Parameter<SecretMark?>(
    "token",
    help: "cloudflare: an API token with Zone Read and DNS Edit on the zone alone"
  )

  static let tokenFile = Parameter<String?>(
    "token_file",
    default: { value("dns_token_file", of: $0) },
    "that of `values: {dns_token_file: …}` in site.yaml",
    checkGiven: { text, name throws(OperationFailure) in
      let path = try PathArgument.absolute(text, name)
      guard !path.contains("\"") else {
        throw .refusedArgument(name, text, advice: "Give a plain absolute path.")
      }
      return path
    },
    help: "cloudflare, instead of `token`: a file with the line `Authorization: Bearer TOKEN`, "
      + "where it is published from"
  )

  static let api = Parameter<String>(
    "api",
    default: { value("cloudflare_api", of: $0) ?? "https://api.cloudflare.com/client/v4" },
    "that of `values: {cloudflare_api: …}` in site.yaml, else Cloudflare's",
    check: { text, name throws(OperationFailure) in
      let url = try HTTPAddress.base(text, name)
      // A token must not go over a wire in clear text.
      guard url.hasPrefix("https://") || isLoopback(url) else {
        throw .refusedArgument(name, text, advice: "Give an https address.")
      }
      guard !url.contains("\""), !url.contains("\\") else {
        throw .refusedArgument(name, text, advice: "Give a plain https address.")
      }
      return url
    },
    help: "cloudflare: where its API is; https, or http on loopback"
  )

  static let from = Parameter<Vantage?>(
    "from",
    default: { site in value("dns_from", of: site).flatMap { try? Vantage($0, of: site) } },
    "that of `values: {dns_from: …}` in site.yaml, else here",
    help: "where it is published from: the key or token is there"
  )

  /// The vantage that is meant.
  ///
  /// - Throws: where the site's value names none that it has.
  static func from(_ call: Call) throws(OperationFailure) -> Vantage {
    if let vantage = try call[from] { return vantage }
    guard let named = value("dns_from", of: call.site) else { return .here }
    return try Vantage(named, of: call.site)
  }

  /// The provider that is meant.
  ///
  /// - Throws: where the site names one that is not known.
  static func provider(_ call: Call) throws(OperationFailure) -> DNSProvider {
    if let provider = try call[provider] { return provider }
    guard let named = value("dns_provider", of: call.site) else { return .rfc2136 }
    throw .refusedArgument(
      "provider",
      named,
      advice: "Name \(DNSProvider.choices.joined(separator: " or ")) in site.yaml: "
        + "`values: {dns_provider: …}`."
    )
  }

  static func value(_ name: String, of site: Site) -> String? {
    site.record["values"]?[name]?.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func isLoopback(_ url: String) -> Bool {
    guard url.hasPrefix("http://") else { return false }
    let place = url.dropFirst(7).prefix { $0 != "/" }
    let isBracketed = place.hasPrefix("[::1]")
    let host = isBracketed ? "::1" : place.prefix { $0 != ":" }
    let port = place.dropFirst(isBracketed ? 5 : host.count)
    guard port.isEmpty || (port.hasPrefix(":") && UInt16(port.dropFirst()) != nil) else {
      return false
    }
    return host == "localhost" || host == "::1"
      || (IPAddress(String(host)).map { !$0.isIPv6 && $0.octets[0] == 127 } ?? false)
  }
}
