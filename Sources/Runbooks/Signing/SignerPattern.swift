/// Pattern lists of ssh_config(5): `*`, `?` and `!`, between commas.
enum SignerPattern {
  static func list(_ text: String) -> [String] {
    text.split(separator: ",").map(String.init)
  }

  static func matches(_ text: String, _ patterns: [String]) -> Bool {
    var found = false
    for pattern in patterns {
      if pattern.hasPrefix("!") {
        if matches(text.utf8.map { $0 }[...], pattern.dropFirst().utf8.map { $0 }[...]) {
          return false
        }
      } else if matches(text.utf8.map { $0 }[...], pattern.utf8.map { $0 }[...]) {
        found = true
      }
    }
    return found
  }

  private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
    var text = text
    var pattern = pattern
    // Where to go on when the last star has to take one byte more.
    var retry: (text: ArraySlice<UInt8>, pattern: ArraySlice<UInt8>)?
    while let byte = text.first {
      if pattern.first == UInt8(ascii: "*") {
        pattern = pattern.dropFirst()
        retry = (text, pattern)
      } else if let wanted = pattern.first, wanted == byte || wanted == UInt8(ascii: "?") {
        text = text.dropFirst()
        pattern = pattern.dropFirst()
      } else if let last = retry {
        text = last.text.dropFirst()
        pattern = last.pattern
        retry = (text, pattern)
      } else {
        return false
      }
    }
    return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
