internal import Runbooks

// doveconf(1) in a simulated world.

extension Scene {
  /// The settings in effect that `deploy/` sets, where a scenario does not say otherwise.
  private static let settings = [
    "auth_mechanisms": "plain login", "ssl": "required", "ssl_min_protocol": "TLSv1.2",
    "disable_plaintext_auth": "yes", "protocols": "imap lmtp sieve", "auth_verbose": "yes",
    "service/imap-login/inet_listener/imap/port": "0",
    "service/imap-login/inet_listener/imaps/port": "993",
    "service/managesieve-login/inet_listener/sieve/address": "127.0.0.1",
    "service/stats/inet_listener/http/address": "127.0.0.1",
    "plugin/quota": "count:User quota", "plugin/sieve_before": "/etc/dovecot/sieve",
    "plugin/sieve_global_extensions": "+editheader +vnd.dovecot.pipe",
  ]

  /// What doveconf prints: of `-n` the first lines and the top settings, else the settings named.
  func doveconf(_ words: [String]) -> Answer {
    let dovecot = world.state["dovecot"] ?? .record([:])
    let given = (dovecot["settings"]?.fields ?? [:]).compactMapValues(\.text)
    let settings = Self.settings.merging(given) { $1 }
    let errors = dovecot.texts("errors")
    let complaints =
      dovecot.texts("warnings").map { "doveconf: Warning: \($0)\n" }
      + errors.map { "doveconf: Fatal: \($0)\n" }
    var answer = Answer()
    if words == ["-n"] {
      answer.say(["# 2.3.19.1 (9b53102964): /etc/dovecot/dovecot.conf"])
      if errors.isEmpty {
        answer.say(
          settings.filter { !$0.key.contains("/") }.map { "\($0.key) = \($0.value)" }.sorted()
        )
      }
    } else if errors.isEmpty {
      answer.say(words.compactMap { name in settings[name].map { "\(name) = \($0)" } })
    }
    answer.stderr = complaints.joined()
    answer.exit = errors.isEmpty ? 0 : 89
    return answer
  }
}
