internal import Runbooks

/// Addresses as arguments of programs.
enum MailAddress {
  /// Refuses what cannot be an envelope address, and what swaks(1) would take for something else: a
  /// file, standard input, an option (RFC 5321 §4.1.2; quoted local parts are not on offer).
  static func checked(_ text: String, _ name: String) throws(OperationFailure) -> String {
    if text == "<>" { return text }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = text.utf8.allSatisfy {
      (0x21..<0x7F).contains($0) && !"<>(),;:\\\"[]".utf8.contains($0)
    }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, isPlain, !text.hasPrefix("-"),
      text.utf8.count <= 254
    else {
      throw .refusedArgument(name, text, advice: "Give one address such as user@example.org.")
    }
    return text
  }
}
