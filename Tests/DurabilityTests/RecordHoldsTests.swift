import Foundation
import GRDB
import Glibc
import TestSupport
import Testing

/// Nothing is performed, and nothing told as a fact, on a record that does not hold.
@Suite(.serialized) struct RecordHoldsTests {
  /// What is done to one file of the record.
  enum Damage: String, CaseIterable {
    case altered, missing, foreign, older, link, fifo
  }

  @Test(
    "whatever was done to whichever file of a run, nothing is performed and the file is named",
    arguments: HeldRun.Point.allCases
  )
  func generated(point: HeldRun.Point) throws {
    let held = try HeldRun()
    let files = [
      "journal.sqlite", "head", "runbook.yaml", "site.json", try held.output(in: point.rawValue),
    ]
    var refused = 0
    for file in files {
      for damage in Damage.allCases {
        for way in held.waysOn() {
          let state = try held.fresh(point)
          guard try inflict(damage, on: file, of: held, state, at: point) else { continue }
          let directory = held.directory(in: state)
          let before = (try held.ledger(), Self.head(directory))
          let result = try held.perform(way.arguments, in: state)
          let said = result.output + result.errors
          let what = "\(point) \(file) \(damage) \(way.name): \(result.status) \(said)"
          #expect(result.status == 65, "\(what)")
          #expect(said.contains(file.prefix(16)), "\(what)")
          #expect(!said.contains("has ended"), "\(what)")
          if Self.namesAnEvent(file, damage) { #expect(said.contains("event "), "\(what)") }
          #expect(try held.ledger() == before.0, "\(what)")
          #expect(Self.head(directory) == before.1, "\(what)")
          refused += 1
        }
        guard damage == .fifo || damage == .altered else { continue }
        try tell(file, damage, of: held, at: point)
      }
    }
    #expect(refused > 60)
  }

  @Test("what is not damaged goes on", arguments: HeldRun.Point.allCases)
  func undamaged(point: HeldRun.Point) throws {
    let held = try HeldRun()
    for way in held.waysOn() where way.name != "runner" {
      let state = try held.fresh(point)
      let result = try held.perform(way.arguments, in: state)
      let isDone = way.name == "answers" || point == .ended
      #expect(result.status == (isDone ? 0 : 2), "\(way.name) \(result.output)\(result.errors)")
      #expect(try held.perform(["verify", held.run], in: state).status == 0)
    }
  }

  @Test("a head behind the journal, as a power cut leaves it, is no finding")
  func headBehind() throws {
    let held = try HeldRun()
    let state = try held.fresh(.killed)
    // As of an earlier event, and without the seal that the journal had then.
    let early = try Data(contentsOf: URL(fileURLWithPath: held.directory(in: "early") + "/head"))
    try early.prefix(86).write(
      to: URL(fileURLWithPath: held.directory(in: state) + "/head")
    )
    #expect(try held.perform(held.waysOn()[1].arguments, in: state).status == 0)
  }

  @Test("a run's copy under another name is not driven, and the name is said")
  func copied() throws {
    let held = try HeldRun()
    let state = try held.fresh(.open)
    let directory = held.directory(in: state)
    let copy = held.run + "-copy"
    try FileManager.default.copyItem(
      atPath: directory,
      toPath: "\(held.folder.path)/\(state)/runs/\(copy)"
    )
    let ledger = try held.ledger()
    for way in held.waysOn() {
      let arguments = way.arguments.map { $0 == held.run ? copy : $0 }
      let result = try held.perform(arguments, in: state)
      #expect(result.status == 65, "\(way.name)")
      #expect(result.errors.contains("directory \(copy) is not named after the run"))
    }
    #expect(try held.ledger() == ledger)
    let runs = try held.perform(["runs"], in: state)
    #expect(runs.status == 1)
    #expect(runs.output.contains("not named after the run"))
    // The run itself is not touched by it.
    #expect(try held.perform(held.waysOn()[1].arguments, in: state).status == 0)
  }

  @Test("another site directory of the same name is refused, and what differs is named")
  func otherSite() throws {
    let held = try HeldRun()
    let ledger = try held.ledger()
    for way in held.waysOn("elsewhere") {
      let state = try held.fresh(.open)
      let head = Self.head(held.directory(in: state))
      let result = try held.perform(way.arguments, in: state)
      #expect(result.status == 64, "\(way.name) \(result.errors)")
      #expect(
        result.errors.contains("kubernetes.context: the run has lab,")
          && result.errors.contains("has production"),
        "\(result.errors)"
      )
      #expect(try held.ledger() == ledger)
      #expect(Self.head(held.directory(in: state)) == head)
    }
  }

