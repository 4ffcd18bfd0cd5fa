internal import Foundation

/// Where runs are kept: `$MAILCONSOLE_STATE`, else the XDG state directory.
struct StateDirectory: Sendable {
  let path: String

  /// Works out the path; it is made when the first run is.
  init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    if let named = environment["MAILCONSOLE_STATE"], !named.isEmpty {
      path = named
    } else if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      path = state + "/mailconsole"
    } else {
      path = (environment["HOME"] ?? NSHomeDirectory()) + "/.local/state/mailconsole"
    }
  }
}
