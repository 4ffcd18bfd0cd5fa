internal import Runbooks

/// What swaks(1) prints of a session: each command, each reply, and the time of each.
struct SMTPTrace: Sendable, Hashable {
  /// A command with its reply.
  struct Exchange: Sendable, Hashable {
    /// E.g. `RCPT TO:<a@example.org>`; `banner` for what comes unasked.
    let command: String
    /// The reply code (RFC 5321 §4.2).
    let code: Int
    /// The lines of the reply without their codes, at most 100.
    let lines: [String]
    let seconds: Double

    /// The lines joined by blanks.
    var text: String { capped(lines.joined(separator: " "), 400) }
  }

  private(set) var exchanges: [Exchange] = []
  /// Why no connection was made, in the words of swaks.
  private(set) var connectionError: String?
  /// What swaks complains of beside replies, e.g. `Host did not advertise STARTTLS`.
  private(set) var complaint: String?
  /// E.g. `TLSv1.3:TLS_AES_256_GCM_SHA384:256`.
  private(set) var tls: String?
  private(set) var isConnected = false

  /// Reads a transcript made with `--show-time-lapse`; bytes that are not UTF-8 are replaced.
  init(_ text: String) {
    var open: (command: String, lines: [Substring], code: Int)?
    var command = "banner"
    var seconds = 0.0
    func close() {
      guard let (command, lines, code) = open else { return }
      open = nil
      exchanges.append(
        Exchange(
          command: capped(command, 200),
          code: code,
          lines: lines.prefix(100).map { capped(String($0.trimmingSpaces), 200) },
          seconds: seconds
        )
      )
    }
    for line in text.split(separator: "\n").prefix(2_000) {
      if let sent = Self.after(["-> ", "~> ", "~* ", "*> ", "** "], " ", line) {
        close()
        command = String(sent)
      } else if let said = Self.after(["<- ", "<~ ", "<**", "<~*"], "", line) {
        let reply = said.trimmingSpaces
        let code = Int(reply.prefix(3)) ?? 0
        if open == nil { open = (command, [], code) }
        open?.lines.append(reply.dropFirst(4))
        // A hyphen after the code says that more lines follow.
        if reply.dropFirst(3).first != "-" { close() }
      } else if line.hasPrefix("=== response in ") {
        seconds = Double(line.dropFirst(16).prefix { $0.isNumber || $0 == "." }) ?? 0
      } else if line.hasPrefix("=== Connected to") {
        isConnected = true
      } else if line.hasPrefix("=== TLS started with cipher ") {
        tls = capped(String(line.dropFirst(28)), 80)
      } else if line.hasPrefix("*** ") {
        let words = line.dropFirst(4).trimmingSpaces
        if isConnected {
          complaint = complaint ?? capped(String(words), 200)
        } else {
          connectionError = capped(String(words), 200)
        }
      }
    }
    close()
  }

  /// What follows one of the marks at the beginning of a line, after the given blanks.
  private static func after(
    _ marks: [String],
    _ blanks: String,
    _ line: Substring
  ) -> Substring? {
    for mark in marks where line.hasPrefix(blanks + mark) {
      return line.dropFirst(blanks.count + mark.count)
    }
    return nil
  }

  /// What the server said when the connection was made.
  var banner: Exchange? { exchanges.first { $0.command == "banner" } }

  /// The extensions of the last EHLO, each with its parameters; its first line is a greeting
  /// (RFC 5321 §4.1.1.1).
  var extensions: [String] {
    exchanges.last { $0.command.hasPrefix("EHLO") && $0.code == 250 }
      .map { Array($0.lines.dropFirst()) } ?? []
  }

  /// The first reply that refuses something, but for the farewell; nil: there is none.
  var refusal: Exchange? { exchanges.first { $0.code >= 400 && $0.command != "QUIT" } }

  /// The last reply that is no farewell.
  var last: Exchange? { exchanges.last { $0.command != "QUIT" } }
}
