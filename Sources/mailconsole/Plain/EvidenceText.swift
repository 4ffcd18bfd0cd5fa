internal import Runbooks

/// A piece of evidence as a person reads it: text as it is, JSON laid out, anything else by name.
///
/// What is laid out keeps every byte of the original but the blanks between the tokens.
enum EvidenceText {
  /// The page of a file, without a name above it.
  ///
  /// Controls are still in it; whoever shows it makes it harmless.
  static func page(_ bytes: [UInt8], mediaType: String) -> String {
    guard let text = text(bytes) else {
      return "binary, \(bytes.count) bytes of \(mediaType); it is not shown as text"
    }
    return mediaType.hasSuffix("json") ? laidOut(text) : text
  }

  /// The bytes as text; nil where they are not text.
  static func text(_ bytes: [UInt8]) -> String? {
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  /// JSON with a line a member, by its tokens alone: no number is read, so none is rounded.
  static func laidOut(_ json: String) -> String {
    var text = ""
    text.reserveCapacity(json.utf8.count * 2)
    var depth = 0
    var isInString = false
    var isEscaped = false
    var previous: Unicode.Scalar?
    func lineEnd(_ depth: Int) -> String { "\n" + String(repeating: " ", count: 2 * max(0, depth)) }
    for scalar in json.unicodeScalars {
      if isInString {
        text.unicodeScalars.append(scalar)
        if isEscaped {
          isEscaped = false
        } else if scalar == "\\" {
          isEscaped = true
        } else if scalar == "\"" {
          isInString = false
          previous = scalar
        }
        continue
      }
      switch scalar {
      case " ", "\t", "\r": continue
      // Between documents, as in a listing with one a line, the line end is what parts them.
      case "\n" where depth > 0 || previous == nil: continue
      case "\n":
        if text.hasSuffix("\n") { continue }
        text += "\n"
        previous = nil
        continue
      case "{", "[":
        if previous == "{" || previous == "[" { text += lineEnd(depth) }
        text.unicodeScalars.append(scalar)
        depth = min(depth + 1, deepest)
      case "}", "]":
        depth -= 1
        if previous != "{", previous != "[" { text += lineEnd(depth) }
        text.unicodeScalars.append(scalar)
      case ",":
        text += "," + lineEnd(depth)
      case ":":
        text += ": "
      default:
        if previous == "{" || previous == "[" { text += lineEnd(depth) }
        text.unicodeScalars.append(scalar)
        isInString = scalar == "\""
      }
      previous = scalar
    }
    return text
  }

  /// Nothing is moved further to the right than this many levels.
  private static let deepest = 64
}
