internal import Runbooks

/// `warmup.status`: what the large receivers were sent, put off and bounced each day, by the mail log,
/// against the schedule of a warm-up and its gates.
///
/// Days are those of the log (UTC). What the log does not reach is never taken for little.
struct WarmupStatus: CommandOperation {
  private static let started = Parameter<String?>(
    "started",
    default: { $0.record["values"]?["warmup_started"]?.text },
    "that of `values: {warmup_started: …}` in site.yaml, else none: nothing is judged",
    checkGiven: { text, name throws(OperationFailure) in
      guard day(text) != nil else {
        throw .refusedArgument(name, text, advice: "Give a day such as 2026-11-30.")
      }
      return text
    },
    help: "the first day of the warm-up, e.g. 2026-11-30"
  )
  private static let schedule = Parameter<[Int]>(
    "schedule",
    default: [50, 50, 100, 100] + Array(repeating: 200, count: 3) + Array(repeating: 500, count: 7)
      + Array(repeating: 1_000, count: 7) + [2_000],
    check: { numbers, name throws(OperationFailure) in
      guard (1...400).contains(numbers.count), numbers.allSatisfy({ 1...1_000_000 ~= $0 }) else {
        throw .refusedArgument(name, numbers.words, advice: "Give 1 to 400 numbers above 0.")
      }
      return numbers
    },
    help: "messages that each provider may be sent, by the number of the day; the last goes on"
  )
  private static let providers = Parameter<[String]>(
    "providers",
    default: [
      "google: google.com googlemail.com gmail.com",
      "microsoft: outlook.com hotmail.com live.com msn.com",
      "yahoo: yahoodns.net yahoo.com ymail.com aol.com",
    ],
    check: { texts, name throws(OperationFailure) in
      let names = texts.compactMap { MailProvider($0)?.name }
      guard names.count == texts.count, Set(names).count == names.count, names.count <= 20 else {
        throw .refusedArgument(
          name,
          texts.joined(separator: ", "),
          advice: "Give each once as `NAME: DOMAIN DOMAIN`, at most 20; `other` is the rest."
        )
      }
      return texts
    },
    help:
      "`NAME: DOMAIN …`: receivers by the domain of the hosts that take their mail, and of their "
      + "people where no host was reached; the rest is `other`"
  )
  private static let days = Parameter(
    "days",
    default: 2,
    in: 1...90,
    help: "days that are judged, today among them"
  )
  private static let tail = Parameter(
    "tail",
    default: 200_000,
    in: 1...2_000_000,
    help: "log lines to read from the end"
  )
  private static let file = Parameter(
    "file",
    default: "/var/log/mail/postfix.log",
    check: PathArgument.absolute,
    help: "the log, in the container; of days that are gone from it another one"
  )

  private static let number = ResultField<Int>(
    "day",
    help: "the number of today, by the warm-up; 0: it has not begun"
  )
  private static let allowed = ResultField<Int>(
    "allowed",
    help: "messages that the schedule allows for each provider today"
  )
  private static let allowedBy = ResultField<[String]>(
    "allowed_by",
    help:
      "`PROVIDER COUNT` for today: the schedule, and no more than half again of the most of the "
      + "week before"
  )
  private static let sent = ResultField<[String]>("sent", help: "`PROVIDER COUNT` sent today")
  private static let deferred = ResultField<[String]>(
    "deferred",
    help: "`PROVIDER COUNT of TRIED` put off for policy or reputation (4.7.x) on the days judged"
  )
  private static let bounced = ResultField<[String]>(
    "bounced",
    help: "`PROVIDER COUNT of TRIED` refused for good (5.x) on the days judged"
  )
  private static let over = ResultField<[String]>(
    "over",
    help: "days on which a provider was sent more than allowed, with the numbers, at most 100"
  )
  private static let breached = ResultField<[String]>(
    "breached",
    help: "days on which 5 of 100 were put off or 2 of 100 bounced, with the numbers, at most 100"
  )
  private static let advice = ResultField<String>(
    "advice",
    help: "`go on`, `hold 48 h`, `step back`; `not known`: the log does not reach back far enough; "
      + "`not begun`"
  )
  private static let covers = ResultField<String>(
    "log_covers",
    help: "from when the log reaches, e.g. 2026-11-24T03:12:08Z; empty: no line tells its time"
  )
  private static let uncovered = ResultField<[String]>(
    "uncovered",
    help: "judged days that the log does not tell whole, e.g. 2026-11-24"
  )

