internal import Runbooks

/// What happens in a tabletop exercise.
enum ExerciseFamily {
  static let operations: [any CommandOperation] = [InjectOperation()]
}

/// How the message of an inject reaches the players.
enum InjectChannel: String, CaseIterable {
  case alert, mail, call, ticket
}

/// What an inject says and changes, as the simulated world is given it on standard input.
struct InjectContent: Codable, Equatable {
  /// An ``InjectChannel``; empty: there is no message.
  var channel = ""
  var sender = ""
  /// Names of roles.
  var to: [String] = []
  var text = ""
  /// A JSON object that is merged into the state of the world (RFC 7396).
  var world = "{}"
}

/// What became of an inject, as the simulated world prints it.
struct InjectOutcome: Codable, Equatable {
  /// When it happened, in seconds since 1970 in the world.
  let at: Int
  /// The number of its message in the inbox; 0: it has none.
  let message: Int
  /// Facets of the state that it changed, in order.
  let touched: [String]
  /// Whether it had happened before, and is told again.
  let repeated: Bool
}
