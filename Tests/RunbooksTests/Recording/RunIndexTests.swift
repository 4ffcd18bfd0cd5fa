import Glibc
import TestSupport
import Testing

@testable import Runbooks

/// What ended runs say is kept beside them; it may be lost, and is never wrong.
@Suite("The index of ended runs") struct RunIndexTests {
  /// Long after anything a test writes: whatever was read then stays true until it changes.
  private static let later = ManualRunClock(
    wall: Moment(seconds: 4_000_000_000)
  )

  private static let runbook = Fixtures.runbook([Fixtures.note("a")])

  /// A run that has ended.
  private func end(_ name: String, in store: RunStore, _ summary: String = "done") throws {
    let run = try store.create(Fixtures.creation(Self.runbook, run: name))
    let ended = RunEvent.runEnded(
      .init(outcome: .failed, summary: summary, at: Fixtures.start)
    )
    _ = try run.append([ended], by: "ana", at: SystemRunClock().read(), boot: "boot")
    try run.close()
  }

  /// All runs by the index, and where their records were read for it.
  private func list(_ store: RunStore) throws -> [RunSummary] {
    try store.summaries(clock: Self.later) { _ in Self.runbook }
  }

  /// The same without an index.
  private func truth(_ store: RunStore) throws -> [RunSummary] {
    try store.list().compactMap { store.summary(of: $0) { _ in Self.runbook } }
      .sorted {
        ($0.last?.milliseconds ?? .max, $0.run.name) > ($1.last?.milliseconds ?? .max, $1.run.name)
      }
  }

  /// Writes into the index what no record says, so that it shows what was read from it.
  private func mark(_ store: RunStore) {
    var index = store.readIndex()
    for (run, row) in index.rows {
      index.rows[run] = RunIndex.Row(stamp: row.stamp, summary: Self.marked(row.summary))
    }
    store.write(index)
  }

  private static func marked(_ summary: RunSummary) -> RunSummary {
    RunSummary(
      run: summary.run,
      created: summary.created,
      began: summary.began,
      last: summary.last,
      events: 4_711,
      status: summary.status,
      underWay: [],
      runner: nil,
      driver: nil,
      problem: nil
    )
  }

