internal import Foundation
internal import Runbooks

/// What programs read: JSON with sorted keys, one document, a line end.
enum JSONText {
  static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { return "null\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
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
