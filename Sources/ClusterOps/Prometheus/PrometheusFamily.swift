internal import Runbooks

/// Metrics, as Prometheus tells of them through its HTTP API (prometheus.io, querying/api); seen of
/// version 2.42, which the image has.
enum PrometheusFamily {
  static let service = WebService("Prometheus", value: "prometheus", at: "http://127.0.0.1:9090")

  static let operations: [any CommandOperation] = [
    PrometheusQuery(), PrometheusTargets(), PrometheusRules(),
  ]

  /// An answer of the API around what was asked for.
  struct Reply<Content: Decodable & Sendable>: Decodable, Sendable {
    let data: Content
    var warnings: [String]?

    /// What Prometheus itself is not sure of.
    var doubt: Doubt? {
      warnings?.first.map {
        Doubt(
          .parts,
          "Prometheus warns: \(EscapedText.escaped($0))",
          advice: "See whether all it asks for metrics is there."
        )
      }
    }
  }

  /// Labels as Prometheus writes them, `up{instance="127.0.0.1:9154", job="postfix"}`.
  static func words(_ labels: [String: String]) -> String {
    let name = labels["__name__"] ?? ""
    let pairs = labels.filter { $0.key != "__name__" }.sorted { $0.key < $1.key }.map {
      "\($0.key)=\"\($0.value.replacing("\"", with: "\\\""))\""
    }
    guard !pairs.isEmpty || name.isEmpty else { return EscapedText.escaped(name) }
    return EscapedText.escaped("\(name){\(pairs.joined(separator: ", "))}", 400)
  }
}
