internal import Foundation
internal import Runbooks

/// The API of Cloudflare (version 4), asked by curl(1).
///
/// The token is in no argument: curl reads it from standard input or from a file of headers.
struct Cloudflare: Sendable {
  private let base: String
  private let token: SecretMark?
  private let tokenFile: String?
  private let from: Vantage
  private let site: Site

  init(_ call: Call) throws(OperationFailure) {
    base = try call[DNSProviderArguments.api]
    token = try call[DNSProviderArguments.token]
    tokenFile = try call[DNSProviderArguments.tokenFile]
    from = try DNSProviderArguments.from(call)
    site = call.site
    guard token != nil || tokenFile != nil else {
      throw OperationFailure(
        .refused,
        "no token for Cloudflare is given",
        advice: "Give `token`, a secret, or `token_file`, a file with the line `Authorization: "
          + "Bearer TOKEN`.",
        effect: .none
      )
    }
  }

  /// How it is called in a sentence.
  static let name = "Cloudflare"

  /// A request whose address is known before.
  func command(_ path: String, _ fields: [(name: String, value: String)] = []) -> Command {
    var argv = argv(withInput: token != nil)
    if !fields.isEmpty { argv.append("--get") }
    for field in fields { argv += ["--data-urlencode", "\(field.name)=\(field.value)"] }
    let command = Command(
      argv + [base + path],
      from: from,
      on: site,
      inputDescription: token == nil ? nil : "the token",
      streams: false
    )
    return feeding(command, [])
  }

  /// A request whose address or body is known only when it is made.
  ///
  /// - Parameter words: what it is, for a preview.
  func later(_ words: String, changes: Bool = false) -> Command {
    Command(
      argv(withInput: true),
      from: from,
      on: site,
      inputDescription: token == nil ? words : "\(words), and the token",
      changes: changes,
      streams: false
    )
  }

