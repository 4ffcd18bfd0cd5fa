internal import Runbooks

/// `logs.search`: the lines of the last while that a query selects (`/loki/api/v1/query_range`).
///
/// What people wrote to us stands in logs: lines and labels are escaped, shortened and few.
struct LogsSearch: CommandOperation {
  private static let query = Parameter<String>(
    "query",
    default: "{program=\"postfix\"}",
    check: { text, name throws(OperationFailure) in
      guard !text.isEmpty, text.utf8.count <= 4_000, !text.utf8.contains(0) else {
        throw .refusedArgument(name, text, advice: "Give a query in LogQL of 1 to 4000 bytes.")
      }
      return text
    },
    help: "the query, in LogQL: a selector of streams, and perhaps filters"
  )
  private static let since = Parameter<Duration>(
    "since",
    default: .seconds(3_600),
    check: { span, name throws(OperationFailure) in
      guard span >= .seconds(1), span <= .seconds(30 * 86_400) else {
        throw .refusedArgument(name, span.words, advice: "Give 1s to 30d.")
      }
      return span
    },
    help: "how far it is looked back; 1s to 30d"
  )
  private static let limit = Parameter(
    "limit",
    default: 500,
    in: 1...5_000,
    help: "lines that are counted, the newest"
  )

  private static let lines = ResultField<Int>("lines", help: "lines found, at most `limit`")
  private static let isMore = ResultField<Bool>("more", help: "whether `limit` was reached")
  private static let newest = ResultField<Duration>(
    "newest_age",
    help: "age of the newest line; without any as far as it was looked back"
  )
  private static let streams = ResultField<[String]>(
    "streams",
    help: "labels of the streams that have lines, at most 100"
  )
  private static let samples = ResultField<[String]>(
    "samples",
    help: "the newest lines, escaped and shortened, at most 20"
  )

  let declaration = OperationDeclaration(
    "logs.search",
    "Searches the logs that Loki keeps: how many lines there are and how old the newest is.",
    parameters: [query, since, limit] + LokiFamily.service.parameters,
    results: [lines, isMore, newest, streams, samples],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      try LokiFamily.service.command(
        "/loki/api/v1/query_range",
        [
          ("query", try call[Self.query]),
          ("since", "\(try call[Self.since].components.seconds)s"),
          ("limit", String(try call[Self.limit])), ("direction", "backward"),
        ],
        call
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (since, limit) = (try call[Self.since], try call[Self.limit])
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let reply = try LokiFamily.service.answer(Reply.self, outcome, call)
      return .done(Self.result(reply.data.result, since: since, limit: limit, now: now))
    }
  }

  private struct Reply: Decodable, Sendable {
    let data: Found
  }

  /// Streams, and no numbers, which other queries give.
  private struct Found: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey { case resultType, result }

    let result: [Stream]

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      guard try fields.decode(String.self, forKey: .resultType) == "streams" else {
        throw DecodingError.dataCorruptedError(
          forKey: .resultType,
          in: fields,
          debugDescription: "no lines"
        )
      }
      result = try fields.decode([Stream].self, forKey: .result)
    }
  }

  private struct Stream: Decodable, Sendable {
    let stream: [String: String]
    let values: [Line]
  }

  /// `["nanoseconds since 1970", "text"]`, and perhaps more.
  private struct Line: Decodable, Sendable {
    let nanoseconds: Int
    let text: String

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      guard let nanoseconds = Int(try parts.decode(String.self)) else {
        throw DecodingError.dataCorruptedError(in: parts, debugDescription: "no time")
      }
      self.nanoseconds = nanoseconds
      text = try parts.decode(String.self)
    }
  }

  private static func result(
    _ found: [Stream],
    since: Duration,
    limit: Int,
    now: Int
  ) -> OperationResult {
    let all = found.flatMap(\.values).sorted { $0.nanoseconds > $1.nanoseconds }
    let age = all.first.map { Duration.seconds(max(0, now - $0.nanoseconds / 1_000_000_000)) }
    let labels = found.filter { !$0.values.isEmpty }.map { PrometheusFamily.words($0.stream) }
    let span = DurationText.format(since)
    return OperationResult(
      [
        lines(all.count), isMore(all.count >= limit), newest(age ?? since),
        streams(Array(labels.sorted().prefix(100))),
        samples(all.prefix(20).map { EscapedText.escaped($0.text) }),
      ],
      summary: age.map {
        "\(counted(all.count, "line")) of \(counted(labels.count, "stream")) in the last \(span), "
          + "the newest \(DurationText.format($0)) old."
      } ?? "No line in the last \(span)."
    )
  }
}
