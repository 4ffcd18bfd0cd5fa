import Runbooks
import TestSupport
import Testing

@testable import mailconsole

/// A runbook is read when it is asked for, and no sooner.
@Suite("The shelf") struct ShelfTests {
  private func shelf(_ folder: TemporaryFolder) throws -> Shelf {
    var options = LibraryOptions()
    options.runbooks = folder.path + "/runbooks"
    return try Shelf.load(options)
  }

  private static let steps = "steps:\n  - {id: a, title: A, note: Hello.}\n"
  private static let wrong = "steps:\n  - {id: a, title: A, check: no.such, pass: result.x}\n"

  @Test("lists the heads of all files, and only the sound ones once they were read")
  func heads() throws {
    let folder = try TemporaryFolder()
    try SmallSite.add(runbook: "good", "Good", to: folder, Self.steps)
    try SmallSite.add(runbook: "wrong", "Wrong", to: folder, Self.wrong)
    let shelf = try shelf(folder)
    #expect(shelf.heads.map(\.id.name) == ["good", "wrong"])
    #expect(!shelf.isRead)
    #expect(shelf.entries.map(\.id.name) == ["good"])
    #expect(shelf.unusable.map(\.file) == ["operations/wrong.yaml"])
    #expect(shelf.isRead)
  }

  @Test("reads the one that is asked for, once, and none beside it")
  func one() throws {
    let folder = try TemporaryFolder()
    try SmallSite.add(runbook: "good", "Good", to: folder, Self.steps)
    try SmallSite.add(runbook: "wrong", "Wrong", to: folder, Self.wrong)
    let shelf = try shelf(folder)
    let first = try shelf.runbook("good")
    #expect(!shelf.isRead)
    // Whoever was shown a text starts that text.
    try SmallSite.add(runbook: "good", "Edited", to: folder, Self.steps)
    #expect(try shelf.runbook("good") == first)
    #expect(shelf.entries == [first])
    #expect(shelf.current(RunbookID("good")) == first)
  }

  @Test("says of one that cannot be used, or that is not there, what is wrong with the library")
  func wrong() throws {
    let folder = try TemporaryFolder()
    try SmallSite.add(runbook: "good", "Good", to: folder, Self.steps)
    try SmallSite.add(runbook: "wrong", "Wrong", to: folder, Self.wrong)
    let shelf = try shelf(folder)
    #expect(shelf.current(RunbookID("wrong")) == nil)
    for (id, words) in [("wrong", "operations/wrong.yaml:"), ("goof", "Did you mean good?")] {
      do throws(CommandFailure) {
        _ = try shelf.runbook(id)
        Issue.record("\(id) can be used")
      } catch {
        #expect(error.message.contains("There is no runbook \(id) that can be used."))
        #expect(error.message.contains(words), "\(error.message)")
        #expect(error.status == .data)
      }
    }
  }
}
