internal import Runbooks

/// What probes of a host have in common.
enum Probe {
  static let from = Parameter<Vantage>(
    "from",
    default: .here,
    help: "where it is looked from"
  )
  static let host = Parameter<String>(
    "host",
    default: { $0.mailHost },
    "the site's mail host",
    check: HostName.checked,
    help: "name or address to connect to"
  )

  static let roots = Parameter<String?>(
    "roots",
    default: { $0.record["values"]?["roots"]?.text },
    "that of `values: {roots: …}` in site.yaml, else the system's",
    checkGiven: PathArgument.absolute,
    help: "a file of trusted roots, where it is looked from"
  )

  /// How long one connection may take before it is given up, in seconds.
  static let patience = 15

  /// The same program, ended by timeout(1) with status 124 when it takes too long, so that one
  /// silent port does not keep the others from being looked at.
  static func bounded(_ program: [String], seconds: Int = patience) -> [String] {
    ["timeout", String(seconds)] + program
  }

  /// The program without ``bounded(_:seconds:)``.
  static func inner(_ program: [String]) -> [String] {
    program.first == "timeout" ? Array(program.dropFirst(2)) : program
  }

  /// `host:port`, with an IPv6 address in brackets.
  static func place(_ host: String, _ port: Int) -> String { "\(bracketed(host)):\(port)" }

  /// A host, with an IPv6 address in brackets.
  static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}

/// Names and addresses of hosts as arguments of programs.
enum HostName {
  /// Refuses what is neither a name of letters, digits, hyphens and dots nor an address, so that
  /// nothing is taken for an option (RFC 1123 §2.1).
  static func checked(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-._:".utf8.contains($0)
    }
    guard !text.isEmpty, text.utf8.count <= 253, isPlain, !text.hasPrefix("-") else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give a host name such as mail.example.org, or an address; other letters as an "
          + "A-label (xn--…)."
      )
    }
    return text
  }
}

/// Why a probe could not be made; never evidence either way.
enum ProbeFailure {
  /// Nothing came of a connection, so nothing is known of what would have been said.
  static func unreachable(
    _ place: String,
    from vantage: Vantage,
    _ why: String
  ) -> OperationFailure {
    OperationFailure(
      undetermined: "\(place) could not be asked from \(vantage.words)",
      Doubt(
        .end,
        capped(why),
        advice: "See whether it is up and the way there is open (k8s.ports, listeners.check); "
          + "then retry."
      )
    )
  }
}
