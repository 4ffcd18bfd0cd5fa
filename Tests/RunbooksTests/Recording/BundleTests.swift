import Foundation
import TestSupport
import Testing

@testable import Runbooks

@Suite struct BundleTests {
  @Test("the bundle of a tabletop run is sound to the script and to our own reader")
  func sound() async throws {
    let fixture = try await BundleFixture.played()
    #expect(fixture.verdict().isSound, "\(fixture.verdict().findings)")
    let bundle = try fixture.unpack()
    let (judgement, result) = try BundleFixture.script(bundle)
    #expect(judgement.isSound, "\(result.output)\(result.errors)")
    let head = try #require(fixture.verdict().head)
    #expect(
      result.output.hasPrefix(
        "run-1: sound, \(head.sequence) events, head \(head.hash), signatures that hold: 0\n"
      )
    )
    #expect(try BundleFixture.reader(bundle).isSound)
    // The copy inside, as the README says, by another POSIX shell.
    let inside = try Program.run("bash", ["--posix", bundle + "/verify.sh", bundle])
    #expect(inside.output == result.output)
    #expect(try SystemFiles.names(in: bundle + "/outputs").count >= 3)
  }

  @Test("exporting twice gives the same bytes, and tar lists them in order")
  func deterministic() async throws {
    let fixture = try await BundleFixture.played()
    let first = try fixture.export("a.tar")
    #expect(try fixture.export("b.tar") == first)
    let list = try Program.run("tar", ["tvf", fixture.folder.path + "/a.tar", "--numeric-owner"])
    #expect(list.status == 0, "\(list.errors)")
    #expect(list.errors.isEmpty)
    let lines = list.output.split(separator: "\n")
    let names = lines.compactMap { $0.split(separator: " ").last.map(String.init) }
    #expect(
      names.prefix(8) == [
        "run-1/", "run-1/README.txt", "run-1/verify.sh", "run-1/chain.txt", "run-1/runbook.yaml",
        "run-1/site.json", "run-1/events/", "run-1/events/000001.json",
      ]
    )
    #expect(lines.allSatisfy { $0.contains(" 0/0 ") })
    #expect(Set(lines.map { $0.prefix(10) }) == ["drwxr-xr-x", "-rwxr-xr-x", "-rw-------"])
  }

  @Test("the script in the binary is the script in the repository")
  func script() throws {
    let path = BundleFixture.root + "/scripts/verify-bundle"
    #expect(try SystemFiles.contents(of: path) == Array(BundleText.script.utf8))
  }

  @Test("names of more than 100 bytes are split as ustar says")
  func longNames() throws {
    let folder = try TestSupport.TemporaryFolder()
    let path = folder.path + "/long.tar"
    let file = try SystemFiles.open(path, O_WRONLY | O_CREAT)
    let tar = TarWriter(time: 0) { try SystemFiles.write(Array($0), to: file, path) }
    let name =
      String(repeating: "r", count: 60) + "/outputs/" + String(repeating: "a", count: 64)
    try tar.file(name, Array("x".utf8))
    #expect(throws: JournalError.self) { try tar.file(String(repeating: "n", count: 101), []) }
    try tar.end()
    SystemFiles.close(file)
    #expect(try Program.run("tar", ["tf", path]).output == name + "\n")
  }

  @Test("an unsound run is exported up to where it can be read, and the bundle says so")
  func unsound() async throws {
    let fixture = try await BundleFixture.played()
    let names = try SystemFiles.names(in: fixture.directory.outputs)
    SystemFiles.remove(fixture.directory.outputs + "/" + names[0])
    let bundle = try fixture.unpack()
    let readme = String(
      decoding: try SystemFiles.contents(of: bundle + "/README.txt"),
      as: UTF8.self
    )
    #expect(readme.contains("THIS RUN IS NOT SOUND"))
    #expect(readme.contains("not in the bundle: outputs/\(names[0])"))
    let (judgement, _) = try BundleFixture.script(bundle)
    #expect(judgement == .init(isSound: false, firstBad: fixture.verdict().firstBadEvent))
  }

  @Test("the script runs nothing of a hostile bundle, and refuses links, pipes and odd names")
  func hostile() async throws {
    let fixture = try await BundleFixture.played()
    let bundle = try fixture.unpack()
    let canary = fixture.folder.path + "/canary"
    func expectRefused(_ why: String, _ spoil: () throws -> Void, mend: () throws -> Void) throws {
      try spoil()
      let (judgement, result) = try BundleFixture.script(bundle)
      #expect(!judgement.isSound, "\(why)")
      #expect(result.output.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) }, "\(why)")
      #expect(!FileManager.default.fileExists(atPath: canary), "\(why)")
      try mend()
    }
    let odd = [
      "$(touch canary)", "`touch canary`", "-rf", "a b", "x\u{1B}[2J", "new\nline", "*", ".hidden",
      "README.txt verify.sh",
    ]
    for name in odd {
      for place in ["", "events/", "outputs/"] {
        let path = bundle + "/" + place + name
        try expectRefused(
          place + name,
          { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) },
          mend: { SystemFiles.remove(path) }
        )
      }
    }
    for name in ["events/000002.json", "chain.txt", "site.json", "runbook.yaml"] {
      let path = bundle + "/" + name
      let aside = fixture.folder.path + "/aside"
      for command in [["ln", "-s", aside, path], ["mkfifo", path], ["mkdir", path]] {
        try expectRefused(
          name,
          {
            try SystemFiles.rename(path, to: aside)
            _ = try Program.run(command[0], Array(command.dropFirst()))
          },
          mend: {
            try FileManager.default.removeItem(atPath: path)
            try SystemFiles.rename(aside, to: path)
          }
        )
      }
    }
    #expect(try BundleFixture.script(bundle).0.isSound)
  }

  @Test(
    "the script and our own reader agree on tampered bundles and on the first bad event",
    .timeLimit(.minutes(10))
  )
  func tampering() async throws {
    let fixture = try await BundleFixture.played()
    let bundle = try fixture.unpack()
    // More of them: MAILCONSOLE_BUNDLE_TAMPERINGS=500.
    let rounds =
      ProcessInfo.processInfo.environment["MAILCONSOLE_BUNDLE_TAMPERINGS"].flatMap(Int.init) ?? 60
    var random = SeededGenerator(seed: 20_261_122)
    var located = 0
    for round in 0..<rounds {
      let copy = fixture.folder.path + "/tampered"
      try FileManager.default.copyItem(atPath: bundle, toPath: copy)
      defer { try? FileManager.default.removeItem(atPath: copy) }
      let what = try tamper(copy, &random)
      let (script, result) = try BundleFixture.script(copy)
      let reader = try BundleFixture.reader(copy)
      let note: Comment = "round \(round), \(what): \(result.output)\(result.errors)"
      #expect(script.isSound == reader.isSound, note)
      if let a = script.firstBad, let b = reader.firstBad {
        #expect(a == b, note)
        located += 1
      }
      let isCovered = !what.contains("README.txt") && !what.contains("verify.sh")
      if isCovered { #expect(!script.isSound, note) }
    }
    #expect(located > rounds / 2, "only \(located) of \(rounds) were located by both")
  }

  /// Changes something in some file; says what.
  private func tamper(_ bundle: String, _ random: inout SeededGenerator) throws
    -> String
  {
    var files: [String] = []
    for place in ["", "events/", "outputs/"] {
      for name in try SystemFiles.names(in: bundle + "/" + place)
      where name != "events" && name != "outputs" { files.append(place + name) }
    }
    let name = files.randomElement(using: &random) ?? "chain.txt"
    let path = bundle + "/" + name
    var bytes = try SystemFiles.contents(of: path)
    let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0 where !bytes.isEmpty:
      bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return "flip \(name) at \(place)"
    case 1 where !bytes.isEmpty:
      bytes.remove(at: place)
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return "delete from \(name) at \(place)"
    case 2:
      bytes.insert(UInt8.random(in: 0...255, using: &random), at: min(place, bytes.count))
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      return "insert into \(name) at \(place)"
    case 3 where !bytes.isEmpty:
      try Data(bytes.prefix(place)).write(to: URL(fileURLWithPath: path))
      return "truncate \(name) to \(place)"
    case 4:
      let others = files.filter {
        $0 != name && $0.contains("/")
          && (try? SystemFiles.contents(of: bundle + "/" + $0)) != bytes
      }
      let other = others.randomElement(using: &random) ?? "site.json"
      try Data(try SystemFiles.contents(of: bundle + "/" + other))
        .write(to: URL(fileURLWithPath: path))
      try Data(bytes).write(to: URL(fileURLWithPath: bundle + "/" + other))
      return "swap \(name.contains("/") ? name : "a file") and \(other)"
    case 5 where name.contains("/"):
      let copy =
        name.hasPrefix("events")
        ? "events/\(String(format: "%06d", files.count)).json"
        : "outputs/" + Digest(of: "stray \(place)").hex
      try Data(bytes).write(to: URL(fileURLWithPath: bundle + "/" + copy))
      return "copy \(name) to \(copy)"
    default:
      SystemFiles.remove(path)
      return "remove \(name)"
    }
  }
}
