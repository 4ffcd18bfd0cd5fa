internal import Foundation
internal import Runbooks

/// A service that answers questions as JSON over HTTP: its name in a sentence, and where it is.
///
/// The platform publishes none of its own. Where the site does not say how it is reached, it is
/// looked for where `kubectl port-forward` puts it.
struct WebService: Sendable {
  /// As an operator says it, e.g. `Prometheus`.
  let name: String
  /// Where a step says where it is.
  let url: Parameter<String>
  /// Its name among the `values` of site.yaml.
  private let value: String

  /// - Parameters:
  ///   - value: its name among the `values` of site.yaml.
  ///   - standard: its address where site.yaml has none.
  init(_ name: String, value: String, at standard: String) {
    self.name = name
    self.value = value
    url = Parameter<String>(
      "url",
      default: { $0.record["values"]?[value]?.text ?? standard },
      "that of `values: {\(value): …}` in site.yaml, else \(standard)",
      check: HTTPAddress.base,
      help: "where \(name) is, without a path of its API"
    )
  }

  /// The parameters that every question has.
  var parameters: [any AnyParameter] { [url, Probe.roots, Probe.from] }

  /// A question to it.
  ///
  /// - Parameter fields: of the query string, in plain text.
  func command(
    _ path: String,
    _ fields: [(name: String, value: String)] = [],
    _ call: Call
  ) throws(OperationFailure) -> Command {
    var argv = Curl.argv + ["--get"]
    if let roots = try call[Probe.roots] { argv += ["--cacert", roots] }
    for field in fields { argv += ["--data-urlencode", "\(field.name)=\(field.value)"] }
    return Command(
      argv + [try call[url] + path],
      from: try call[Probe.from],
      on: call.site,
      keep: 1 << 20,
      streams: false
    )
  }

  /// What it answered, whole and as JSON.
  func answer<Reply: Decodable>(
    _ type: Reply.Type,
    _ outcome: CommandOutcome,
    _ call: Call
  ) throws(OperationFailure) -> Reply {
    let report = try self.report(outcome, call)
    // 63: curl gave up as it is longer than it may be.
    guard !outcome.isTruncated, outcome.exit != 63 else {
      throw failure("it answers more than is read", "Ask for less: a narrower query.")
    }
    let data = Data(outcome.stdout)
    guard report.status == 200 else { throw refusal(report.status, data) }
    let error = try? JSONDecoder().decode(Refusal.self, from: data)
    if let error, error.status == "error" { throw refusal(report.status, data) }
    guard let reply = try? JSONDecoder().decode(type, from: data) else {
      throw notUnderstood(
        outcome.stdout.isEmpty
          ? "it says nothing" : "it begins with ‘\(EscapedText.escaped(outcome.stdoutText, 80))’"
      )
    }
    return reply
  }

  /// The facts of a transfer that reached it.
  private func report(
    _ outcome: CommandOutcome,
    _ call: Call
  ) throws(OperationFailure) -> Curl.Report {
    let (place, from) = (try call[url], try call[Probe.from])
    do throws(OperationFailure) {
      return try Curl.report(outcome, of: "\(name) at \(place)", from: from)
    } catch {
      guard error.reason == .undetermined else { throw error }
      throw OperationFailure(
        .undetermined,
        error.message,
        advice: "See whether it runs and can be reached from \(from.words), e.g. by `kubectl "
          + "port-forward`; where it is elsewhere say so in site.yaml: `values: {\(value): "
          + "https://…}`.",
        effect: .none
      )
    }
  }

  /// How APIs of this kind tell that they have no answer.
  private struct Refusal: Decodable {
    let status: String
    var errorType: String?
    var error: String?
  }

  private func refusal(_ status: Int, _ body: Data) -> OperationFailure {
    let told = try? JSONDecoder().decode(Refusal.self, from: body)
    let words =
      told.map { [$0.errorType, $0.error].compactMap(\.self).joined(separator: ": ") }
      ?? String(decoding: body.prefix(2_000), as: UTF8.self)
    let why = EscapedText.escaped(words.trimmingSpaces)
    if status == 401 || status == 403 {
      return failure(
        "it wants a login, and none is given (\(status))",
        "Ask it from a place that may, with `from` or another `url`."
      )
    }
    if [200, 400, 422].contains(status) {
      return OperationFailure(
        .refused,
        "\(name) refuses the question: \(why.isEmpty ? "status \(status)" : why)",
        advice: "Correct the query, and see that `url` is \(name)'s.",
        effect: .none
      )
    }
    return failure(
      "it answers \(status)\(why.isEmpty ? "" : ": \(why)")",
      "See that `url` is \(name)'s, and what its log says; then retry."
    )
  }

  /// That what it told is not what is known of it; no evidence either way.
  func notUnderstood(_ why: String) -> OperationFailure {
    failure("what it told is not understood: \(capped(why))", "See that `url` is \(name)'s.")
  }

  /// That nothing can be concluded; no evidence either way.
  func failure(_ why: String, _ advice: String) -> OperationFailure {
    OperationFailure(
      undetermined: "\(name) told nothing",
      Doubt(.end, why, advice: advice)
    )
  }
}
