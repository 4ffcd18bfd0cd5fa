internal import Foundation
internal import Runbooks

/// What programs read: JSON with sorted keys, one document, a line end.
enum JSONText {
  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return "null\n" }
    return harmless(String(decoding: data, as: UTF8.self)) + "\n"
  }

  /// The same document, in which what a terminal or a reader's eye would obey and JSON lets pass
  /// (controls, directions, invisible letters) is written as `\u202E`.
  static func harmless(_ document: String) -> String {
    // Such a scalar stands only inside a string, line ends apart.
    var text = ""
    text.reserveCapacity(document.utf8.count)
    for scalar in document.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar != "\n", .format, .lineSeparator, .paragraphSeparator:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16, uppercase: true)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  static func problems(_ problems: [RunbookProblem]) -> String {
    struct Problem: Encodable {
      let file: String
      let line: Int
      let column: Int
      let severity: String
      let message: String
      let fix: String
    }
    return encode(
      problems.map {
        Problem(
          file: $0.position.file,
          line: $0.position.line,
          column: $0.position.column,
          severity: $0.severity.rawValue,
          message: $0.message,
          fix: $0.fix
        )
      }
    )
  }
}
