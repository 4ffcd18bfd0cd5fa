internal import Runbooks

/// `listeners.check`: which TCP ports of the site answer from outside, by nmap(1).
struct ListenersCheck: CommandOperation {
  private static let addresses = Parameter<[String]>(
    "addresses",
    default: { $0.addresses },
    "the site's addresses",
    check: { addresses, name throws(OperationFailure) in
      guard !addresses.isEmpty, addresses.count <= 8 else {
        throw .refusedArgument(name, addresses.words, advice: "Give 1 to 8 addresses.")
      }
      for address in addresses { _ = try HostName.checked(address, name) }
      return addresses
    },
    help: "addresses to look at"
  )
  private static let expect = Parameter<[Int]>(
    "expect",
    default: [25, 465, 587, 993],
    help: "ports that must be open"
  )
  private static let allow = Parameter<[Int]>(
    "allow",
    default: [80, 443, 4190],
    help: "further ports that may be open"
  )
  private static let scan = Parameter<[String]>(
    "scan",
    default: [
      "1-1024", "2379-2380", "3000", "3310", "4190", "5432", "6379", "6443", "8080", "8443", "8461",
      "9090-9100", "9154", "10023-10030", "10250-10259", "10589", "11332-11334",
    ],
    check: { ranges, name throws(OperationFailure) in
      let isPlain = ranges.allSatisfy { range in
        !range.isEmpty && range.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D }
      }
      guard isPlain, ranges.count <= 60 else {
        throw .refusedArgument(
          name,
          ranges.words,
          advice: "Give ports and ranges such as 6443 and 1-1024."
        )
      }
      return ranges
    },
    help: "ports and ranges to look at besides"
  )

  private static let open = ResultField<[String]>(
    "open",
    help: "what is open, e.g. `203.0.113.10:25`"
  )
  private static let missing = ResultField<[String]>("missing", help: "expected and not open")
  private static let unexpected = ResultField<[String]>(
    "unexpected",
    help: "open, neither expected nor allowed"
  )

  let declaration = OperationDeclaration(
    "listeners.check",
    "Looks from outside which TCP ports are open: those expected and no others.",
    parameters: [addresses, expect, allow, scan, Probe.from],
    results: [open, missing, unexpected],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let (from, scan) = (try call[Probe.from], try call[Self.scan])
    let ports = try (call[Self.expect] + call[Self.allow]).map(String.init)
    // A firewall that drops what is not open makes each port wait: by its own pace nmap takes twice as long.
    return try call[Self.addresses].map { address in
      Command(
        [
          "nmap", "-n", "-Pn", "-sT", "-T4", "--max-retries", "1", "--min-rate", "1000",
          "--host-timeout", "120s",
        ]
          + (address.contains(":") ? ["-6"] : [])
          + ["-p", (scan + ports).joined(separator: ","), "-oG", "-", address],
        from: from,
        on: call.site
      )
    }
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let addresses = try call[Self.addresses]
    let wanted = Wanted(
      expected: try call[Self.expect],
      allowed: try call[Self.expect] + call[Self.allow],
      from: try call[Probe.from]
    )
    return try .each(commands) { place, outcome throws(OperationFailure) in
      guard let ports = Self.ports(outcome) else {
        let why =
          outcome.stdoutText.contains("Timeout")
          ? "the scan was not done within 120 s"
          : StandardError(outcome.stderr).telling.last.map { capped($0) }
            ?? "nmap ended with status \(outcome.exit)"
        throw ProbeFailure.unreachable(addresses[place], from: wanted.from, why)
      }
      return (addresses[place], ports)
    } then: { found in
      .done(Self.result(found, wanted))
    }
  }

  private struct Wanted: Sendable {
    let expected: [Int]
    let allowed: [Int]
    let from: Vantage
  }

  /// The open ports of `Host: …  Ports: 25/open/tcp//smtp///, …`; nil where the scan was not done.
  static func ports(_ outcome: CommandOutcome) -> [Int]? {
    let lines = outcome.stdoutText.split(whereSeparator: \.isNewline)
    // The last line tells that all was looked at.
    guard outcome.exit == 0, lines.contains(where: { $0.hasPrefix("# Nmap done") }),
      !lines.contains(where: { $0.contains("Status: Timeout") }),
      lines.contains(where: { $0.hasPrefix("Host: ") })
    else { return nil }
    var ports: Set<Int> = []
    for line in lines {
      guard let mark = line.firstRange(of: "Ports: ") else { continue }
      for entry in line[mark.upperBound...].split(separator: ",") {
        let fields = entry.trimmingSpaces.split(separator: "/", omittingEmptySubsequences: false)
        if fields.count > 1, fields[1] == "open", let port = Int(fields[0]) { ports.insert(port) }
      }
    }
    return ports.sorted()
  }

  private static func result(_ found: [(String, [Int])], _ wanted: Wanted) -> OperationResult {
    func list(_ choose: ([Int]) -> [Int]) -> [String] {
      found.flatMap { address, ports in choose(ports).map { Probe.place(address, $0) } }
    }
    let lacking = list { ports in wanted.expected.filter { !ports.contains($0) } }
    let surplus = list { ports in ports.filter { !wanted.allowed.contains($0) } }
    var parts: [String] = []
    if !lacking.isEmpty { parts.append("not open: \(lacking.prefix(8).joined(separator: ", "))") }
    if !surplus.isEmpty {
      parts.append("open and not expected: \(surplus.prefix(8).joined(separator: ", "))")
    }
    return OperationResult(
      [open(list { $0 }), missing(lacking), unexpected(surplus)],
      summary: parts.isEmpty
        ? "What is expected is open from \(wanted.from.words), and nothing else."
        : "From \(wanted.from.words) \(parts.joined(separator: "; "))."
    )
  }
}
