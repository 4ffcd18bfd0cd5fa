internal import Foundation
internal import Runbooks

/// `http.get`: one request by curl(1), without its configuration files and without a proxy.
struct HTTPGet: CommandOperation {
  private static let url = Parameter<String>(
    "url",
    check: HTTPAddress.checked,
    help: "the address"
  )
  private static let method = Parameter<HTTPMethod>("method", default: .get, help: "the method")
  private static let address = Parameter<String?>(
    "address",
    checkGiven: HostName.checked,
    help: "the address to connect to instead of what the name resolves to"
  )
  private static let pattern = Parameter<String?>(
    "pattern",
    checkGiven: { text, name throws(OperationFailure) in
      guard (try? Regex(text)) != nil else {
        throw .refusedArgument(name, text, advice: "Give a regular expression.")
      }
      return text
    },
    help: "a regular expression to look for in the body"
  )

  private static let status = ResultField<Int>("status", help: "the status code (RFC 9110 §15)")
  private static let body = ResultField<String>("body", help: "the body, at most 64 KiB")
  private static let matched = ResultField<Bool>(
    "matched",
    help: "whether the pattern is in the body; true when none was asked for"
  )
  private static let contentType = ResultField<String>(
    "content_type",
    help: "its media type, or empty"
  )
  private static let location = ResultField<String>(
    "location",
    help: "where it is redirected to, or empty; not followed"
  )
  private static let peer = ResultField<String>("address", help: "the address that answered")
  private static let milliseconds = ResultField<Int>("milliseconds", help: "how long it took")
  private static let isTruncated = ResultField<Bool>(
    "truncated",
    help: "whether the body is longer"
  )

  let declaration = OperationDeclaration(
    "http.get",
    "Makes one HTTP request and reads status, headers and body; certificates are verified.",
    parameters: [url, method, address, Probe.roots, pattern, Probe.from],
    results: [status, body, matched, contentType, location, peer, milliseconds, isTruncated],
    risk: .read,
    isRepeatable: true
  )

  func commands(_ call: Call) throws(OperationFailure) -> [Command] {
    let url = try call[Self.url]
    var argv = Curl.argv
    if try call[Self.method] == .head { argv.append("--head") }
    if let roots = try call[Probe.roots] { argv += ["--cacert", roots] }
    if let address = try call[Self.address], let place = Self.place(of: url) {
      argv += ["--connect-to", "\(place):\(Probe.bracketed(address)):"]
    }
    return [
      Command(
        argv + [url],
        from: try call[Probe.from],
        on: call.site,
        keep: 1 << 20,
        streams: false
      )
    ]
  }

  /// `host:port` of an address.
  private static func place(of url: String) -> String? {
    guard let parts = URLComponents(string: url), let host = parts.host else { return nil }
    return "\(host):\(parts.port ?? (parts.scheme == "http" ? 80 : 443))"
  }

  func begin(
    _ call: Call,
    _ commands: [Command],
    now: Int
  ) throws(OperationFailure) -> Procedure {
    let (url, from) = (try call[Self.url], try call[Probe.from])
    let pattern = try call[Self.pattern]
    return .run(commands[0]) { outcome throws(OperationFailure) in
      let report = try Curl.report(outcome, of: url, from: from)
      return .done(Self.result(report, outcome, pattern, url))
    }
  }

  private static func result(
    _ report: Curl.Report,
    _ outcome: CommandOutcome,
    _ pattern: String?,
    _ url: String
  ) -> OperationResult {
    let text = String(decoding: outcome.stdout.prefix(64 << 10), as: UTF8.self)
    let isFound = pattern.map { pattern in
      (try? Regex(pattern)).flatMap { try? $0.firstMatch(in: text) } != nil
    }
    var summary = "\(capped(url, 120)) answered \(report.status)"
    if let isFound, !isFound { summary += ", without what was looked for" }
    return OperationResult(
      [
        status(report.status), body(text), matched(isFound ?? true),
        contentType(capped(report.contentType ?? "", 100)),
        location(capped(report.redirect ?? "", 500)), peer(capped(report.address ?? "", 60)),
        milliseconds(Int(report.seconds * 1_000)),
        isTruncated(outcome.isTruncated || outcome.stdout.count > 64 << 10),
      ],
      summary: summary + " in \(Int(report.seconds * 1_000)) ms.",
      evidence: [
        Evidence(
          name: "body",
          mediaType: capped(report.contentType ?? "application/octet-stream", 100),
          bytes: outcome.stdout
        )
      ]
    )
  }
}

/// The methods of a probe: those that change nothing (RFC 9110 §9.2.1).
enum HTTPMethod: String, ArgumentChoice {
  case get = "GET"
  case head = "HEAD"
}
