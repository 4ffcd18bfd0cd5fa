/// The node's own packet filter.
enum FirewallFamily {
  static let operations: [any CommandOperation] = [FirewallLimits()]
}
