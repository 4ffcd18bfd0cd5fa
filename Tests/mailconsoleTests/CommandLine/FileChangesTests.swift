import Foundation
import Runbooks
import TestSupport
import Testing

@testable import mailconsole

@Suite("Changes of a run's record are told") struct FileChangesTests {
  @Test(
    "whoever reads a journal that is open is not told of it, and the end of the directory ends it"
  )
  func reading() async throws {
    let folder = try TemporaryFolder()
    let site = try SmallSite.write(to: folder)
    try SmallSite.add(
      runbook: "held",
      "A run",
      to: folder,
      "steps:\n  - {id: task, title: A task, manual: do it}\n"
    )
    let console = ConsoleBinary(state: folder.path + "/state")
    let output = folder.path + "/out.txt"
    #expect(
      try console.run(
        ["run", "held", "--plain", "--as", "tomas"] + SmallSite.options(in: folder)
      ).status == 2
    )
    let run = try #require(try FileManager.default.contentsOfDirectory(atPath: console.runs).first)
    // A runner that is killed leaves the journal open: its log lies beside it.
    let directory = RunDirectory(path: "\(console.runs)/\(run)")
    let runner = try console.start(
      ["runner", run, "--site", site, "--driver", "tomas"],
      output: output
    )
    try Waiting.until("its runner") {
      if case .driverAttached? = try JournalReader(directory).last()?.event { true } else { false }
    }
    runner.send(SIGKILL)
    runner.wait()
    try #require(FileManager.default.fileExists(atPath: directory.path + "/journal.sqlite-wal"))

    var told = FileChanges.of(directory: directory.path).makeAsyncIterator()
    let first: Void? = await told.next()
    #expect(first != nil)
    for _ in 0..<5 { #expect(try JournalReader(directory).last() != nil) }
    try FileManager.default.removeItem(atPath: directory.path)
    let afterReading: Void? = await told.next()
    #expect(afterReading == nil, "a reading was told as a change")
  }

  @Test("what is written to the head is told")
  func writing() async throws {
    let folder = try TemporaryFolder()
    let head = try folder.write("1\n", to: "head")
    var told = FileChanges.of(directory: folder.path).makeAsyncIterator()
    let first: Void? = await told.next()
    #expect(first != nil)
    let file = try #require(FileHandle(forUpdatingAtPath: head))
    try file.write(contentsOf: Data("2".utf8))
    let afterWriting: Void? = await told.next()
    #expect(afterWriting != nil)
    try file.close()
  }
}
