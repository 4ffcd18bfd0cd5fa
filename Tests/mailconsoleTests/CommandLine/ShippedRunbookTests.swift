import Foundation
import TestSupport
import Testing

/// Every shipped runbook, as the bundled site's people answer it.
@Suite("Shipped runbooks")
struct ShippedRunbookTests {
  private static let root = ConsoleBinary(state: "").root

  /// The runbooks that have answers on the bundled site.
  static let answered: [String] = {
    let folder = root + "/sites/tabletop/answers"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  /// Waves and tickets are walked by go-live, as GoLiveCommandTests has it.
  static let operations = answered.filter {
    FileManager.default.fileExists(atPath: "\(root)/runbooks/operations/\($0).yaml")
  }

  @Test("each has answers on the bundled site, and they walk it to its end", arguments: operations)
  func walks(id: String) throws {
    let places = try Places()
    let answers = "\(Self.root)/sites/tabletop/answers/\(id).yaml"
    let result = try places.console.run("run", id, "--answers", answers)
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    #expect(result.output.contains(" completed: "))
    #expect(try places.console.run("verify", "--all").status == 0)
  }

  @Test("none is shipped without answers")
  func allAnswered() throws {
    var ids: Set<String> = []
    for folder in ["operations", "tickets", "waves"] {
      let path = "\(Self.root)/runbooks/\(folder)"
      ids.formUnion(
        try FileManager.default.contentsOfDirectory(atPath: path)
          .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
      )
    }
    #expect(ids.subtracting(Self.answered) == [])
  }
}
