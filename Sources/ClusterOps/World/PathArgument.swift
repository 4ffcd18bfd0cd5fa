internal import Runbooks

/// Paths in a container or at a vantage.
enum PathArgument {
  /// Refuses a path that is not absolute, and one that a program could take for an option.
  static func absolute(_ path: String, _ name: String) throws(OperationFailure) -> String {
    guard path.hasPrefix("/"), !path.utf8.contains(0) else {
      throw .refusedArgument(name, path, advice: "Give an absolute path.")
    }
    return path
  }
}
