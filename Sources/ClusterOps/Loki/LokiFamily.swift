/// Logs where they are kept and searched, as Loki tells of them through its HTTP API.
///
/// The platform sends its logs to the site's own store (`deploy/components/logs`) and ships none.
/// Loki's is the one that is known here; its answers are those of its documentation
/// (grafana.com/docs/loki, reference/loki-http-api), as none was at hand.
enum LokiFamily {
  static let service = WebService("Loki", value: "loki", at: "http://127.0.0.1:3100")

  static let operations: [any CommandOperation] = [LogsSearch()]
}
