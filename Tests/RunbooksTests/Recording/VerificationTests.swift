import GRDB
import Glibc
import Testing

@testable import Runbooks

@Suite struct VerificationTests {
  private static let runbook = Fixtures.runbook([
    Fixtures.step("x", .operation(Fixtures.call("op")), risk: .change), Fixtures.note("y"),
  ])

  /// A run that has ended, with output and evidence.
  private func ended(_ store: RunStore) async throws -> RunDirectory {
    let run = try await open(store)
    try run.close()
    return run.directory
  }

  /// The same run with its journal still open.
  private func open(_ store: RunStore) async throws -> OpenRun {
    let (engine, run) = try await Fixtures.engine(
      store,
      Self.runbook,
      [FakeOperation("op", Ledger(), output: Array("out\n".utf8))]
    )
    _ = try await engine.drive()
    return run
  }

  private func verify(_ directory: RunDirectory, outside: ChainHead? = nil) -> Verification {
    var heads = OutsideHeads()
    if let outside { heads.heads[.file("/elsewhere")] = [Fixtures.kept(outside)] }
    return Verification(of: directory, outside: heads) { _ in Self.runbook }
  }

  private func overwrite(_ path: String, _ bytes: [UInt8]) throws {
    let file = try SystemFiles.open(path, O_WRONLY | O_TRUNC | O_CREAT)
    defer { close(file) }
    try SystemFiles.write(bytes, to: file, path)
  }

