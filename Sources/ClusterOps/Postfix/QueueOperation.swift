internal import Runbooks

/// `postfix.queue`: reads the queue and names the causes that fill it.
struct QueueOperation: CommandOperation {
  private static let localDomain = Parameter<String>(
    "local_domain",
    default: { $0.domain },
    "the site's domain",
    help: "whose senders are ours"
  )

  private static let standard = QueueDiagnosis.Thresholds()
  private static let compromiseMessages = messages(
    "compromise_min",
    standard.compromiseMessages,
    "messages from one of our senders before it is suspected"
  )
  private static let compromiseShare = share(
    "compromise_share",
    standard.compromiseShare,
    "and its share of the queue in percent"
  )
  private static let compromiseDomains = messages(
    "compromise_domains",
    standard.compromiseDomains,
    "and recipient domains it writes to"
  )
  private static let deadMessages = messages(
    "dead_min",
    standard.deadMessages,
    "messages waiting for one unreachable domain before it is named"
  )
  private static let stormMessages = messages(
    "storm_min",
    standard.stormMessages,
    "messages one receiver puts off before it is named"
  )
  private static let backscatterMessages = messages(
    "backscatter_min",
    standard.backscatterMessages,
    "bounces in the queue before they are named"
  )
  private static let backscatterShare = share(
    "backscatter_share",
    standard.backscatterShare,
    "and their share in percent"
  )

  private static let total = ResultField<Int>(
    "total",
    help: "messages in all queues; a lower bound unless `complete`"
  )
  private static let inWords = ResultField<String>(
    "messages",
    help: "the same for a sentence: `3 messages`, `at least 3 messages`"
  )
  private static let complete = ResultField<Bool>(
    "complete",
    help: "whether the end of the listing was seen and every line understood"
  )
  private static let active = ResultField<Int>("active", help: "messages being delivered")
  private static let deferred = ResultField<Int>(
    "deferred",
    help: "messages waiting for another attempt"
  )
  private static let hold = ResultField<Int>("hold", help: "messages on hold")
  private static let incoming = ResultField<Int>(
    "incoming",
    help: "messages arriving, maildrop included"
  )
  private static let bytes = ResultField<Int>("bytes", help: "their size")
  private static let oldest = ResultField<Int>(
    "oldest_seconds",
    help: "age of the oldest message; 0 for an empty queue"
  )
  private static let causes = ResultField<[String]>(
    "causes",
    help: "which of " + QueueDiagnosis.Cause.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      + " are present"
  )
  private static let deadDestination = ResultField<String>(
    "dead_destination",
    help: "the unreachable domain most mail waits for, or empty"
  )
  private static let deadDestinations = ResultField<[String]>(
    "dead_destinations",
    help: "every unreachable domain named"
  )
  private static let deadCount = ResultField<Int>("dead_count", help: "messages waiting for them")
  private static let deadReason = ResultField<String>(
    "dead_reason",
    help: "what the connection attempts say, or empty"
  )
  private static let stormReceiver = ResultField<String>(
    "storm_receiver",
    help: "who puts mail off, e.g. `bigmail.test`, or empty"
  )
  private static let stormDomains = ResultField<[String]>(
    "storm_domains",
    help: "the recipient domains concerned"
  )
  private static let stormCount = ResultField<Int>("storm_count", help: "messages put off")
  private static let stormReason = ResultField<String>(
    "storm_reason",
    help: "what the receiver answers, or empty"
  )
  private static let compromisedSender = ResultField<String>(
    "compromised_sender",
    help: "our sender that dominates, or empty"
  )
  private static let compromisedSenders = ResultField<[String]>(
    "compromised_senders",
    help: "every such sender"
  )
  private static let compromisedCount = ResultField<Int>(
    "compromised_count",
    help: "their messages, in any queue"
  )
  private static let compromisedHeld = ResultField<Int>(
    "compromised_held",
    help: "how many of these are on hold already"
  )
  private static let backscatterCount = ResultField<Int>(
    "backscatter_count",
    help: "bounces, where they are a cause"
  )
  private static let allDestinationsCount = ResultField<Int>(
    "all_destinations_count",
    help: "messages put off for a cause on our side, where it is one"
  )
  private static let allDestinationsReason = ResultField<String>(
    "all_destinations_reason",
    help: "what that looks like, or empty"
  )
  private static let ourSide = ResultField<[String]>(
    "our_side",
    help: "what we have to mend, each with its messages and how it is mended"
  )
  private static let ourSideCount = ResultField<Int>(
    "our_side_count",
    help: "messages that wait for these"
  )
  private static let recipientCount = ResultField<Int>(
    "recipient_count",
    help: "messages whose mailbox is unknown, full, switched off or gets too much"
  )
  private static let waitCount = ResultField<Int>(
    "wait_count",
    help: "messages that pass by themselves and are no storm"
  )
  private static let otherCount = ResultField<Int>(
    "other_count",
    help: "messages of no named cause"
  )
  private static let malformed = ResultField<Int>(
    "malformed",
    help: "lines that could not be understood and are not counted"
  )

