internal import Runbooks

/// `rspamd.scan`: what Rspamd would do with a message, by `rspamc symbols`; nothing is delivered.
struct RspamdScan: CommandOperation {
  private static let sample = Parameter<SampleMessage>(
    "sample",
    default: .gtube,
    help: "a message made for it: GTUBE is refused as spam, EICAR as a virus, plain let through"
  )
  private static let message = Parameter<String?>(
    "message",
    checkGiven: { text, name throws(OperationFailure) in
      guard !text.isEmpty, text.utf8.count <= 1 << 20 else {
        throw .refusedArgument(name, text, advice: "Give a message of 1 byte to 1 MiB.")
      }
      return text
    },
    help: "a whole message to scan instead (RFC 5322)"
  )

  private static let action = ResultField<String>(
    "action",
    help: "what it would do, e.g. `reject`, `soft reject`, `no action`"
  )
  private static let score = ResultField<String>("score", help: "the score, e.g. `15.00`")
  private static let required = ResultField<String>("required", help: "the score that is refused")
  private static let symbols = ResultField<[String]>(
    "symbols",
    help: "the rules that fitted, by name"
  )
  private static let reply = ResultField<String>(
    "reply",
    help: "what the sender would be told; empty: nothing of its own"
  )
  private static let milliseconds = ResultField<Int>("milliseconds", help: "how long it took")

  let declaration = OperationDeclaration(
    "rspamd.scan",
    "Lets Rspamd look at a test message and tells what it would do with it.",
    parameters: [sample, message, RspamdFamily.port, RspamdFamily.service.container],
    results: [action, score, required, symbols, reply, milliseconds],
    risk: .read,
    isRepeatable: true
  )

  /// The virus scanner alone may take 20 s, twice (`antivirus.conf`, `retransmits`).
  private static let patience = 60

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let hasMessage = try call[Self.message] != nil
    return [
      try RspamdFamily.service.command(
        try RspamdFamily.argv("symbols", call),
        call,
        inputDescription: hasMessage
          ? "the message" : "the test message \(try call[Self.sample].rawValue)",
        seconds: Self.patience
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let given = try call[Self.message]
    let sample = try call[Self.sample]
    let text = given ?? sample.message(to: call.site.domain, at: now)
    return .run(commands[0].feeding(Array(text.utf8))) { outcome throws(OperationFailure) in
      let reply = try RspamdFamily.read(Reply.self, outcome, of: commands[0])
      guard Self.actions.contains(reply.action) else {
        throw RspamdFamily.service.notUnderstood("it knows an action ‘\(capped(reply.action, 40))’")
      }
      // The way to a container may lose input as well: then something else was looked at.
      let id = reply.messageID ?? ""
      guard given == nil ? id == sample.messageID(at: now) : !reply.symbols.isEmpty else {
        throw RspamdFamily.service.silent("it looked at another message than it was given")
      }
      return .done(
        Self.result(reply, of: given == nil ? "The test message \(sample.rawValue)" : "The message")
      )
    }
  }

  /// What it can do with a message (rspamd.com, configuration/metrics).
  private static let actions: Set<String> = [
    "reject", "soft reject", "rewrite subject", "add header", "greylist", "no action", "discard",
    "quarantine",
  ]

  /// Rspamd's JSON, as version 3.4 has it.
  private struct Reply: Decodable {
    struct Symbol: Decodable {}

    enum CodingKeys: String, CodingKey {
      case action, score, symbols, messages
      case required = "required_score"
      case messageID = "message-id"
      case seconds = "time_real"
    }

    let action: String
    let score: Double
    let required: Double
    let symbols: [String: Symbol]
    let messages: [String: String]?
    let messageID: String?
    let seconds: Double
  }

  private static func result(_ reply: Reply, of what: String) -> OperationResult {
    let names = reply.symbols.keys.sorted().prefix(200).map { capped($0, 60) }
    let told = capped(reply.messages?["smtp_message"] ?? "")
    let seconds = 0..<1e6 ~= reply.seconds ? reply.seconds : 0
    return OperationResult(
      [
        action(reply.action), score(hundredths(reply.score)), required(hundredths(reply.required)),
        symbols(names), Self.reply(told), milliseconds(Int(seconds * 1_000)),
      ],
      summary: "\(what): \(reply.action), \(hundredths(reply.score)) of "
        + "\(hundredths(reply.required))" + (told.isEmpty ? "." : ": \(told).")
    )
  }

  /// A score with two places.
  private static func hundredths(_ score: Double) -> String {
    guard score.isFinite, abs(score) < 1e9 else { return "?" }
    let number = Int((abs(score) * 100).rounded())
    let places = number % 100
    return (score < 0 && number > 0 ? "-" : "")
      + "\(number / 100).\(places < 10 ? "0" : "")\(places)"
  }
}
