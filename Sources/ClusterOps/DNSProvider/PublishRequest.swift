internal import Runbooks

/// What a step asks to have published.
struct PublishRequest: Sendable {
  let zone: String
  let provider: DNSProvider
  let lines: [String]
  let file: String?
  private let removed: [DNSQuestion]

  init(_ call: Call) throws(OperationFailure) {
    zone = try call[DNSProviderArguments.zone]
    provider = try DNSProviderArguments.provider(call)
    lines = try call[DNSPublish.records]
    file = try call[DNSPublish.file]
    removed = try ZoneText.sets(try call[DNSPublish.remove], of: zone, "remove")
    guard file == nil || lines.isEmpty else {
      throw .refusedArgument(
        "file",
        file ?? "",
        advice: "Give `records` or `file`, not both."
      )
    }
    // Lists that are given and empty are those of a change that had nothing to do, to be undone.
    guard file != nil || call.arguments["records"] != nil || call.arguments["remove"] != nil else {
      throw OperationFailure(
        .refused,
        "nothing is to be published",
        advice: "Give `records`, a `file`, or sets to `remove`.",
        effect: .none
      )
    }
    // Lines that cannot be meant are refused before anything is asked.
    if file == nil { _ = try wanted(lines) }
  }

  /// The sets that are to be, then those that are to go.
  func wanted(_ lines: [String]) throws(OperationFailure) -> [WantedSet] {
    let sets = try ZoneText(lines, of: zone).sets
    let both = Set(sets.map(\.question)).intersection(removed)
    if let both = both.first {
      throw .refusedArgument(
        "remove",
        both.set,
        advice: "It is among the records that are to be published as well."
      )
    }
    return sets.map { WantedSet(question: $0.question, set: $0) }
      + removed.map { WantedSet(question: $0, set: nil) }
  }

  /// The same from what ldns-read-zone(1) printed of the file.
  func wanted(of outcome: CommandOutcome) throws(OperationFailure) -> [WantedSet] {
    try DNSCompare.require(outcome, file ?? "")
    let lines = outcome.stdoutText.split(whereSeparator: \.isNewline).map(String.init)
    let wanted = try wanted(lines.filter { !isServers($0) })
    guard !wanted.isEmpty else {
      throw OperationFailure(
        .malformed,
        "the zone file \(capped(file ?? "", 120)) has no record that is published here",
        advice: "See what `ldns-read-zone -s` prints of it.",
        effect: .none
      )
    }
    return wanted
  }

  /// Whether a line is what the provider itself keeps.
  private func isServers(_ line: String) -> Bool {
    let fields = line.split(maxSplits: 4, whereSeparator: { $0 == "\t" || $0 == " " })
    guard fields.count == 5 else { return false }
    let isApex = DNSName.canonical(String(fields[0])) == zone
    return fields[3] == "SOA" || (isApex && (fields[3] == "NS" || fields[3] == "DNSKEY"))
  }

  static func server(_ call: Call) throws(OperationFailure) -> DNSServer {
    guard let text = try call[DNSProviderArguments.server] else {
      throw OperationFailure(
        .refused,
        "no server that takes updates is named",
        advice: "Give `server`, or name it in site.yaml: `values: {dns_primary: …}`.",
        effect: .none
      )
    }
    return DNSServer(text: text, isAuthority: true)
  }

  static func key(_ call: Call) throws(OperationFailure) -> String {
    guard let key = try call[DNSProviderArguments.key] else {
      throw OperationFailure(
        .refused,
        "no TSIG key for the update is named",
        advice:
          "Give `key`, the path of its file, or name it in site.yaml: `values: {dns_key: …}`.",
        effect: .none
      )
    }
    return key
  }
}
