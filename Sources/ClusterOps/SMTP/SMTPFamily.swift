/// SMTP as others speak it with us.
enum SMTPFamily {
  /// What is said in EHLO. swaks would say the machine's own name, which is often no whole one, and
  /// servers refuse that before they look at anything else.
  static let helo = Parameter<String>(
    "helo",
    default: "probe.mailconsole.invalid",
    check: HostName.checked,
    help: "the name given in EHLO"
  )

  static let operations: [any CommandOperation] = [
    SMTPProbe(sends: false), SMTPProbe(sends: true), RelayMatrix(), SMTPCanary(),
  ]
}
