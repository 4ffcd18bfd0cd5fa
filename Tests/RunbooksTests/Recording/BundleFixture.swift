import Foundation
import GRDB
import TestSupport
import Testing

@testable import Runbooks

/// A tabletop run as a bundle on disk, and the two judges of it: the script and our own reader.
struct BundleFixture {
  static let runbook = Fixtures.runbook([
    Fixtures.step("look", .check(Fixtures.check("look"))),
    Fixtures.step("one", .operation(Fixtures.call("op")), needs: ["look"], risk: .change),
    Fixtures.approve("ok", needs: ["one"], not: ["one"]),
    Fixtures.manual("hand", needs: ["ok"]),
  ])

  /// The checkout.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  let folder: TestSupport.TemporaryFolder
  let directory: RunDirectory

  /// Plays the run to its end.
  static func played(_ steps: Runbook = runbook) async throws -> BundleFixture {
    let folder = try TestSupport.TemporaryFolder()
    let (engine, run) = try await Fixtures.engine(
      RunStore(state: folder.path),
      steps,
      [FakeOperation("op", Ledger()), FakeOperation("look", risk: .read, Ledger())],
      .tabletop
    )
    _ = try await engine.drive(decider: AgreeableDecider())
    try run.close()
    return BundleFixture(folder: folder, directory: run.directory)
  }

  func verdict() -> Verification { Verification(of: directory) { _ in Self.runbook } }

  /// Writes the bundle and gives its bytes.
  func export(_ name: String = "bundle.tar") throws -> [UInt8] {
    let path = folder.path + "/" + name
    let file = try SystemFiles.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    defer { SystemFiles.close(file) }
    try RunBundle(of: directory, verdict: verdict()).write(to: file, named: path)
    return try SystemFiles.contents(of: path)
  }

  /// Unpacks the bundle and gives the directory that was in it.
  func unpack() throws -> String {
    _ = try export()
    let result = try Program.run("tar", ["xf", folder.path + "/bundle.tar", "-C", folder.path])
    try #require(result.status == 0, "\(result.errors)")
    return folder.path + "/run-1"
  }

  /// What a judge says of a bundle.
  struct Judgement: Equatable, CustomStringConvertible {
    let isSound: Bool
    let firstBad: Int64?
    var description: String { isSound ? "sound" : "NOT SOUND, \(firstBad.map(String.init) ?? "-")" }
  }

  /// What the script prints, as a judgement.
  static func script(_ bundle: String) throws -> (Judgement, Program.Result) {
    let result = try Program.run(root + "/scripts/verify-bundle", [bundle])
    let number = result.output.split(separator: "first bad event ").dropFirst().first
      .flatMap { Int64($0.prefix { $0.isNumber }) }
    try #require(result.status == 0 || result.status == 1, "\(result.errors)")
    #expect(result.output.contains(": sound, ") == (result.status == 0))
    #expect(result.output.contains("NOT SOUND") == (result.status == 1))
    return (Judgement(isSound: result.status == 0, firstBad: number), result)
  }

  /// What `Verification` says once the bundle is a journal again.
  static func reader(_ bundle: String) throws -> Judgement {
    let scratch = try TestSupport.TemporaryFolder()
    let copy = RunDirectory(path: scratch.path + "/run-1")
    try SystemFiles.makeDirectories(copy.path)
    for name in ["outputs", "runbook.yaml", "site.json"] {
      try? FileManager.default.copyItem(atPath: bundle + "/" + name, toPath: copy.path + "/" + name)
    }
    try fill(copy, from: bundle)
    SystemFiles.close(
      try HeadFile.open(copy.head, at: ChainHead(sequence: 0, hash: Digest(of: "")))
    )
    let verdict = Verification(of: copy) { _ in runbook }
    let events = try SystemFiles.names(in: bundle + "/events")
    let expected = (0..<events.count).map { String(format: "%06d.json", $0 + 1) }
    let known: Set = [
      "README.txt", "verify.sh", "chain.txt", "runbook.yaml", "site.json", "events", "outputs",
    ]
    let here = try SystemFiles.names(in: bundle)
    let isTidy =
      verdict.remarks.isEmpty && events == expected
      && known.isSuperset(of: here)
    return Judgement(isSound: verdict.isSound && isTidy, firstBad: verdict.firstBadEvent)
  }

  /// Puts every event, with what `chain.txt` says of it, into a new journal.
  private static func fill(_ copy: RunDirectory, from bundle: String) throws {
    let text = (try? SystemFiles.contents(of: bundle + "/chain.txt")) ?? []
    var lines = text.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    // A last line without its end counts, and is none that was written.
    if lines.last?.isEmpty == true { lines.removeLast() } else { lines[lines.count - 1] += [0] }
    let last = Set(try SystemFiles.names(in: bundle + "/events")).compactMap { Int($0.prefix(6)) }
    let queue = try JournalDatabase.openForWriting(copy.journal)
    for number in 1...max(lines.count, last.max() ?? 0, 1) {
      let path = bundle + String(format: "/events/%06d.json", number)
      let payload = try? SystemFiles.contents(of: path)
      guard payload != nil || number <= lines.count else { continue }
      let line = number <= lines.count ? String(decoding: lines[number - 1], as: UTF8.self) : ""
      let words = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      let isWhole = words.count == 3 && words[0] == "\(number)"
      let at = try? RecordCoding.payload(payload ?? [], sequence: Int64(number)).at.milliseconds
      try queue.write { database in
        try database.execute(
          sql: "INSERT INTO event (seq, at, payload, previous, hash) VALUES (?, ?, ?, ?, ?)",
          arguments: [
            number, at ?? 0, Data(payload ?? []), isWhole ? words[1] : "", isWhole ? words[2] : "",
          ]
        )
      }
    }
    _ = try JournalDatabase.close(queue)
  }
}