  let declaration = OperationDeclaration(
    "postfix.queue",
    "Reads the mail queue and names the causes that fill it, each message counted once.",
    parameters: [
      localDomain, compromiseMessages, compromiseShare, compromiseDomains, deadMessages,
      stormMessages, backscatterMessages, backscatterShare,
    ],
    results: [
      total, inWords, complete, active, deferred, hold, incoming, bytes, oldest, causes,
      deadDestination, deadDestinations, deadCount, deadReason, stormReceiver, stormDomains,
      stormCount, stormReason, compromisedSender, compromisedSenders, compromisedCount,
      compromisedHeld, backscatterCount, allDestinationsCount, allDestinationsReason, ourSide,
      ourSideCount, recipientCount, waitCount, otherCount, malformed,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [.postfix(["postqueue", "-j"], on: call.site, keep: 0)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let thresholds = try Self.thresholds(call)
    return .readQueue(
      commands[0],
      selection: nil,
      localDomain: try call[Self.localDomain],
      now: now,
      on: call.site
    ) {
      .done(Self.result(of: $0, thresholds))
    }
  }

  private static func thresholds(
    _ call: Call
  ) throws(OperationFailure) -> QueueDiagnosis.Thresholds {
    var thresholds = QueueDiagnosis.Thresholds()
    thresholds.compromiseMessages = try call[compromiseMessages]
    thresholds.compromiseShare = try call[compromiseShare]
    thresholds.compromiseDomains = try call[compromiseDomains]
    thresholds.deadMessages = try call[deadMessages]
    thresholds.stormMessages = try call[stormMessages]
    thresholds.backscatterMessages = try call[backscatterMessages]
    thresholds.backscatterShare = try call[backscatterShare]
    return thresholds
  }

  /// A number from which on something is called a cause.
  private static func messages(
    _ name: String,
    _ standard: Int,
    _ help: String
  ) -> Parameter<Int> {
    threshold(name, standard, 1...Int.max / 1000, help)
  }

  /// A share in percent from which on something is called a cause.
  private static func share(_ name: String, _ standard: Int, _ help: String) -> Parameter<Int> {
    threshold(name, standard, 0...100, help)
  }

  private static func threshold(
    _ name: String,
    _ standard: Int,
    _ range: ClosedRange<Int>,
    _ help: String
  ) -> Parameter<Int> {
    Parameter(
      name,
      default: standard,
      check: { value, name throws(OperationFailure) in
        guard range.contains(value) else {
          throw OperationFailure(
            .refused,
            "`\(name)` is \(value), which is no sensible threshold",
            advice: "Use a number of messages from 1, or a share in percent up to 100.",
            effect: .none
          )
        }
        return value
      },
      help: help
    )
  }

  private static func result(
    of report: QueueReport,
    _ thresholds: QueueDiagnosis.Thresholds
  ) -> OperationResult {
    let diagnosis = report.diagnosis(thresholds: thresholds)
    func first(_ kind: QueueDiagnosis.Cause.Kind) -> QueueDiagnosis.Cause? {
      diagnosis.causes(kind).first
    }
    func count(_ queue: QueueName) -> Int { report.count(in: queue).messages }
    // Names are given whole: one that is shortened selects nothing. The reader bounds them.
    func subjects(_ kind: QueueDiagnosis.Cause.Kind) -> [String] {
      diagnosis.causes(kind).map(\.subject)
    }
    let kinds = QueueDiagnosis.Cause.Kind.allCases.filter { diagnosis.messages($0) > 0 }
    let (dead, storm) = (first(.deadDestination), first(.deferStorm))
    return OperationResult(
      [
        total(report.total), inWords(report.messages), complete(!report.isLowerBound),
        active(count(.active)), deferred(count(.deferred)), hold(count(.hold)),
        incoming(count(.incoming) + count(.maildrop)), bytes(report.bytes),
        oldest(report.oldest), causes(kinds.map(\.rawValue)),
        deadDestination(dead?.subject ?? ""), deadDestinations(subjects(.deadDestination)),
        deadCount(diagnosis.messages(.deadDestination)), deadReason(dead?.reason ?? ""),
        stormReceiver(storm?.subject ?? ""),
        stormDomains(diagnosis.causes(.deferStorm).flatMap(\.domains)),
        stormCount(diagnosis.messages(.deferStorm)), stormReason(storm?.reason ?? ""),
        compromisedSender(first(.compromisedSender)?.subject ?? ""),
        compromisedSenders(subjects(.compromisedSender)),
        compromisedCount(diagnosis.messages(.compromisedSender)),
        compromisedHeld(diagnosis.causes(.compromisedSender).reduce(0) { $0 + $1.held }),
        backscatterCount(diagnosis.messages(.backscatter)),
        allDestinationsCount(diagnosis.messages(.allDestinations)),
        allDestinationsReason(first(.allDestinations)?.reason ?? ""),
        ourSide(diagnosis.causes(.ourSide).map(Self.words)),
        ourSideCount(diagnosis.messages(.ourSide)),
        recipientCount(diagnosis.messages(.recipient)), waitCount(diagnosis.messages(.wait)),
        otherCount(diagnosis.messages(.other)), malformed(report.malformed),
      ],
      summary: summary(report, diagnosis),
      evidence: [
        Evidence(
          name: "queue report",
          mediaType: "application/json",
          bytes: report.json(diagnosis: diagnosis)
        )
      ],
      doubt: report.doubt
    )
  }

  /// `6 messages: our relay refuses our login (smtp.relay.test). Mend …`
  private static func words(of cause: QueueDiagnosis.Cause) -> String {
    let reason = cause.reasonClass ?? .other
    let subject = cause.subject.isEmpty ? "" : " (\(capped(cause.subject, 200)))"
    return "\(counted(cause.messages, "message")): \(reason.says)\(subject). \(reason.advice)"
  }

  private static func summary(_ report: QueueReport, _ diagnosis: QueueDiagnosis) -> String {
    guard report.total > 0 || report.isLowerBound else { return "The queue is empty." }
    var parts = diagnosis.causes.filter { $0.kind != .other }.prefix(6).map { cause in
      let subject = capped(cause.subject, 60)
      return switch cause.kind {
      case .compromisedSender: "\(cause.messages) from \(subject)"
      case .backscatter: "\(cause.messages) bounces"
      case .allDestinations: "\(cause.messages) that no destination takes"
      case .deadDestination: "\(cause.messages) for \(subject), which cannot be reached"
      case .deferStorm: "\(cause.messages) that \(subject) puts off"
      case .ourSide: "\(cause.messages) because \(cause.reasonClass?.says ?? "")"
      case .recipient: "\(cause.messages): \(cause.reasonClass?.says ?? "")"
      case .wait: "\(cause.messages) that pass by themselves (\(cause.reasonClass?.word ?? ""))"
      case .other: ""
      }
    }
    let other = diagnosis.messages(.other)
    if other > 0 { parts.append(parts.isEmpty ? "no single cause" : "\(other) others") }
    if let doubt = report.doubt { parts.append(doubt.words) }
    let messages =
      report.isLowerBound
      ? "At least " + counted(report.total, "message")
      : counted(report.total, "message")
    return "\(messages): \(parts.joined(separator: ", "))."
  }
}

/// A number with its noun: `1 message`, `3 messages`.
func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}