  let declaration = OperationDeclaration(
    "warmup.status",
    "Counts what the large receivers were sent and did by day, against the schedule of a warm-up.",
    parameters: [started, schedule, providers, days, tail, file],
    results: [
      number, allowed, allowedBy, sent, deferred, bounced, over, breached, advice, covers,
      uncovered,
    ],
    risk: .read,
    isRepeatable: true
  )

  /// The day since 1970 of `2026-11-30`; nil: it is none.
  private static func day(_ text: String) -> Int? {
    let months = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2], let month = Int(parts[1]),
      1...12 ~= month
    else { return nil }
    return MailDate.seconds("\(parts[2]) \(months[month - 1]) \(parts[0]) 00:00:00 +0000")
      .map { $0 / 86_400 }
  }

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      .postfix(
        ["tail", "-n", String(try call[Self.tail]), try call[Self.file]],
        on: call.site,
        // Counted as it comes; addresses of people are neither kept nor shown.
        keep: 0,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let providers = try call[Self.providers].compactMap { MailProvider($0) }
    let started = try call[Self.started].flatMap(Self.day)
    let (schedule, days) = (try call[Self.schedule], try call[Self.days])
    let intake = WarmupIntake(WarmupTally(providers, now: now))
    let reading = commands[0].sending { intake.take($0) }
    return .kubectl(reading) { outcome throws(OperationFailure) in
      let tally = intake.finish()
      guard tally.isWhole else { throw Self.unread("the end of the log did not arrive") }
      guard !tally.isFull else {
        throw Self.unread("it has more than \(WarmupTally.limit) messages: give a smaller `tail`")
      }
      return .done(
        Self.result(
          WarmupVerdict(
            tally: tally,
            now: now,
            started: started,
            schedule: schedule,
            names: providers.map(\.name) + [MailProvider.other],
            days: days
          )
        )
      )
    }
  }

  private static func unread(_ why: String) -> OperationFailure {
    OperationFailure(
      undetermined: "what receivers were sent",
      Doubt(
        .end,
        why,
        advice: "Run it again; if it is cut again, the way to the cluster loses data."
      )
    )
  }

  private static func result(_ found: WarmupVerdict) -> OperationResult {
    let today = found.now / 86_400
    func lines(_ line: (String) -> String) -> [String] { found.names.map(line) }
    func shares(_ part: KeyPath<WarmupTally.Count, Int>) -> [String] {
      lines { name in
        let counts = found.judged.map { found.count(name, $0) }
        return "\(name) \(counts.map { $0[keyPath: part] }.reduce(0, +)) of "
          + "\(counts.map(\.tried).reduce(0, +))"
      }
    }
    let (over, breached) = (found.over.map(\.words), found.breached.map(\.words))
    let uncovered = found.uncovered
    let begin = found.tally.begin.map(KubernetesObjects.timestamp) ?? ""
    let sentToday = lines { "\($0) \(found.count($0, today).sent)" }
    var words =
      found.number == 0
      ? "No warm-up is under way; today was sent: " + sentToday.joined(separator: ", ")
      : "Day \(found.number) of the warm-up, \(found.allowed) allowed; sent: "
        + sentToday.joined(separator: ", ") + "; \(found.advice)"
    if let first = (breached + over).first {
      words += "; \(counted(breached.count + over.count, "day")) above a limit, the first: \(first)"
    }
    return OperationResult(
      [
        number(found.number), allowed(found.allowed),
        allowedBy(lines { "\($0) \(found.allowed($0, today))" }), sent(sentToday),
        deferred(shares(\.deferred)), bounced(shares(\.bounced)),
        Self.over(Array(over.prefix(100))),
        Self.breached(Array(breached.prefix(100))), advice(found.advice), covers(begin),
        Self.uncovered(uncovered.map(WarmupVerdict.date)),
      ],
      summary: words + ".",
      evidence: [
        MailPolicyFamily.evidence(
          "counts by day",
          found.judged.flatMap { day in
            lines { name in
              let count = found.count(name, day)
              return "\(WarmupVerdict.date(day)) \(name) tried \(count.tried) sent \(count.sent) "
                + "put off \(count.deferred) bounced \(count.bounced)"
            }
          }
        )
      ],
      doubt: uncovered.isEmpty
        ? nil
        : Doubt(
          .parts,
          begin.isEmpty
            ? "the log has no line that tells its time"
            : "the log begins at \(begin), and \(counted(uncovered.count, "day")) before are not told "
              + "whole",
          advice: "Give a larger `tail`, another `file` that has those days, or fewer `days`."
        )
    )
  }
}
