internal import Runbooks

/// `k8s.logs`: the end of a container's log.
struct LogsOperation: CommandOperation {
  private static let tail = Parameter(
    "tail",
    default: 500,
    in: 1...50_000,
    help: "lines to read from the end"
  )
  private static let since = Parameter<Duration?>("since", help: "only lines younger than this")
  private static let pattern = Parameter<String?>(
    "pattern",
    checkGiven: { text, _ throws(OperationFailure) in
      _ = try LinePattern(text)
      return text
    },
    help: "regular expression to count matching lines of"
  )
  private static let previous = Parameter<Bool>(
    "previous",
    default: false,
    help: "the container's log before its last restart"
  )

  private static let lines = ResultField<Int>("lines", help: "lines read")
  private static let matched = ResultField<Int>(
    "matched",
    help: "lines that match; all lines without a pattern"
  )
  private static let samples = ResultField<[String]>(
    "samples",
    help: "the first lines that match, at most 20, shortened"
  )

  let declaration = OperationDeclaration(
    "k8s.logs",
    "Reads the last log lines of a container and counts those that match.",
    parameters: [
      KubernetesParameter.workload, KubernetesParameter.container, tail, since, pattern, previous,
    ],
    results: [lines, matched, samples],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let workload = try call[KubernetesParameter.workload]
    var options = [
      "--container", try call[KubernetesParameter.container],
      "--tail", String(try call[Self.tail]),
    ]
    _ = try call[Self.pattern]
    if let since = try call[Self.since] {
      options += ["--since", "\(max(1, since.components.seconds))s"]
    }
    if try call[Self.previous] { options.append("--previous") }
    return [
      Command(
        here: Kubectl(call.site).call(["logs", workload] + options, isShort: false),
        keep: 32 << 20
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let pattern = try LinePattern(try call[Self.pattern])
    return .kubectl(commands[0]) { outcome throws(OperationFailure) in
      let lines = LineSplitter.lines(of: outcome.stdout, limit: 4096).map(\.text)
      let matching = lines.filter { pattern.matches($0) }
      return .done(
        OperationResult(
          [
            Self.lines(lines.count), Self.matched(matching.count),
            Self.samples(matching.prefix(20).map { capped($0, 400) }),
          ],
          summary: "\(counted(matching.count, "line")) of \(lines.count) "
            + "match\(matching.count == 1 ? "es" : "")."
        )
      )
    }
  }
}

/// A regular expression for log lines; without one every line matches.
private struct LinePattern {
  private let regex: Regex<AnyRegexOutput>?

  init(_ text: String?) throws(OperationFailure) {
    guard let text else {
      regex = nil
      return
    }
    do {
      regex = try Regex(text)
    } catch {
      throw OperationFailure(
        .refused,
        "‘\(capped(text, 60))’ is not a regular expression",
        advice: "Correct `pattern`; its syntax is that of Perl.",
        effect: .none
      )
    }
  }

  func matches(_ line: String) -> Bool {
    guard let regex else { return true }
    return (try? regex.firstMatch(in: line)) != nil
  }
}
