internal import Runbooks

/// How an attempt of `openssl s_client` (OpenSSL 3) to begin a TLS session ended.
enum TLSSession: Sendable, Hashable {
  /// A session was made; the protocol is as OpenSSL names it, e.g. `TLSv1.3`.
  case made(version: String, cipher: String)
  /// The server, or the way it speaks, refused: an answer of the port.
  case refused(String)
  /// Nothing listens there.
  case closed
  /// Nothing is known of the server: no answer, or a failure on our side.
  case unknown(String)

  /// Reads the end of a call with `-brief`.
  init(_ outcome: CommandOutcome) {
    let lines = outcome.stderrText.split(whereSeparator: \.isNewline).map(\.trimmingSpaces)
    func value(_ name: String) -> String? {
      lines.first { $0.hasPrefix(name) }.map { capped(String($0.dropFirst(name.count)), 60) }
    }
    if outcome.exit == 0, let version = value("Protocol version: ") {
      self = .made(version: version, cipher: value("Ciphersuite: ") ?? "")
      return
    }
    self = Self.failure(outcome, lines.map(String.init))
  }

  /// Why no session was made.
  static func failure(_ outcome: CommandOutcome, _ lines: [String]) -> TLSSession {
    let text = lines.joined(separator: "\n")
    // openssl tries anyway, and waits for an answer that cannot come.
    if text.contains("find STARTTLS") { return .refused("STARTTLS is not offered") }
    if outcome.exit == 124 { return .unknown("no answer within \(Probe.patience) s") }
    if text.contains("Connection refused") || text.contains("connect:errno=111") { return .closed }
    // What our own library will not speak says nothing of the server.
    for sign in ["no protocols available", "no ciphers available", "ca md too weak"]
    where text.contains(sign) {
      return .unknown("this OpenSSL cannot ask for it: \(sign)")
    }
    if let alert = lines.first(where: { $0.contains("SSL alert number") }) {
      return .refused(words(alert))
    }
    for sign in [
      "unexpected eof", "wrong version number", "unsupported protocol", "handshake failure",
      "packet length too long",
    ] where text.contains(sign) {
      return .refused(sign)
    }
    return .unknown(lines.last.map { words($0) } ?? "openssl ended with status \(outcome.exit)")
  }

  /// `…:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:../ssl/…` in a few words.
  private static func words(_ line: String) -> String {
    let parts = line.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count > 5 else { return capped(line, 120) }
    return capped(String(parts[5]), 120)
  }
}