  @Test("says what the records say, and of texts with tabs, lines and backslashes too")
  func same() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store, "a\tb\\t\nc\\ \u{1B}[31m é")
      try end("run-2", in: store)
      let truth = try truth(store)
      #expect(try list(store) == truth)
      #expect(store.readIndex().rows.count == 2)
      #expect(try list(store) == truth)
      #expect(try #require(RunIndex(decoding: store.readIndex().encoded())) == store.readIndex())
    }
  }

  @Test("is what a list is made from, and never what one run is judged by")
  func used() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      _ = try list(store)
      mark(store)
      #expect(try list(store).map(\.events) == [4_711])
      #expect(store.summary(of: RunID("run-1")) { _ in Self.runbook }?.events == 2)
    }
  }

  @Test("a run whose files were changed, replaced or joined by others is read anew")
  func changed() async throws {
    let changes: [(String, (RunDirectory) throws -> Void)] = [
      (
        "journal in place",
        { run in
          let bytes = try SystemFiles.contents(of: run.journal)
          let descriptor = try SystemFiles.open(run.journal, O_WRONLY)
          defer { SystemFiles.close(descriptor) }
          try SystemFiles.write(Array(bytes[..<100]), to: descriptor, run.journal)
        }
      ),
      (
        "journal with its old times",
        { run in
          var status = stat()
          lstat(run.journal, &status)
          let descriptor = try SystemFiles.open(run.journal, O_RDWR)
          defer { SystemFiles.close(descriptor) }
          try SystemFiles.write(
            try SystemFiles.contents(of: run.journal),
            to: descriptor,
            run.journal
          )
          futimens(descriptor, [status.st_atim, status.st_mtim])
        }
      ),
      (
        "journal replaced",
        { run in
          try SystemFiles.replace(
            run.journal,
            in: run.path,
            with: try SystemFiles.contents(of: run.journal)
          )
        }
      ),
      (
        "head touched",
        { run in
          let bytes = try SystemFiles.contents(of: run.head)
          try SystemFiles.replace(run.head, in: run.path, with: bytes)
        }
      ),
      (
        "a log beside it",
        { run in
          try SystemFiles.replace(run.journal + "-wal", in: run.path, with: [1])
        }
      ),
    ]
    for (name, change) in changes {
      try await Fixtures.withState { store in
        try end("run-1", in: store)
        try end("run-2", in: store)
        _ = try list(store)
        mark(store)
        try change(try #require(store.directory(of: RunID("run-1"))))
        let found = try list(store)
        #expect(found.first { $0.run.name == "run-1" }?.events != 4_711, "\(name)")
        #expect(found.first { $0.run.name == "run-2" }?.events == 4_711, "\(name)")
        let truth = try truth(store).first { $0.run.name == "run-1" }
        #expect(found.first { $0.run.name == "run-1" } == truth, "\(name)")
      }
    }
  }

  @Test("a run that is taken up again, is open, or is damaged has no row")
  func open() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      try end("run-2", in: store)
      let open = try store.create(Fixtures.creation(Self.runbook, run: "run-3"))
      let torn = try #require(store.directory(of: RunID("run-2")))
      try SystemFiles.replace(torn.head, in: torn.path, with: [])
      let found = try list(store)
      #expect(found == (try truth(store)))
      #expect(found.first { $0.run.name == "run-2" }?.problem != nil)
      #expect(store.readIndex().rows.keys.map(\.name) == ["run-1"])
      let again = try Journal(
        of: RunID("run-1"),
        in: try #require(store.directory(of: RunID("run-1")))
      )
      #expect(try list(store) == (try truth(store)))
      #expect(store.readIndex().rows.isEmpty)
      try again.close()
      try open.close()
    }
  }

  @Test("a run that changed a moment ago is read anew until its times would tell of another change")
  func settling() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      let now = SystemRunClock().read().wall
      for (ahead, rows) in [(0, 0), (1, 0), (600, 1)] {
        let clock = ManualRunClock(wall: now.advanced(by: .seconds(ahead)))
        _ = try store.summaries(clock: clock) { _ in Self.runbook }
        #expect(store.readIndex().rows.count == rows, "\(ahead) s later")
      }
    }
  }

  @Test("a run that is gone goes from the index")
  func gone() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      try end("run-2", in: store)
      _ = try list(store)
      Fixtures.removeAll(store.runs + "/run-1")
      #expect(try list(store).map(\.run.name) == ["run-2"])
      #expect(store.readIndex().rows.keys.map(\.name) == ["run-2"])
    }
  }

  @Test("damaged at any byte or cut anywhere, it is as if there were none, and is made anew")
  func damaged() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      _ = try list(store)
      let whole = store.readIndex().encoded()
      for place in whole.indices {
        for bit in [0x01, 0x10, 0x80] as [UInt8] {
          var bytes = whole
          bytes[place] ^= bit
          #expect(RunIndex(decoding: bytes) == nil, "bit \(bit) of byte \(place)")
        }
        #expect(RunIndex(decoding: Array(whole[..<place])) == nil, "cut at \(place)")
      }
      #expect(RunIndex(decoding: whole + [0x0A]) == nil)
      let truth = try truth(store)
      let newer = Array(
        String(decoding: whole, as: UTF8.self).replacing("runs 1 ", with: "runs 2 ").utf8
      )
      let foreign: [[UInt8]] = [
        [], [0], [0x0A], Array("{\"a\": 1}\n".utf8), newer, Array(whole.dropLast(9)),
      ]
      for bytes in foreign {
        try SystemFiles.replace(store.index, in: store.state, with: bytes)
        #expect(try list(store) == truth)
        #expect(store.readIndex().encoded() == whole)
      }
    }
  }

  @Test("rows that are whole and make no sense are as if there were none")
  func senseless() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      _ = try list(store)
      let lines = String(decoding: store.readIndex().encoded(), as: UTF8.self).split(
        separator: "\n"
      )
      let fields = lines[1].split(separator: "\t", omittingEmptySubsequences: false)
      for place in fields.indices {
        for wrong in ["x\u{0}", nil] {
          var changed = fields
          if let wrong { changed[place] = wrong[...] } else { changed.remove(at: place) }
          let body = changed.joined(separator: "\t") + "\n"
          let text = "mailconsole-ended-runs 1 \(Digest(of: body))\n" + body
          try SystemFiles.replace(store.index, in: store.state, with: Array(text.utf8))
          let found = try list(store)
          // Texts are what they say; all else has to be what it is.
          #expect(found.count == 1 && found[0].run.name == "run-1", "field \(place)")
        }
      }
    }
  }

  @Test("what a killed writer left beside it is written over; what another writes is left to them")
  func killed() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      _ = try list(store)
      let whole = store.readIndex().encoded()
      for length in stride(from: 0, through: whole.count, by: 7) {
        try SystemFiles.replace(
          store.index + ".new",
          in: store.state,
          with: Array(whole[..<length])
        )
        #expect(store.readIndex().encoded() == whole)
        #expect(store.write(store.readIndex()))
        #expect(try SystemFiles.contents(of: store.index) == whole)
        #expect(SystemFiles.kind(of: store.index + ".new") == nil)
      }
      let other = try SystemFiles.open(store.index + ".new", O_WRONLY | O_CREAT)
      #expect(flock(other, LOCK_EX) == 0)
      #expect(!store.write(RunIndex()))
      #expect(try SystemFiles.contents(of: store.index) == whole)
      SystemFiles.close(other)
      #expect(store.write(RunIndex()))
    }
  }

  @Test("two who write at once leave one of the two, whole")
  func writers() async throws {
    try await Fixtures.withState { store in
      for number in 1...6 { try end("run-\(number)", in: store) }
      _ = try list(store)
      let all = store.readIndex()
      let half = RunIndex(rows: all.rows.filter { $0.key.name > "run-3" })
      let found = await withTaskGroup(of: (written: Int, torn: Int).self) { group in
        for index in [all, half, all, half] {
          group.addTask {
            var found = (written: 0, torn: 0)
            for _ in 0..<200 {
              if store.write(index) { found.written += 1 }
              let bytes = (try? SystemFiles.contents(of: store.index)) ?? []
              let read = RunIndex(decoding: bytes)
              if read != all, read != half { found.torn += 1 }
            }
            return found
          }
        }
        return await group.reduce((0, 0)) { ($0.0 + $1.written, $0.1 + $1.torn) }
      }
      #expect(found.1 == 0)
      #expect(found.0 > 0)
      #expect(try list(store) == (try truth(store)))
    }
  }

  @Test("where nothing can be written, lists are as they were")
  func readOnly() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      // Neither a file nor a name that root could write to.
      try SystemFiles.makeDirectory(store.index)
      try SystemFiles.makeDirectory(store.index + ".new")
      let truth = try truth(store)
      #expect(try list(store) == truth)
      #expect(try list(store) == truth)
    }
  }

  @Test("the runs of one runbook are asked for without a look at those of others")
  func ofOne() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      let other = Fixtures.runbook([Fixtures.note("a")], id: "other")
      let run = try store.create(Fixtures.creation(other, run: "run-2"))
      _ = try list(store)
      mark(store)
      var asked = 0
      func runs(of id: String) throws -> [RunSummary] {
        try store.summaries(of: RunbookID(id), clock: Self.later) { _ in
          asked += 1
          return other
        }
      }
      #expect(try runs(of: "trial").map(\.events) == [4_711])
      #expect(asked == 0, "the open run of the other runbook was replayed")
      #expect(try runs(of: "other").map(\.run.name) == ["run-2"])
      #expect(store.readIndex().rows.keys.map(\.name) == ["run-1"], "its row is kept")
      try run.close()
    }
  }

  @Test("it is for whom the state directory is")
  func modes() async throws {
    try await Fixtures.withState { store in
      try end("run-1", in: store)
      _ = try list(store)
      var status = stat()
      #expect(lstat(store.index, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }
}
