/// Backups, as restic(1) tells of them.
enum ResticFamily {
  static let operations: [any CommandOperation] = [ResticSnapshots()]
}
