internal import Runbooks

/// `restic.snapshots`: how old the newest backup is and what is in it, by `restic snapshots`.
///
/// The platform has restic in its jobs alone (`deploy/components/backup`), which nothing can be run
/// in. So it runs where the site has it: on this machine or at a vantage. Repository and password
/// are restic's own environment variables, which a file there sets, as the Secret `backup` does for
/// the jobs; give it a key that can read. Neither a lock nor a cache is left behind. Formats: those
/// of restic 0.14, seen.
struct ResticSnapshots: CommandOperation {
  private static let environment = Parameter<String?>(
    "environment",
    default: { $0.record["values"]?["restic"]?.text },
    "that of `values: {restic: …}` in site.yaml, else the place's own",
    checkGiven: PathArgument.absolute,
    help: "a file where it runs, with lines for sh that set RESTIC_REPOSITORY, RESTIC_PASSWORD and "
      + "the keys"
  )
  private static let tag = Parameter<String>(
    "tag",
    default: "mail",
    check: word,
    help: "the tag of the snapshots that are meant"
  )
  private static let expect = Parameter<[String]>(
    "expect",
    default: ["/data/vmail", "/data/spool", "/data/state", "/data/secrets"],
    check: { paths, name throws(OperationFailure) in
      for path in paths { _ = try PathArgument.absolute(path, name) }
      return paths
    },
    help: "paths that have to be in the newest"
  )

  private static let count = ResultField<Int>("count", help: "snapshots with the tag")
  private static let age = ResultField<Duration>(
    "age",
    help: "of the newest; 0s where there is none"
  )
  private static let newest = ResultField<String>(
    "newest",
    help: "the short id of the newest; empty: there is none"
  )
  private static let time = ResultField<String>("time", help: "when it was made; empty: none was")
  private static let host = ResultField<String>("host", help: "of which host it is; empty: none")
  private static let paths = ResultField<[String]>("paths", help: "paths in the newest")
  private static let missing = ResultField<[String]>(
    "missing",
    help: "of `expect` those not in the newest"
  )

  let declaration = OperationDeclaration(
    "restic.snapshots",
    "Reads which backups there are: how many, how old the newest is and which paths it has.",
    parameters: [environment, tag, expect, Probe.from],
    results: [count, age, newest, time, host, paths, missing],
    risk: .read,
    isRepeatable: true
  )

  private static func word(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        || "-._".utf8.contains($0)
    }
    guard !text.isEmpty, isPlain, !text.hasPrefix("-") else {
      throw .refusedArgument(name, text, advice: "Give one tag such as mail.")
    }
    return text
  }

  /// Reads a file of settings and becomes the program. A constant: file and program are its
  /// arguments.
  static let script = #"set -a; . "$0"; exec "$@""#

  /// How long it may take, in seconds: a list of months is many small objects.
  private static let patience = 60

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    _ = try call[Self.expect]
    let restic = [
      "restic", "snapshots", "--json", "--no-lock", "--no-cache", "--tag", try call[Self.tag],
    ]
    let file = try call[Self.environment]
    return [
      Command(
        Probe.bounded(
          file.map { ["sh", "-c", Self.script, $0] + restic } ?? restic,
          seconds: Self.patience
        ),
        from: try call[Probe.from],
        on: call.site,
        keep: 8 << 20,
        streams: false
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (from, expected) = (try call[Probe.from], try call[Self.expect])
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let snapshots = try ResticFailure.snapshots(outcome, of: commands[0], from: from)
      return .done(Self.result(snapshots, expected, now: now))
    }
  }

  private static func result(
    _ snapshots: [ResticSnapshot],
    _ expected: [String],
    now: Int
  ) -> OperationResult {
    guard let last = snapshots.max(by: { ($0.made, $0.id) < ($1.made, $1.id) }) else {
      return OperationResult(
        [
          count(0), age(.zero), newest(""), time(""), host(""), paths([]), missing(expected),
        ],
        summary: "There is no such snapshot."
      )
    }
    let lost = expected.filter { !last.paths.contains($0) }
    let seconds = max(0, now - last.made)
    return OperationResult(
      [
        count(snapshots.count), age(.seconds(seconds)), newest(capped(last.id, 64)),
        time(KubernetesObjects.timestamp(last.made)), host(capped(last.host, 120)),
        paths(last.paths.prefix(200).map { capped($0, 400) }), missing(lost),
      ],
      summary: "The newest of \(counted(snapshots.count, "snapshot")) is "
        + "\(DurationText.format(.seconds(seconds))) old"
        + (lost.isEmpty ? "." : " and lacks \(capped(lost.joined(separator: ", "), 120))."),
      // Clocks of two machines differ by seconds; by minutes one of them is wrong.
      doubt: last.made > now + 300
        ? Doubt(
          .parts,
          "the newest snapshot is of a time to come",
          advice: "See that the clocks of this machine and of the mail node are right."
        ) : nil
    )
  }
}
