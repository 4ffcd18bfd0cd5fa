/// SMTP as others speak it with us.
enum SMTPFamily {
  static let operations: [any CommandOperation] = [
    SMTPProbe(sends: false), SMTPProbe(sends: true), RelayMatrix(),
  ]
}