  @Test(
    "an end that was rewritten is told by neither show, runs nor attach",
    arguments: [true, false]
  )
  func rewrittenEnd(rehashed: Bool) throws {
    let held = try HeldRun()
    let state = try held.fresh(.ended)
    let path = held.directory(in: state) + "/journal.sqlite"
    let queue = try DatabaseQueue(path: path)
    try queue.write { database in
      try database.execute(sql: "DROP TRIGGER event_is_never_changed")
      let row = try #require(
        try Row.fetchOne(database, sql: "SELECT * FROM event ORDER BY seq DESC LIMIT 1")
      )
      let payload: Data = row["payload"]
      let changed = String(decoding: payload, as: UTF8.self)
        .replacing("\"completed\"", with: "\"aborted\"")
      let hash = try Self.digest("\(row["previous"] as String)\(changed)")
      try database.execute(
        sql: "UPDATE event SET payload = CAST(? AS BLOB), hash = ? WHERE seq = ?",
        arguments: [changed, rehashed ? hash : row["hash"] as String, row["seq"] as Int64]
      )
    }
    try queue.close()
    for arguments in [["show", held.run], ["runs"], held.waysOn()[0].arguments] {
      let result = try held.perform(arguments, in: state)
      let said = result.output + result.errors
      #expect(result.status != 0, "\(arguments) \(said)")
      #expect(!said.contains("has ended, aborted"), "\(said)")
    }
    let runs = try held.perform(["runs"], in: state).output
    #expect(!runs.contains("aborted"), "\(runs)")
    let show = try held.perform(["show", held.run], in: state).output
    #expect(show.hasPrefix("\(held.run): NOT SOUND"), "\(show)")
  }

  // MARK: -

  /// verify, show and runs say that it does not hold, and none of them waits.
  private func tell(
    _ file: String,
    _ damage: Damage,
    of held: HeldRun,
    at point: HeldRun.Point
  ) throws {
    let state = try held.fresh(point)
    guard try inflict(damage, on: file, of: held, state, at: point) else { return }
    for arguments in [["verify", held.run], ["verify", "--all"], ["show", held.run]] {
      let result = try held.perform(arguments, in: state)
      let said = result.output + result.errors
      #expect(result.status == 1, "\(point) \(file) \(damage) \(arguments) \(said)")
      #expect(said.contains(file.prefix(16)), "\(point) \(file) \(damage) \(arguments) \(said)")
    }
    #expect(try held.perform(["runs"], in: state).status < 2, "\(point) \(file) \(damage)")
  }

  /// Does it to a copy; false where it would change nothing, or nothing that anybody could tell.
  private func inflict(
    _ damage: Damage,
    on file: String,
    of held: HeldRun,
    _ state: String,
    at point: HeldRun.Point
  ) throws -> Bool {
    let files = FileManager.default
    let path = held.directory(in: state) + "/" + file
    if file == "journal.sqlite", damage == .foreign || damage == .older {
      // Under its own log the file alone would change nothing: every page comes from the log.
      for suffix in ["-wal", "-shm"] { try? files.removeItem(atPath: path + suffix) }
    }
    switch damage {
    case .altered:
      // What a killed runner wrote last lies in the log beside the journal.
      let log = path + "-wal"
      let isLogged = ((try? Data(contentsOf: URL(fileURLWithPath: log)))?.count ?? 0) > 0
      try Self.flip(isLogged ? log : path)
    case .missing: try files.removeItem(atPath: path)
    case .foreign:
      let stranger = "\(held.folder.path)/stranger/runs/\(held.other)/"
      try Self.replace(path, with: file.hasPrefix("outputs/") ? stranger + "head" : stranger + file)
    case .older:
      guard ["journal.sqlite", "head"].contains(file), point != .killed || file != "head" else {
        return false
      }
      try Self.replace(path, with: held.directory(in: "early") + "/" + file)
    case .link:
      let target = held.folder.path + "/moved"
      try? files.removeItem(atPath: target)
      try files.moveItem(atPath: path, toPath: target)
      try files.createSymbolicLink(atPath: path, withDestinationPath: target)
    case .fifo:
      try files.removeItem(atPath: path)
      try #require(mkfifo(path, 0o600) == 0)
    }
    return true
  }

  private static func namesAnEvent(_ file: String, _ damage: Damage) -> Bool {
    file != "head" && file != "journal.sqlite"
  }

  private static func flip(_ path: String) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // In `head` that is a digit of the hash, elsewhere any byte.
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  private static func replace(_ path: String, with source: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: source))
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// What `head` holds; nil where it is nothing to be read.
  private static func head(_ directory: String) -> Data? {
    var status = stat()
    guard lstat(directory + "/head", &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      return nil
    }
    return try? Data(contentsOf: URL(fileURLWithPath: directory + "/head"))
  }

  private static func digest(_ text: String) throws -> String {
    let result = try Program.run("sha256sum", input: Data(text.utf8))
    return String(result.output.prefix(64))
  }
}