  /// The same with its address, and with a body it is a POST of it.
  func filled(_ command: Command, _ path: String, body: Value? = nil) -> Command {
    var lines = [#"url = "\#(base)\#(path)""#]
    if let body {
      let text = String(decoding: JSONBytes.text(body), as: UTF8.self)
      lines += [
        #"header = "Content-Type: application/json""#,
        "data-raw = \"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\"",
      ]
    }
    return feeding(command, lines)
  }

  private func argv(withInput: Bool) -> [String] {
    Curl.argv + (token == nil ? ["--header", "@" + (tokenFile ?? "")] : [])
      + (withInput ? ["--config", "-"] : [])
  }

  private func feeding(_ command: Command, _ lines: [String]) -> Command {
    let text = lines.map { $0 + "\n" }.joined()
    guard let token else { return text.isEmpty ? command : command.feeding(Array(text.utf8)) }
    return command.feeding(
      VeiledText(#"header = "Authorization: Bearer "#) + VeiledText(token)
        + VeiledText("\"\n" + text)
    )
  }

  // MARK: Answers

  /// What every answer is.
  struct Reply<Result: Decodable & Sendable>: Decodable, Sendable {
    let success: Bool
    let errors: [Problem]?
    let result: Result?
    let page: Page?

    private enum CodingKeys: String, CodingKey {
      case success, errors, result
      case page = "result_info"
    }
  }

  struct Problem: Decodable, Sendable {
    let code: Int
    let message: String
  }

  struct Page: Decodable, Sendable {
    let total: Int?
    let pages: Int?

    private enum CodingKeys: String, CodingKey {
      case total = "total_count"
      case pages = "total_pages"
    }
  }

  /// Only the errors of an answer.
  private struct Errors: Decodable {
    let errors: [Problem]?
  }

  /// The answer to a reading.
  ///
  /// - Parameter doing: what the token has to be good for, as in `may not …`.
  func reply<Result: Decodable & Sendable>(
    _ type: Result.Type,
    _ outcome: CommandOutcome,
    to doing: String
  ) throws(OperationFailure) -> (result: Result, page: Page?) {
    if outcome.exit == 127 { throw CommandRunner.missing("curl") }
    let report = try Curl.report(outcome, of: "Cloudflare's API at \(base)", from: from)
    guard !outcome.isTruncated, outcome.exit != 63 else {
      throw Self.failure("it answers more than is read", "Report it: a page should be smaller.")
    }
    if let refusal = refusal(report.status, outcome.stdout, doing) { throw refusal }
    let reply = try? JSONDecoder().decode(Reply<Result>.self, from: Data(outcome.stdout))
    guard let reply, reply.success, let result = reply.result else {
      throw Self.failure(
        "what it told is not understood: it begins with "
          + "‘\(EscapedText.escaped(outcome.stdoutText, 80))’",
        "See that `api` is Cloudflare's."
      )
    }
    return (result, reply.page)
  }

  /// What became of a change.
  func ending(_ outcome: CommandOutcome) -> PublishEnding {
    switch outcome.exit {
    case 0: break
    case 127: return .refused(CommandRunner.missing("curl"))
    // Its name, the connection, its certificate: nothing was sent.
    case 5, 6, 7, 35, 60:
      return .refused(
        OperationFailure(
          .unreachable,
          "Cloudflare's API at \(base) cannot be reached from \(from.words)",
          advice: "See that the way there is open; then repeat the step.",
          effect: .none
        )
      )
    default: return .unknown("curl ended with status \(outcome.exit)")
    }
    guard let report = try? Curl.report(outcome, of: base, from: from) else {
      return .unknown("what curl told could not be read")
    }
    let told = Self.errors(outcome.stdout)
    if let gone = told.first(where: { Self.overtaken.contains($0.code) }) {
      return .overtaken(Self.name, "\(EscapedText.escaped(gone.message, 120)) (\(gone.code))")
    }
    if report.status >= 500 { return .unknown("it answers \(report.status)") }
    if let refusal = refusal(report.status, outcome.stdout, "change its records") {
      return .refused(refusal)
    }
    return .taken
  }

  /// That a record is not there any more, or is there already.
  private static let overtaken: Set<Int> = [81_044, 81_053, 81_054, 81_057, 81_058]

  private static func errors(_ body: [UInt8]) -> [Problem] {
    (try? JSONDecoder().decode(Errors.self, from: Data(body)))?.errors ?? []
  }

  /// Why a request was refused; nil: it was not.
  private func refusal(
    _ status: Int,
    _ body: [UInt8],
    _ doing: String
  ) -> OperationFailure? {
    let errors = Self.errors(body)
    guard status != 200 || !errors.isEmpty else { return nil }
    let codes = Set(errors.map(\.code))
    let told = DNSReply.list(
      errors.map { "\(EscapedText.escaped($0.message, 120)) (\($0.code))" }
    )
    let words = told.isEmpty ? "status \(status)" : told
    if status == 429 || codes.contains(971) || codes.contains(10_429) {
      return Self.failure(
        "it was asked too often: \(words)",
        "Wait five minutes: it takes 1,200 requests of a user in that time. Then retry."
      )
    }
    if status == 401 || !codes.isDisjoint(with: [1_000, 6_003, 6_111]) {
      // curl says nothing of a file of headers that it cannot read, and asks without it.
      let place = tokenFile.map { file in
        token == nil
          ? " See that \(capped(file, 120)) can be read and holds `Authorization: Bearer TOKEN`."
          : ""
      }
      return Self.refused(
        "does not know the token: \(words)",
        "Give one that is valid and a user's own (My Profile, API Tokens): it is expired, revoked, "
          + "misspelt, or an account's." + (place ?? "")
      )
    }
    if status == 403 || !codes.isDisjoint(with: [10_000, 9_109]) {
      return Self.refused(
        "does not let the token \(doing): \(words)",
        "It needs the permissions Zone Read and DNS Edit on this zone, and must not be bound to "
          + "other addresses than ours."
      )
    }
    if status >= 500 {
      return Self.failure("it answers \(status)", "See cloudflarestatus.com; then retry.")
    }
    return Self.refused("refuses to \(doing): \(words)", "Correct what it names.")
  }

  private static func refused(_ words: String, _ advice: String) -> OperationFailure {
    OperationFailure(.refused, "\(name) \(words)", advice: advice, effect: .none)
  }

  /// That nothing can be concluded; no evidence either way.
  static func failure(_ why: String, _ advice: String) -> OperationFailure {
    OperationFailure(
      undetermined: "\(name) told nothing",
      Doubt(.end, why, advice: advice)
    )
  }
}
