/// How far an SMTP session goes (RFC 5321 §3).
enum SMTPStage: String, ArgumentChoice, Comparable {
  case connect, ehlo, tls, auth, mail, rcpt, data

  static func < (a: SMTPStage, b: SMTPStage) -> Bool { a.place < b.place }

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The word of swaks(1) for `--quit-after`; nil: it goes to the end.
  var quitAfter: String? {
    switch self {
    case .connect: "CONNECT"
    case .ehlo: "FIRST-EHLO"
    // The EHLO within TLS is asked too: only that one tells what is offered there.
    case .tls: "HELO"
    case .auth: "AUTH"
    case .mail: "MAIL"
    case .rcpt: "RCPT"
    case .data: nil
    }
  }
}

/// How an SMTP session is encrypted.
enum SMTPSecurity: String, ArgumentChoice {
  /// As is customary on the port: 465 from the first byte, 587 by STARTTLS, 25 where it is offered.
  case auto
  case none, starttls, implicit

  /// The options of swaks(1).
  func options(on port: Int, name: String, roots: String?) -> [String] {
    let verify = roots.map { ["--tls-verify", "--tls-ca-path", $0] } ?? []
    let sni = ["--tls-sni", name]
    switch self {
    case .none: return []
    case .starttls: return ["--tls"] + sni + verify
    case .implicit: return ["--tls-on-connect"] + sni + verify
    case .auto:
      switch port {
      case 465: return ["--tls-on-connect"] + sni + verify
      case 587: return ["--tls"] + sni + verify
      default: return ["--tls-optional"] + sni + verify
      }
    }
  }
}
