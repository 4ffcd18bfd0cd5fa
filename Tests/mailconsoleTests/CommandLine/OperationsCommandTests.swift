import ClusterOps
import Foundation
import Runbooks
import TUI
import TestSupport
import Testing

@testable import mailconsole

/// The catalogue as people read it: `mailconsole operations` and docs/operations.md.
@Suite("The catalogue of operations, in words") struct OperationsCommandTests {
  private static let declarations = OperationCatalogue.standard().declarations

  private static let page = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/operations.md")

  /// docs/operations.md as the catalogue has it.
  private func manual() -> String {
    var text = """
      # Operations
      Made from the catalogue by `UPDATE_GOLDEN=1 swift test --filter OperationsCommandTests`.
      `mailconsole operations NAME` prints the same of one.

      | operation | risk | repeatable | what it does |
      |---|---|---|---|

      """
    func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }
    for operation in Self.declarations {
      let name = operation.name.name
      let anchor = name.replacing(".", with: "")
      text +=
        "| [`\(name)`](#\(anchor)) | \(operation.risk.rawValue) | "
        + "\(operation.isRepeatable ? "yes" : "no") | \(cell(operation.summary)) |\n"
    }
    for operation in Self.declarations {
      text += "\n## \(operation.name.name)\n\(operation.summary)\n"
      text += "Risk: \(operation.risk.rawValue); \(operation.repeatability).\n"
      if !operation.parameters.isEmpty {
        text += "\n| parameter | type | meaning |\n|---|---|---|\n"
        for parameter in operation.parameters {
          text += "| `\(parameter.name)` | \(parameter.typeWords) | \(cell(parameter.sentence)) |\n"
        }
      }
      text += "\n| result | type | meaning |\n|---|---|---|\n"
      for result in operation.results {
        text += "| `\(result.name)` | \(result.type) | \(cell(result.help)) |\n"
      }
    }
    return text
  }

  @Test("docs/operations.md is what the catalogue declares (UPDATE_GOLDEN=1 writes it)")
  func document() throws {
    let manual = manual()
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] != nil {
      try manual.write(to: Self.page, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: Self.page, encoding: .utf8) == manual)
  }

  @Test("every operation is told whole in 80 columns", arguments: declarations)
  func widths(operation: OperationDeclaration) {
    let lines = operation.page()
    for line in lines { #expect(CellWidth.columns(of: line) <= 80, "\(line)") }
    // Every word is there, however it was wrapped.
    let words = Set(lines.flatMap { $0.split(separator: " ") })
    let meanings = operation.parameters.map(\.sentence) + operation.results.map(\.help)
    for meaning in meanings + [operation.summary] {
      for word in meaning.split(separator: " ") {
        #expect(words.contains(word), "\(operation.name): \(word)")
      }
    }
  }

  @Test("a default is said once: by the parameter, and not in its help")
  func defaults() {
    for operation in Self.declarations {
      for parameter in operation.parameters {
        #expect(!parameter.help.contains("default"), "\(operation.name) \(parameter.name)")
      }
    }
  }

  @Test("a page has type, choices, default and whether it is required")
  func page() throws {
    func page(_ name: String) throws -> String {
      let operation = try #require(Self.declarations.first { $0.name.name == name })
      return operation.page().joined(separator: "\n")
    }
    #expect(
      Golden.difference(
        try ["k8s.rollout", "postfix.delete"].map(page).joined(separator: "\n\n") + "\n",
        from: "operations"
      ) == nil
    )
  }
}
