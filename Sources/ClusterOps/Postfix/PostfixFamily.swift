/// The operations on Postfix and its queue.
enum PostfixFamily {
  static let operations: [any CommandOperation] = [
    QueueOperation(), QueueChangeOperation(change: .hold), QueueChangeOperation(change: .release),
    QueueChangeOperation(change: .requeue), QueueChangeOperation(change: .delete),
    FlushOperation(), ExportOperation(), LogSendersOperation(), PostfixCheckOperation(),
    SettingsOperation(), ServicesOperation(), ReloadOperation(), IntakeOperation(),
    CertificateOperation(), WarmupStatus(),
  ]
}
