internal import Runbooks

// The parameters by which a step selects messages: those are meant that satisfy every one given.
// Empty texts and lists are refused: what is given must not turn a selection into the whole queue.

extension QueueSelection {
  private static let sender = Parameter<String?>(
    "sender",
    checkGiven: name,
    help: "envelope sender; `<>` is the sender of bounces"
  )
  private static let senders = Parameter<[String]?>(
    "senders",
    checkGiven: names,
    help: "any of these envelope senders"
  )
  private static let exceptSenders = Parameter<[String]>(
    "except_senders",
    default: [],
    help: "none of these envelope senders"
  )
  private static let domain = Parameter<String?>(
    "domain",
    checkGiven: name,
    help: "domain of the recipient waited for"
  )
  private static let domains = Parameter<[String]?>(
    "domains",
    checkGiven: names,
    help: "any of these recipient domains"
  )
  private static let reason = Parameter<ReasonClass?>(
    "reason",
    help: "class of the reason, as in the queue report"
  )
  private static let queue = Parameter<QueueName?>("queue", help: "the queue it is in")
  private static let olderThan = Parameter<Duration?>(
    "older_than",
    help: "arrived longer ago than this"
  )
  private static let ids = Parameter<[String]?>(
    "ids",
    checkGiven: { ids, name throws(OperationFailure) in
      _ = try checked(ids, name)
      return try names(ids, name)
    },
    help: "these queue ids"
  )

  /// The parameters of an operation on selected messages.
  static let parameters: [any AnyParameter] = [
    sender, senders, exceptSenders, domain, domains, reason, queue, olderThan, ids,
  ]

  /// What a step selects; ``isEverything`` where it gives none of ``parameters``.
  init(_ call: Call) throws(OperationFailure) {
    self.init(
      senders: (try call[Self.senders] ?? []) + [try call[Self.sender]].compactMap(\.self),
      exceptSenders: try call[Self.exceptSenders].filter { !$0.isEmpty },
      domains: (try call[Self.domains] ?? []) + [try call[Self.domain]].compactMap(\.self),
      reason: try call[Self.reason],
      queue: try call[Self.queue],
      olderThan: try call[Self.olderThan].map { Int(clamping: $0.components.seconds) },
      ids: try call[Self.ids].map(Set.init)
    )
  }

  private static func name(_ text: String, _ parameter: String) throws(OperationFailure) -> String {
    guard !text.isEmpty else { throw empty(parameter) }
    return text
  }

  private static func names(
    _ texts: [String],
    _ parameter: String
  ) throws(OperationFailure) -> [String] {
    guard !texts.isEmpty, !texts.contains("") else {
      throw refusal(
        "`\(parameter)` is empty or has an empty element, which would select more than meant",
        "Give values, or leave the parameter out."
      )
    }
    return texts
  }

  fileprivate static func empty(_ parameter: String) -> OperationFailure {
    refusal(
      "`\(parameter)` is empty, which would select more than meant",
      "Give a value, or leave the parameter out."
    )
  }
}

extension ReasonClass: ArgumentContent {
  static var type: ValueType { .string }
  static var choices: [String] { allCases.map(\.word) }
  var words: String { word }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    let word = try String(argument: argument, of: name, on: site)
    guard !word.isEmpty else { throw QueueSelection.empty(name) }
    guard let reason = ReasonClass(word: word) else {
      throw QueueSelection.refusal(
        "‘\(capped(word, 40))’ is not a class of reason",
        "Use one of: \(Self.choices.joined(separator: ", "))."
      )
    }
    self = reason
  }
}

extension QueueName: ArgumentContent {
  static var type: ValueType { .string }
  static var choices: [String] { allCases.filter { $0 != .other }.map(\.name) }
  var words: String { name }

  init(argument: Value?, of name: String, on site: Site) throws(OperationFailure) {
    let text = try String(argument: argument, of: name, on: site)
    guard !text.isEmpty else { throw QueueSelection.empty(name) }
    guard let queue = QueueName(name: text), queue != .other else {
      throw QueueSelection.refusal(
        "‘\(capped(text, 40))’ is not a queue",
        "Use one of: \(Self.choices.joined(separator: ", "))."
      )
    }
    self = queue
  }
}
