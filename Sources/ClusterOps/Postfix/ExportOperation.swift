internal import Runbooks

/// `postfix.export`: copies selected messages with `postcat -q`, by way of `xargs`, no shell.
struct ExportOperation: CommandOperation {
  /// The largest copy that is kept as one piece of evidence.
  static let limit = 64 << 20

  private static let count = ResultField<Int>("count", help: "messages copied")
  private static let missing = ResultField<Int>(
    "missing",
    help: "selected messages that could not be copied"
  )
  private static let ids = ResultField<[String]>(
    "ids",
    help: "queue ids of the messages copied"
  )
  private static let digest = ResultField<String>("digest", help: "SHA-256 of the copy")
  private static let bytes = ResultField<Int>("bytes", help: "size of the copy")

  let declaration = OperationDeclaration(
    "postfix.export",
    "Copies the selected messages, envelope and content, as evidence.",
    parameters: QueueSelection.parameters,
    results: [count, missing, ids, digest, bytes],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    let selection = try QueueSelection(call)
    guard !selection.isEverything else {
      throw OperationFailure(
        .refused,
        "no messages are selected",
        advice: "Select by sender, domain, reason, queue, age or ids.",
        effect: .none
      )
    }
    return [
      .postfix(["postqueue", "-j"], on: site, keep: 0, streams: false),
      .postfix(
        ["xargs", "-r", "-n", "100", "postcat", "-q"],
        on: site,
        inputDescription: "the queue ids of the selected messages, one a line",
        keep: Self.limit,
        streams: false
      ),
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let site = call.site
    let selection = try QueueSelection(call)
    return .readQueue(commands[0], selection: selection, now: now, on: site) {
      report throws(OperationFailure) in
      try report.requireEnd("which messages \(selection.words) there are")
      if report.selected.isEmpty {
        try report.requireAll("whether there are messages \(selection.words)")
      }
      let doubt = report.doubt
      let ids = report.selected.map(\.id).sorted()
      guard !ids.isEmpty else { return .done(Self.result([], of: 0, [], nil)) }
      let reading = commands[1].feeding(QueueSelection.lines(ids))
      return .run(reading) { outcome throws(OperationFailure) in
        .done(try Self.copy(outcome, of: reading, ids, doubt))
      }
    }
  }

  private static func copy(
    _ outcome: CommandOutcome,
    of command: Command,
    _ ids: [String],
    _ doubt: Doubt?
  ) throws(OperationFailure) -> OperationResult {
    guard !outcome.isTruncated else {
      throw OperationFailure(
        .refused,
        "the selected messages are larger than \(limit >> 20) MiB, the most that is kept as one copy",
        advice: "Export and delete in parts: select by age or ids.",
        effect: .none
      )
    }
    // xargs ends with 123 when postcat failed for some messages; these are
    // missing from the copy and counted, not passed over.
    let copied = copiedIDs(in: outcome.stdout, among: Set(ids))
    if copied.isEmpty || ![0, 1, 123].contains(outcome.exit) {
      try PostfixFailure.require(outcome, of: command)
    }
    return result(copied.sorted(), of: ids.count, outcome.stdout, doubt)
  }

  /// The ids whose envelope postcat announces: `*** ENVELOPE RECORDS deferred/A/ABC123 ***`.
  static func copiedIDs(in copy: [UInt8], among ids: Set<String>) -> Set<String> {
    let sign = Array("*** ENVELOPE RECORDS ".utf8)
    var found: Set<String> = []
    copy.withUnsafeBufferPointer { copy in
      var start = 0
      while start < copy.count {
        var end = start
        while end < copy.count, copy[end] != 0x0A { end += 1 }
        if end - start > sign.count, end - start < 200,
          copy[start..<start + sign.count].elementsEqual(sign)
        {
          let line = String(decoding: copy[start..<end], as: UTF8.self)
          let path = line.dropFirst(sign.count).split(separator: " ").first ?? ""
          let id = path.split(separator: "/").last.map(String.init) ?? ""
          if ids.contains(id) { found.insert(id) }
        }
        start = end + 1
      }
    }
    return found
  }

  private static func result(
    _ ids: [String],
    of selected: Int,
    _ copy: [UInt8],
    _ doubt: Doubt?
  ) -> OperationResult {
    let missing = selected - ids.count
    var summary = "\(counted(ids.count, "message")) copied"
    if missing > 0 { summary += ", \(missing) had left the queue or could not be read" }
    if let doubt { summary += "; \(doubt.words)" }
    return OperationResult(
      [
        count(ids.count), Self.missing(missing), Self.ids(ids), digest(Digest(of: copy).hex),
        bytes(copy.count),
      ],
      summary: summary + ".",
      evidence: [
        Evidence(name: "messages", mediaType: "text/plain", bytes: copy),
        Evidence(
          name: "queue ids",
          mediaType: "text/plain",
          bytes: QueueSelection.lines(ids)
        ),
      ],
      doubt: doubt
    )
  }
}
