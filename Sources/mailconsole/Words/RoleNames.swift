internal import Runbooks

/// Roles with the people who hold them: a code alone names nobody at three in the morning.
enum RoleNames {
  /// `E2 (marek) or E3 (sofia)`; `anyone` for none.
  static func text(
    _ roles: [Role],
    among operators: [RunOperator],
    joinedBy word: String = " or "
  ) -> String {
    guard !roles.isEmpty else { return "anyone" }
    return roles.map { role in
      let holders = operators.filter { $0.roles.contains(role) }.map(\.name)
      return holders.isEmpty ? role.name : "\(role.name) (\(holders.joined(separator: ", ")))"
    }.joined(separator: word)
  }
}
