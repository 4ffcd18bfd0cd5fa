import Testing

@testable import Runbooks

@Suite("The library") struct RunbookLibraryTests {
  private func runbook(_ id: String) -> String {
    Samples.runbook("  - {id: a, note: Hello.}\n").replacing("id: queue-triage", with: "id: \(id)")
  }

  @Test("finds runbooks in all folders and keeps broken files apart")
  func finds() throws {
    let folder = try TemporaryFolder([
      "waves/one.yaml": runbook("one"), "operations/deep/two.yaml": runbook("two"),
      "operations/broken.yaml": "a: b: c\n", "operations/notes.md": "# no", ".hidden/x.yaml": "a",
    ])
    let library = RunbookLibrary(directory: folder.path, loader: Samples.loader)
    #expect(library.runbooks.map(\.id.name) == ["one", "two"])
    #expect(library.runbooks.last?.source.path.hasSuffix("operations/deep/two.yaml") == true)
    #expect(
      library.problems.map(\.message) == ["a colon and a blank stand inside an unquoted text"]
    )
    #expect(library.paths.count == 3)
  }

  @Test("keeps the first of two runbooks with one id, and says so")
  func twice() throws {
    let folder = try TemporaryFolder(["a.yaml": runbook("one"), "b.yaml": runbook("one")])
    let library = RunbookLibrary(directory: folder.path + "/", loader: Samples.loader)
    #expect(library.runbooks.count == 1)
    #expect(library.problems.map(\.position.file) == [folder.path + "/b.yaml"])
  }

  @Test("of a folder that is missing has a problem")
  func missing() {
    let library = RunbookLibrary(directory: "/nowhere", loader: Samples.loader)
    #expect(library.runbooks.isEmpty)
    #expect(library.problems.count == 1)
  }
}
