internal import Runbooks

/// The keys that Rspamd signs with, in its container, as `deploy/` mounts them.
enum DKIMKeys {
  static let service = RspamdFamily.service

  /// Which selector signs for which domain (`selector_map` of `dkim_signing.conf`).
  static let map = "/etc/rspamd/local.d/dkim_selectors.map"

  /// The private key of a selector (`path` of `dkim_signing.conf`).
  static func path(_ domain: String, _ selector: String) -> String {
    "/etc/mail-dkim/\(domain).\(selector).key"
  }

  /// Prints the public half of a private key, which stays where it is.
  static func publicHalf(_ domain: String, _ selector: String) -> [String] {
    ["openssl", "pkey", "-in", path(domain, selector), "-pubout"]
  }

  /// The selector that the map has for a domain; empty: it has none.
  static func signing(_ domain: String, in map: String) -> String {
    for line in map.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let words = line.split { $0 == " " || $0 == "\t" }
      if words.count == 2, words[0].lowercased() == domain { return String(words[1]) }
    }
    return ""
  }

  /// The public half that was printed; nil: there is no such key.
  static func read(
    _ outcome: CommandOutcome,
    of command: Command
  ) throws(OperationFailure) -> PublicKey? {
    let exit = try service.exit(of: outcome, command)
    if exit == 1, outcome.stderrText.contains("No such file or directory") { return nil }
    guard let key = PublicKey(try service.text(of: outcome, command)) else {
      throw service.notUnderstood("openssl printed no public key")
    }
    return key
  }
}
