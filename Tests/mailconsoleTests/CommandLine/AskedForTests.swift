import Foundation
import TestSupport
import Testing

/// Commands that were meant otherwise, and what a run does that nobody watches.
@Suite("What was asked for") struct AskedForTests {
  @Test("without answers a run stops at its first change, with 2 and nobody's go in the record")
  func stopsAtChange() throws {
    let places = try Places()
    let result = try places.console.run("run", "queue-triage", "--as", "tomas", "--plain")
    #expect(result.status == 2, "\(result.output)\(result.errors)")
    #expect(result.output.contains("a go"))
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: places.console.runs).first
    )
    let timeline = try RecordedTimeline(json: places.console.run("show", run, "--json").output)
    #expect(!timeline.lines.contains { $0.step == "hold-sender" && $0.type == "step.started" })
  }

  @Test("--unattended lets changes begin, and says so by its name alone")
  func unattended() throws {
    let places = try Places()
    _ = try places.console.run("run", "queue-triage", "--as", "tomas", "--unattended")
    let run = try #require(
      try FileManager.default.contentsOfDirectory(atPath: places.console.runs).first
    )
    let timeline = try RecordedTimeline(json: places.console.run("show", run, "--json").output)
    #expect(timeline.lines.contains { $0.step == "hold-sender" && $0.type == "step.started" })
  }

  @Test(
    "a word that is no command is answered with the one that was meant",
    arguments: [
      ("list", "`mailconsole runs`"), ("version", "`mailconsole --version`"),
      ("vrify", "`mailconsole verify`"), ("frob", "There are console, run, runs"),
    ]
  )
  func misspelt(word: String, hint: String) throws {
    let result = try Places().console.run(word)
    #expect(result.status == 64)
    #expect(result.errors.contains("There is no command `\(word)`"))
    #expect(result.errors.contains(hint), "\(result.errors)")
  }

  @Test("what the command line held is shown and never obeyed")
  func hostileArguments() throws {
    for words in [["a\u{1B}[2Jb\u{07}"], ["runs", "--x\u{1B}[2J"], ["show", "\u{1B}]0;x\u{07}"]] {
      let result = try Places().console.run(words)
      #expect(result.status != 0)
      #expect(!(result.errors + result.output).utf8.contains(0x1B), "\(words)")
      #expect(!(result.errors + result.output).utf8.contains(0x07), "\(words)")
    }
  }

  @Test("a site is named by its directory, and whoever names its file is told")
  func siteFile() throws {
    let places = try Places()
    try places.writeSite()
    let result = try places.console.run("--site", places.site + "/site.yaml")
    #expect(result.status == 64)
    #expect(result.errors.contains("A site is a directory: give \(places.site),"))
  }

  @Test("doctor breaks no line and says what is wrong with a site under its verdict")
  func doctorSite() throws {
    let places = try Places()
    try places.writeSite("colour: blue")
    let result = try places.console.run("doctor", "--site", places.site)
    #expect(result.status == 1)
    #expect(result.output.contains(#/\nLACKS  [^\n]*site\.yaml:10:1: error/#), "\(result.output)")
    #expect(!result.output.contains("⏎"))
  }

  @Test(
    "doctor writes what a run would, and never praises a full disk",
    .enabled(if: SmallDisk.isPossible)
  )
  func doctorDisk() throws {
    let places = try Places()
    try FileManager.default.createDirectory(
      atPath: places.state,
      withIntermediateDirectories: true
    )
    let disk = try SmallDisk(at: places.state, size: "64k")
    disk.fill()
    let result = try places.console.run("doctor")
    #expect(result.status == 1)
    #expect(result.output.contains("LACKS  state directory"))
    #expect(result.output.contains("No space left on device"))
    disk.clear()
    #expect(try places.console.run("doctor").output.contains("ok     state directory"))
  }
}
