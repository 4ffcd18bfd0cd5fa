internal import Runbooks

/// Mailboxes and the sessions on them, by doveadm(1), and the configuration, by doveconf(1).
enum DovecotFamily {
  static let service = PodService("Dovecot", container: "dovecot")

  static let operations: [any CommandOperation] = [
    DovecotWho(), DovecotUser(), DovecotKick(), DovecotConfig(),
  ]

  /// A login as an argument of doveadm, which takes `*` and `?` for any letters: one that means
  /// one person.
  static func login(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let address = try MailAddress.checked(text, name)
    guard address != "<>", !address.utf8.contains(where: { "*?%".utf8.contains($0) }) else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give one whole login such as user@example.org; it stands for one person."
      )
    }
    return address
  }
}
