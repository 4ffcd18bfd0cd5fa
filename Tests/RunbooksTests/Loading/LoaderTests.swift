import Testing

@testable import Runbooks

@Suite("The loader") struct LoaderTests {
  @Test("reads the runbook of every body")
  func wholeRunbook() throws {
    let reading = Samples.loader.read(text: Samples.everyBody, path: "all.yaml")
    #expect(reading.problems.map(\.description) == [])
    let runbook = try reading.get()
    #expect(runbook.steps.count == 11)
  }
}
