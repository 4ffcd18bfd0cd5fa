internal import Runbooks

/// Reports of others about our mail, read in the mailbox that they are sent to.
///
/// `deploy/` has dmarc@ and tlsrpt@ lead to the postmaster's mailbox. It is read by doveadm-fetch(1),
/// which knows how mail is stored; nothing in it is changed, not even what is read and unread.
enum ReportsFamily {
  static let operations: [any CommandOperation] = [DMARCReports(), TLSReports()]

  static let user = Parameter<String>(
    "user",
    default: { $0.record["values"]?["reports"]?.text ?? "postmaster@\($0.domain)" },
    "that of `values: {reports: …}` in site.yaml, else the site's postmaster",
    check: DovecotFamily.login,
    help: "the login whose INBOX reports are sent to"
  )

  /// How far back reports are read, by when they came.
  static func since(_ days: Int) -> Parameter<Duration> {
    Parameter<Duration>(
      "since",
      default: .seconds(days * day),
      check: { span, name throws(OperationFailure) in
        guard span >= .seconds(day), span <= .seconds(90 * day) else {
          throw .refusedArgument(name, span.words, advice: "Give 1d to 90d.")
        }
        return span
      },
      help: "reports that came in this time, in whole days; 1d to 90d"
    )
  }

  static let day = 86_400

  /// How long it may take, in seconds.
  private static let patience = 120

  /// The program before its search.
  static let program = ["doveadm", "-f", "json", "fetch"]

  /// Fetches the messages of the last days whose subject is that of a report (RFC 7489 §7.2.1.1,
  /// RFC 8460 §5.3): the mailbox has others, which are nobody's business.
  static func command(_ since: Duration, _ call: Call) throws(OperationFailure) -> Command {
    let days = (Int(since.components.seconds) + day - 1) / day
    return Command(
      Probe.bounded(
        program + [
          "-u", try call[user], "uid text", "mailbox", "INBOX", "since", "\(days)days", "subject",
          "report domain",
        ],
        seconds: patience
      ),
      from: .pod(container: try call[DovecotFamily.service.container]),
      on: call.site,
      // Mail is neither kept nor shown.
      keep: 0,
      streams: false
    )
  }
}

extension Procedure {
  /// Reads the reports of one kind and goes on with what they come to.
  static func readReports<Totals: ReportTotals>(
    _ command: Command,
    into totals: Totals,
    then: @escaping (ReportIntake<Totals>.Reading) throws(OperationFailure) -> OperationResult
  ) -> Procedure {
    let intake = ReportIntake(totals)
    let reading = command.sending { intake.take($0) }
    return .run(reading) { outcome throws(OperationFailure) in
      let service = DovecotFamily.service
      guard try service.exit(of: outcome, reading) == 0 else {
        throw service.silent(PodService.said(outcome))
      }
      let found = intake.finish()
      guard found.isUnderstood else {
        throw service.notUnderstood("it is no list of messages in JSON")
      }
      guard found.isWhole else {
        throw OperationFailure(
          undetermined: "the reports were not read to the end",
          Doubt(
            .end,
            "the end of what doveadm printed did not arrive",
            advice: "Run the step again; if it is cut again, the way to the cluster loses data."
          )
        )
      }
      guard !found.totals.ledger.isFull else {
        throw OperationFailure(
          undetermined: "there are more than \(ReportLedger.limit) reports",
          Doubt(.end, "the others were not counted", advice: "Give a shorter `since`.")
        )
      }
      return .done(try then(found))
    }
  }
}