  @Test("an untouched run is sound, and it is said what cannot be ruled out")
  func sound() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let verdict = verify(directory)
      #expect(verdict.isSound, "\(verdict.findings)")
      #expect(verdict.remarks.isEmpty)
      #expect(verdict.soundEvents == 7)
      #expect(verdict.notRuledOut.count == 1)
      let head = try #require(verdict.head)
      #expect(verify(directory, outside: head).notRuledOut.isEmpty)
      #expect(
        try SystemFiles.names(in: directory.path) == [
          "children", "head", "journal.sqlite", "lock", "outputs", "runbook.yaml", "site.json",
        ]
      )
    }
  }

  @Test("every single byte of a closed journal counts")
  func everyByte() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let sound = try SystemFiles.contents(of: directory.journal)
      var random = SplitMix(state: 11)
      // All of the header, and a sample of every page.
      var offsets = Array(0..<100)
      offsets += (0..<sound.count / 24).map { _ in Int.random(in: 100..<sound.count, using: &random)
      }
      var located = 0
      for offset in offsets {
        var flipped = sound
        flipped[offset] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
        try overwrite(directory.journal, flipped)
        let verdict = verify(directory)
        #expect(!verdict.isSound, "byte \(offset)")
        if verdict.firstBadEvent != nil { located += 1 }
      }
      #expect(located > 0)
      try overwrite(directory.journal, sound)
      #expect(verify(directory).isSound)
    }
  }

  @Test("a byte flipped in an event's payload names that event")
  func payloadByte() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let sound = try SystemFiles.contents(of: directory.journal)
      var payloads: [Int64: [UInt8]] = [:]
      try JournalReader(directory).forEachRow(after: 0) { row in
        payloads[row.sequence] = row.payload
        return true
      }
      for (sequence, payload) in payloads {
        let place = try #require(
          sound.indices.first { sound[$0...].starts(with: payload) }
        )
        for offset in stride(from: 0, to: payload.count, by: 37) {
          var flipped = sound
          flipped[place + offset] ^= 1
          try overwrite(directory.journal, flipped)
          #expect(verify(directory).firstBadEvent == sequence)
        }
      }
    }
  }

  @Test("the first bad event is named even when the seal is gone", arguments: 1...7)
  func withoutSeal(sequence: Int64) async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let head = try SystemFiles.contents(of: directory.head)
      try overwrite(directory.head, Array(head.prefix(86)))
      #expect(verify(directory).isSound)
      let queue = try DatabaseQueue(path: directory.journal)
      try await queue.write { database in
        try database.execute(sql: "DROP TRIGGER event_is_never_changed")
        try database.execute(
          sql: """
            UPDATE event SET payload = CAST(replace(payload, 'run-1', 'run-2') AS BLOB)
            WHERE seq = ?
            """,
          arguments: [sequence]
        )
      }
      try queue.close()
      #expect(verify(directory).firstBadEvent == sequence)
    }
  }

  @Test("an event missing, the tail cut off, a chain rewritten")
  func structure() async throws {
    for (statement, bad) in [
      ("DELETE FROM event WHERE seq = 3", 3), ("DELETE FROM event WHERE seq >= 6", 6),
      ("UPDATE event SET at = at + 1 WHERE seq = 5", 5),
      ("UPDATE event SET hash = previous WHERE seq = 4", 4),
    ] as [(String, Int64)] {
      try await Fixtures.withState { store in
        let directory = try await ended(store)
        let queue = try DatabaseQueue(path: directory.journal)
        try await queue.write { database in
          try database.execute(sql: "DROP TRIGGER event_is_never_changed")
          try database.execute(sql: "DROP TRIGGER event_is_never_deleted")
          try database.execute(sql: statement)
        }
        try queue.close()
        #expect(verify(directory).firstBadEvent == bad, "\(statement)")
      }
    }
  }

  @Test("a journal and its head cut back together are found only by a head kept elsewhere")
  func outside() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let head = try #require(verify(directory).head)
      let earlier = try JournalReader(directory).entries(after: 4, limit: 1)[0]
      let queue = try DatabaseQueue(path: directory.journal)
      try await queue.write { database in
        for statement in JournalDatabase.schema.suffix(1) {
          try database.execute(sql: "DROP TRIGGER event_is_never_deleted")
          try database.execute(sql: "DELETE FROM event WHERE seq > 5")
          try database.execute(sql: statement)
        }
      }
      try queue.close()
      let line = "00000000000000000005 \(earlier.hash.hex)\n"
      let file = try SystemFiles.digest(of: directory.journal)
      let padded = String(repeating: "0", count: 20 - "\(file.length)".count) + "\(file.length)"
      try overwrite(directory.head, Array((line + "\(padded) \(file.digest.hex)\n").utf8))
      #expect(verify(directory).isSound)
      #expect(verify(directory, outside: head).firstBadEvent == 6)
    }
  }

  @Test("a seal that was cut off while it was written seals nothing, and that is said")
  func halfSeal() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let whole = try SystemFiles.contents(of: directory.head)
      for length in 87..<whole.count {
        try overwrite(directory.head, Array(whole.prefix(length)))
        let verdict = verify(directory)
        #expect(verdict.isSound, "\(length): \(verdict.findings)")
        #expect(verdict.notRuledOut.contains { $0.contains("not sealed") }, "\(length)")
      }
      try overwrite(directory.head, Array(whole.prefix(85)))
      #expect(!verify(directory).isSound)
    }
  }

  @Test("a write-ahead log that is damaged loses its tail, and that is found")
  func damagedLog() async throws {
    try await Fixtures.withState { store in
      let run = try await open(store)
      defer { try? run.close() }
      let directory = run.directory
      let log = directory.journal + "-wal"
      let sound = try SystemFiles.contents(of: log)
      try #require(sound.count > 4_000)
      // As a crash leaves it: the files without the process.
      let copy = RunDirectory(path: store.state + "/copy/run-1")
      try SystemFiles.makeDirectories(copy.outputs)
      for name in ["journal.sqlite", "head", "runbook.yaml", "site.json"] {
        try overwrite(
          copy.path + "/" + name,
          try SystemFiles.contents(of: directory.path + "/" + name)
        )
      }
      for name in try SystemFiles.names(in: directory.outputs) {
        try overwrite(
          copy.outputs + "/" + name,
          try SystemFiles.contents(of: directory.outputs + "/" + name)
        )
      }
      var random = SplitMix(state: 3)
      try overwrite(copy.journal + "-wal", sound)
      #expect(verify(copy).isSound, "\(verify(copy).findings)")
      for _ in 0..<40 {
        var flipped = sound
        // The last page of the log holds the newest commit, unless it was grown ahead.
        let offset = Int.random(in: 32..<sound.count, using: &random)
        flipped[offset] ^= 1
        SystemFiles.remove(copy.journal + "-shm")
        try overwrite(copy.journal + "-wal", flipped)
        #expect(!verify(copy).isSound, "byte \(offset)")
      }
    }
  }

  @Test("a changed, cut or missing output names the event that mentions it")
  func outputs() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      let entries = try JournalReader(directory).entries()
      for name in try SystemFiles.names(in: directory.outputs) {
        let path = directory.outputs + "/" + name
        let sound = try SystemFiles.contents(of: path)
        let first = try #require(
          entries.first { $0.event.blobs.contains { $0.digest.hex == name } }?.sequence
        )
        for offset in sound.indices {
          var flipped = sound
          flipped[offset] ^= 0x80
          try overwrite(path, flipped)
          #expect(verify(directory).firstBadEvent == first)
        }
        try overwrite(path, Array(sound.dropLast()))
        #expect(verify(directory).firstBadEvent == first)
        SystemFiles.remove(path)
        #expect(verify(directory).firstBadEvent == first)
        try overwrite(path, sound)
      }
      try overwrite(directory.outputs + "/" + Digest(of: "stray").hex, Array("stray".utf8))
      #expect(verify(directory).isSound)
      #expect(verify(directory).remarks.count == 1)
    }
  }

  @Test("a changed runbook or site is found at the event that pins it")
  func pins() async throws {
    try await Fixtures.withState { store in
      let directory = try await ended(store)
      for path in [directory.runbook, directory.site] {
        let sound = try SystemFiles.contents(of: path)
        try overwrite(path, sound + [32])
        #expect(verify(directory).firstBadEvent == 1)
        try overwrite(path, sound)
      }
      #expect(verify(directory).isSound)
    }
  }

  @Test("a driver lost right after it opened a sealed run leaves a run that can be driven")
  func lostWhileOpening() async throws {
    try await Fixtures.withState { store in
      let directory = try await waiting(store)
      // The seal comes off before the database file is touched.
      try HeadFile.unseal(directory.head)
      try JournalDatabase.openForWriting(directory.journal).close()
      let run = try store.open(RunID("run-1"), by: "bo")
      #expect(try run.entries().last?.event.type == "driver.detached")
      try run.close()
      #expect(HeadFile.read(directory.head)?.seal != nil)
    }
  }

  @Test("a closed journal that was changed is not driven further")
  func refusesToDrive() async throws {
    try await Fixtures.withState { store in
      let directory = try await waiting(store)
      var bytes = try SystemFiles.contents(of: directory.journal)
      bytes[bytes.count / 2] ^= 1
      try overwrite(directory.journal, bytes)
      #expect {
        try store.open(RunID("run-1"), by: "bo")
      } throws: { error in
        "\(error)".contains("not the file that was closed")
      }
    }
  }

  /// A run that was let go of while it waits for a person.
  private func waiting(_ store: RunStore) async throws -> RunDirectory {
    let runbook = Fixtures.runbook([Fixtures.manual("m")])
    let (engine, run) = try await Fixtures.engine(store, runbook)
    _ = try await engine.drive()
    try await engine.letGo(reason: "shift ends")
    try run.close()
    return run.directory
  }
}
