/// What listens, seen from outside.
enum ListenersFamily {
  static let operations: [any CommandOperation] = [ListenersCheck()]
}
