/// IMAP as mail programs speak it with us.
enum IMAPFamily {
  static let operations: [any CommandOperation] = [IMAPProbe(), IMAPLogin()]
}
