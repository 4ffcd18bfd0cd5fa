internal import Runbooks

/// `postfix.queue`: reads the queue and names the causes that fill it.
struct QueueOperation: CommandOperation {
  var declaration: OperationDeclaration { .queue }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let site = call.site
    return [.postfix(["postqueue", "-j"], on: site, keep: 0)]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let arguments = call.arguments
    let site = call.site
    let thresholds = try thresholds(arguments)
    let domain = arguments.string("local_domain")
    return .readQueue(commands[0], selection: nil, localDomain: domain, now: now, on: site) {
      .done(Self.result(of: $0, thresholds))
    }
  }

  private func thresholds(
    _ arguments: Arguments
  ) throws(OperationFailure) -> QueueDiagnosis.Thresholds {
    var thresholds = QueueDiagnosis.Thresholds()
    let places: [(String, WritableKeyPath<QueueDiagnosis.Thresholds, Int>)] = [
      ("compromise_min", \.compromiseMessages), ("compromise_share", \.compromiseShare),
      ("compromise_domains", \.compromiseDomains), ("dead_min", \.deadMessages),
      ("storm_min", \.stormMessages), ("backscatter_min", \.backscatterMessages),
      ("backscatter_share", \.backscatterShare),
    ]
    for (name, place) in places {
      guard let value = arguments.integer(name) else { continue }
      let limit = name.hasSuffix("share") ? 100 : Int.max / 1000
      guard (name.hasSuffix("share") ? 0 : 1)...limit ~= value else {
        throw OperationFailure(
          .refused,
          "`\(name)` is \(value), which is no sensible threshold",
          advice: "Use a number of messages from 1, or a share in percent up to 100.",
          effect: .none
        )
      }
      thresholds[keyPath: place] = value
    }
    return thresholds
  }

  private static func result(
    of report: QueueReport,
    _ thresholds: QueueDiagnosis.Thresholds
  ) -> OperationResult {
    let diagnosis = report.diagnosis(thresholds: thresholds)
    func first(_ kind: QueueDiagnosis.Cause.Kind) -> QueueDiagnosis.Cause? {
      diagnosis.causes(kind).first
    }
    func count(_ queue: QueueName) -> Value { .integer(report.count(in: queue).messages) }
    // Names are given whole: one that is shortened selects nothing. The reader bounds them.
    func texts(_ texts: [String]) -> Value { .list(texts.map(Value.string)) }
    func text(_ text: String?) -> Value { .string(text ?? "") }
    let kinds = QueueDiagnosis.Cause.Kind.allCases.filter { diagnosis.messages($0) > 0 }
    let storms = diagnosis.causes(.deferStorm)
    let values: [String: Value] = [
      "total": .integer(report.total), "messages": .string(report.messages),
      "complete": .boolean(!report.isLowerBound), "active": count(.active),
      "deferred": count(.deferred),
      "hold": count(.hold),
      "incoming": .integer(
        report.count(in: .incoming).messages + report.count(in: .maildrop).messages
      ),
      "bytes": .integer(report.bytes), "oldest_seconds": .integer(report.oldest),
      "causes": texts(kinds.map(\.rawValue)),
      "dead_destination": text(first(.deadDestination)?.subject),
      "dead_destinations": texts(diagnosis.causes(.deadDestination).map(\.subject)),
      "dead_count": .integer(diagnosis.messages(.deadDestination)),
      "dead_reason": text(first(.deadDestination)?.reason),
      "storm_receiver": text(first(.deferStorm)?.subject),
      "storm_domains": texts(storms.flatMap(\.domains)),
      "storm_count": .integer(diagnosis.messages(.deferStorm)),
      "storm_reason": text(first(.deferStorm)?.reason),
      "compromised_sender": text(first(.compromisedSender)?.subject),
      "compromised_senders": texts(diagnosis.causes(.compromisedSender).map(\.subject)),
      "compromised_count": .integer(diagnosis.messages(.compromisedSender)),
      "compromised_held": .integer(
        diagnosis.causes(.compromisedSender).reduce(0) { $0 + $1.held }
      ),
      "backscatter_count": .integer(diagnosis.messages(.backscatter)),
      "all_destinations_count": .integer(diagnosis.messages(.allDestinations)),
      "all_destinations_reason": text(first(.allDestinations)?.reason),
      "our_side": texts(diagnosis.causes(.ourSide).map(Self.words)),
      "our_side_count": .integer(diagnosis.messages(.ourSide)),
      "recipient_count": .integer(diagnosis.messages(.recipient)),
      "wait_count": .integer(diagnosis.messages(.wait)),
      "other_count": .integer(diagnosis.messages(.other)),
      "malformed": .integer(report.malformed),
    ]
    return OperationResult(
      values: values,
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
