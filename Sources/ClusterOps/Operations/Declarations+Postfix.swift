internal import Runbooks

// The catalogue's words for the operations on Postfix. Each is performed by the
// type named like it in Postfix/.

extension OperationDeclaration {
  static let queue = OperationDeclaration(
    name: OperationName("postfix.queue"),
    summary: "Reads the mail queue and names the causes that fill it, each message counted once.",
    parameters: [
      Parameter("local_domain", .string, help: "whose senders are ours; default the site's domain"),
      Parameter(
        "compromise_min",
        .integer,
        help: "messages from one of our senders before it is suspected; default 100"
      ),
      Parameter(
        "compromise_share",
        .integer,
        help: "and its share of the queue in percent; default 20"
      ),
      Parameter(
        "compromise_domains",
        .integer,
        help: "and recipient domains it writes to; default 5"
      ),
      Parameter(
        "dead_min",
        .integer,
        help: "messages waiting for one unreachable domain before it is named; default 30"
      ),
      Parameter(
        "storm_min",
        .integer,
        help: "messages one receiver puts off before it is named; default 30"
      ),
      Parameter(
        "backscatter_min",
        .integer,
        help: "bounces in the queue before they are named; default 30"
      ),
      Parameter(
        "backscatter_share",
        .integer,
        help: "and their share in percent; default 10"
      ),
    ],
    results: [
      Result(
        "total",
        .integer,
        help: "messages in all queues; a lower bound unless `complete`"
      ),
      Result(
        "messages",
        .string,
        help: "the same for a sentence: `3 messages`, `at least 3 messages`"
      ),
      Result(
        "complete",
        .boolean,
        help: "whether the end of the listing was seen and every line understood"
      ),
      Result("active", .integer, help: "messages being delivered"),
      Result("deferred", .integer, help: "messages waiting for another attempt"),
      Result("hold", .integer, help: "messages on hold"),
      Result("incoming", .integer, help: "messages arriving, maildrop included"),
      Result("bytes", .integer, help: "their size"),
      Result("oldest_seconds", .integer, help: "age of the oldest message; 0 for an empty queue"),
      Result(
        "causes",
        .list(.string),
        help:
          "which of compromised_sender, backscatter, all_destinations, our_side, recipient, "
          + "dead_destination, defer_storm, wait, other are present"
      ),
      Result(
        "dead_destination",
        .string,
        help: "the unreachable domain most mail waits for, or empty"
      ),
      Result("dead_destinations", .list(.string), help: "every unreachable domain named"),
      Result("dead_count", .integer, help: "messages waiting for them"),
      Result("dead_reason", .string, help: "what the connection attempts say, or empty"),
      Result("storm_receiver", .string, help: "who puts mail off, e.g. `bigmail.test`, or empty"),
      Result("storm_domains", .list(.string), help: "the recipient domains concerned"),
      Result("storm_count", .integer, help: "messages put off"),
      Result("storm_reason", .string, help: "what the receiver answers, or empty"),
      Result("compromised_sender", .string, help: "our sender that dominates, or empty"),
      Result("compromised_senders", .list(.string), help: "every such sender"),
      Result("compromised_count", .integer, help: "their messages, in any queue"),
      Result("compromised_held", .integer, help: "how many of these are on hold already"),
      Result("backscatter_count", .integer, help: "bounces, where they are a cause"),
      Result(
        "all_destinations_count",
        .integer,
        help: "messages put off for a cause on our side, where it is one"
      ),
      Result("all_destinations_reason", .string, help: "what that looks like, or empty"),
      Result(
        "our_side",
        .list(.string),
        help: "what we have to mend, each with its messages and how it is mended"
      ),
      Result("our_side_count", .integer, help: "messages that wait for these"),
      Result(
        "recipient_count",
        .integer,
        help: "messages whose mailbox is unknown, full, switched off or gets too much"
      ),
      Result("wait_count", .integer, help: "messages that pass by themselves and are no storm"),
      Result("other_count", .integer, help: "messages of no named cause"),
      Result("malformed", .integer, help: "lines that could not be understood and are not counted"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let hold = OperationDeclaration(
    name: OperationName("postfix.hold"),
    summary: "Puts the selected messages on hold; they stay in the queue and are not delivered.",
    parameters: Parameter.selection,
    results: Result.queueChange,
    risk: .change,
    isRepeatable: true
  )

  static let release = OperationDeclaration(
    name: OperationName("postfix.release"),
    summary: "Releases the selected messages from hold.",
    parameters: Parameter.selection,
    results: Result.queueChange,
    risk: .change,
    isRepeatable: true
  )

  static let requeue = OperationDeclaration(
    name: OperationName("postfix.requeue"),
    summary:
      "Takes the selected messages through the queue anew, so that changed maps apply to them.",
    parameters: Parameter.selection,
    results: Result.queueChange,
    risk: .change,
    isRepeatable: true
  )

  static let flush = OperationDeclaration(
    name: OperationName("postfix.flush"),
    summary: "Attempts delivery of the whole deferred queue, or of the selected messages, now.",
    parameters: Parameter.selection,
    results: [
      Result("count", .integer, help: "messages scheduled"),
      Result("skipped", .integer, help: "selected messages that are not deferred"),
      Result("digest", .string, help: "SHA-256 of the ids, sorted, one a line"),
    ],
    risk: .change,
    isRepeatable: true
  )

  static let export = OperationDeclaration(
    name: OperationName("postfix.export"),
    summary: "Copies the selected messages, envelope and content, as evidence.",
    parameters: Parameter.selection,
    results: [
      Result("count", .integer, help: "messages copied"),
      Result("missing", .integer, help: "selected messages that could not be copied"),
      Result("ids", .list(.string), help: "queue ids of the messages copied"),
      Result("digest", .string, help: "SHA-256 of the copy"),
      Result("bytes", .integer, help: "size of the copy"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let delete = OperationDeclaration(
    name: OperationName("postfix.delete"),
    summary: "Deletes the selected messages for good, and only those that were exported.",
    parameters: [
      Parameter(
        "exported",
        .list(.string),
        required: true,
        help: "the `ids` of postfix.export; a selected message that is not among them refuses all"
      )
    ] + Parameter.selection,
    results: Result.queueChange,
    risk: .destructive,
    isRepeatable: true
  )

  static let postfixCheck = OperationDeclaration(
    name: OperationName("postfix.check"),
    summary: "Runs `postfix check` and reads the configuration; a misspelt parameter is a warning.",
    parameters: [],
    results: [
      Result("ok", .boolean, help: "no error and no warning"),
      Result("warnings", .list(.string), help: "what Postfix says, at most 50 lines"),
      Result("settings", .integer, help: "parameters set in main.cf"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let settings = OperationDeclaration(
    name: OperationName("postfix.settings"),
    summary: "Compares settings that Postfix has in effect with those expected.",
    parameters: [
      Parameter(
        "expect",
        .list(.string),
        required: true,
        help: "`name=value`; white space and commas between words count as one space"
      )
    ],
    results: [
      Result("matched", .integer, help: "settings that are as expected"),
      Result("mismatched", .list(.string), help: "the others, e.g. `name: is …, expected …`"),
      Result("actual", .list(.string), help: "every setting asked for, as `name=value`"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let services = OperationDeclaration(
    name: OperationName("postfix.services"),
    summary: "Lists the services of master.cf and compares them with those expected.",
    parameters: [
      Parameter("expect", .list(.string), help: "services as `name/type`, e.g. `submission/inet`"),
      Parameter("forbid", .list(.string), help: "services that must not be there"),
    ],
    results: [
      Result("services", .list(.string), help: "every service as `name/type`"),
      Result("missing", .list(.string), help: "expected services that are not there"),
      Result("forbidden", .list(.string), help: "forbidden services that are there"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let intake = OperationDeclaration(
    name: OperationName("postfix.intake"),
    summary:
      "Stops or starts taking mail: every TCP listener of Postfix goes or comes; deliveries go on.",
    parameters: [
      Parameter(
        "accept",
        .boolean,
        required: true,
        help: "false to stop; holds until it is started again or the pod is replaced"
      )
    ],
    results: [
      Result("accepting", .boolean, help: "whether mail is taken now"),
      Result("changed", .boolean, help: "whether the setting was another before"),
    ],
    risk: .change,
    isRepeatable: true
  )

  static let certificate = OperationDeclaration(
    name: OperationName("postfix.certificate"),
    summary: "Compares the certificate that a port serves with those mounted in the pod.",
    parameters: [
      Parameter(
        "port",
        .integer,
        help: "a port that speaks TLS from the first byte; default 465"
      ),
      Parameter(
        "files",
        .list(.string),
        help: "the mounted certificates; default /etc/tls/rsa/tls.crt and /etc/tls/ecdsa/tls.crt"
      ),
    ],
    results: [
      Result("matches", .boolean, help: "whether the served certificate is among those mounted"),
      Result("served", .string, help: "SHA-256 of the served certificate"),
      Result("mounted", .list(.string), help: "SHA-256 of every mounted certificate"),
      Result("subject", .string, help: "whom it is issued to"),
      Result("days_left", .integer, help: "whole days until it expires; -1 where it is not told"),
    ],
    risk: .read,
    isRepeatable: true
  )

  static let reload = OperationDeclaration(
    name: OperationName("postfix.reload"),
    summary: "Makes Postfix read its configuration anew; mail in delivery is not lost.",
    parameters: [],
    results: [Result("reloaded", .boolean, help: "always true")],
    risk: .change,
    isRepeatable: true
  )
}

extension OperationDeclaration.Parameter {
  /// Which messages are meant: those that satisfy every parameter given.
  static let selection = [
    Self("sender", .string, help: "envelope sender; `<>` is the sender of bounces"),
    Self("senders", .list(.string), help: "any of these envelope senders"),
    Self("except_senders", .list(.string), help: "none of these envelope senders"),
    Self("domain", .string, help: "domain of the recipient waited for"),
    Self("domains", .list(.string), help: "any of these recipient domains"),
    Self("reason", .string, help: "class of the reason, as in the queue report"),
    Self("queue", .string, help: "queue, e.g. `deferred`"),
    Self("older_than", .duration, help: "arrived longer ago than this"),
    Self("ids", .list(.string), help: "these queue ids"),
  ]
}

extension OperationDeclaration.Result {
  /// What every change to selected messages tells.
  static let queueChange = [
    Self("count", .integer, help: "messages changed, as postsuper counts them"),
    Self("selected", .integer, help: "messages the selection matched"),
    Self("skipped", .integer, help: "of these, already so or gone before they could be changed"),
    Self("digest", .string, help: "SHA-256 of the selected ids, sorted, one a line"),
  ]
}
