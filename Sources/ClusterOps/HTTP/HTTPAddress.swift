internal import Runbooks

/// Addresses of the web as arguments of programs.
enum HTTPAddress {
  /// Refuses what is no address of http or https, and one with a login in it.
  static func checked(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let isPlain = text.utf8.allSatisfy { 0x21..<0x7F ~= $0 }
    guard text.hasPrefix("https://") || text.hasPrefix("http://"), isPlain,
      text.utf8.count <= 2_000, !text.contains("@")
    else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give an http or https address without a login, other letters percent-encoded."
      )
    }
    return text
  }

  /// The same of an address that paths are added to, without a slash at its end.
  static func base(_ text: String, _ name: String) throws(OperationFailure) -> String {
    let text = try checked(text, name)
    guard !text.contains("?"), !text.contains("#") else {
      throw .refusedArgument(
        name,
        text,
        advice: "Give the address that the API's paths are added to, e.g. http://127.0.0.1:9090."
      )
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}
