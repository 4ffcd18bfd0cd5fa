internal import Runbooks

/// `prometheus.query`: what a query gives now (`/api/v1/query`).
///
/// That there is no series is an answer of its own. A value that is no number, as 0/0 is, can be
/// compared with nothing and is undetermined.
struct PrometheusQuery: CommandOperation {
  private static let query = Parameter<String>(
    "query",
    default: "up",
    check: { text, name throws(OperationFailure) in
      guard !text.isEmpty, text.utf8.count <= 4_000, !text.utf8.contains(0) else {
        throw .refusedArgument(name, text, advice: "Give a query in PromQL of 1 to 4000 bytes.")
      }
      return text
    },
    help: "the query, in PromQL"
  )

  private static let samples = ResultField<Int>("samples", help: "series that have a value")
  private static let isEmpty = ResultField<Bool>("empty", help: "whether there is none")
  private static let value = ResultField<Double>("value", help: "the first value; 0 without any")
  private static let lowest = ResultField<Double>("lowest", help: "the least; 0 without any")
  private static let highest = ResultField<Double>("highest", help: "the greatest; 0 without any")
  private static let lowestSeries = ResultField<String>(
    "lowest_series",
    help: "which has the least, e.g. `up{job=\"postfix\"}`; empty without any"
  )
  private static let values = ResultField<[String]>(
    "values",
    help: "the values as Prometheus writes them, at most 200"
  )
  private static let series = ResultField<[String]>(
    "series",
    help: "the series of each, in the order of values"
  )
  private static let names = ResultField<[String]>("names", help: "names of the metrics, each once")

  let declaration = OperationDeclaration(
    "prometheus.query",
    "Asks Prometheus what a query gives now.",
    parameters: [query] + PrometheusFamily.service.parameters,
    results: [
      samples, isEmpty, value, lowest, highest, lowestSeries, values, series, names,
    ],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    [
      try PrometheusFamily.service.command(
        "/api/v1/query",
        [("query", try call[Self.query])],
        call
      )
    ]
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    .run(commands[0]) { outcome throws(OperationFailure) in
      let reply = try PrometheusFamily.service.answer(
        PrometheusFamily.Reply<Answered>.self,
        outcome,
        call
      )
      return .done(try Self.result(reply.data.points, doubt: reply.doubt))
    }
  }

  /// A value of a series.
  private struct Point: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey { case metric, value }

    let labels: [String: String]
    let text: String

    init(labels: [String: String], text: String) { (self.labels, self.text) = (labels, text) }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      labels = try fields.decode([String: String].self, forKey: .metric)
      text = try fields.decode(Stamped.self, forKey: .value).text
    }
  }

  /// `[seconds, "value"]`.
  private struct Stamped: Decodable {
    let text: String

    init(from decoder: any Decoder) throws {
      var parts = try decoder.unkeyedContainer()
      _ = try parts.decode(Double.self)
      text = try parts.decode(String.self)
    }
  }

  /// The two kinds of answer that have a value now.
  private struct Answered: Decodable, Sendable {
    private enum CodingKeys: String, CodingKey { case resultType, result }

    let points: [Point]

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      switch try fields.decode(String.self, forKey: .resultType) {
      case "vector": points = try fields.decode([Point].self, forKey: .result)
      case "scalar":
        let text = try fields.decode(Stamped.self, forKey: .result).text
        points = [Point(labels: [:], text: text)]
      default:
        throw DecodingError.dataCorruptedError(
          forKey: .resultType,
          in: fields,
          debugDescription: "no value now"
        )
      }
    }
  }

  private static func result(
    _ points: [Point],
    doubt: Doubt?
  ) throws(OperationFailure) -> OperationResult {
    var numbers: [Double] = []
    for point in points {
      guard let number = Double(point.text), number.isFinite else {
        throw PrometheusFamily.service.failure(
          "the value of \(capped(PrometheusFamily.words(point.labels), 120)) is "
            + "‘\(EscapedText.escaped(point.text, 20))’, which is no number",
          "Ask for what has one; a rate of nothing by nothing has none."
        )
      }
      numbers.append(number)
    }
    let least = numbers.indices.min { numbers[$0] < numbers[$1] }
    let worst = least.map { PrometheusFamily.words(points[$0].labels) } ?? ""
    let summary: String
    switch (least, points.count) {
    case (nil, _): summary = "No series has a value."
    case (let least?, 1): summary = "The value is \(capped(points[least].text, 40))."
    case (let least?, let count):
      summary =
        "\(count) series have a value; the least is \(capped(points[least].text, 40)), of "
        + "\(capped(worst, 120))."
    }
    return OperationResult(
      [
        samples(points.count), isEmpty(points.isEmpty), value(numbers.first ?? 0),
        lowest(numbers.min() ?? 0), highest(numbers.max() ?? 0), lowestSeries(worst),
        values(points.prefix(200).map { capped($0.text, 40) }),
        series(points.prefix(200).map { PrometheusFamily.words($0.labels) }),
        names(
          Set(points.compactMap { $0.labels["__name__"] }).sorted().prefix(200).map {
            EscapedText.escaped($0)
          }
        ),
      ],
      summary: summary,
      doubt: doubt
    )
  }
}
