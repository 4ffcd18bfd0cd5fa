internal import Foundation
internal import GRDB
internal import Glibc
internal import Synchronization

/// The journal as a database: its schema, its statements, its errors in our words.
enum JournalDatabase {
  /// The form of the database that this version writes.
  static let schemaVersion = 1
  /// Tells `file(1)` and us what the database is: "mcrj".
  static let applicationID = 0x6D63_726A

  /// The schema, statement by statement, as `sqlite_schema` keeps it.
  static let schema = [
    """
    CREATE TABLE event (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, payload BLOB NOT NULL, \
    previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT
    """,
    """
    CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event \
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event \
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
  ]

  /// One row before it is written or after it was read.
  struct Row {
    let entry: JournalEntry
    let bytes: [UInt8]

    init(after head: ChainHead, payload: JournalPayload, bytes: [UInt8]) {
      self.bytes = bytes
      entry = JournalEntry(
        sequence: payload.seq,
        run: payload.run,
        actor: payload.actor,
        wall: payload.at,
        monotonicNanoseconds: payload.mono,
        boot: payload.boot,
        event: payload.event,
        previous: head.hash,
        hash: Self.hash(previous: head.hash, bytes)
      )
    }

    var head: ChainHead { ChainHead(sequence: entry.sequence, hash: entry.hash) }

    /// `printf %s PREVIOUS | cat - PAYLOAD | sha256sum` gives the same.
    static func hash(previous: Digest, _ bytes: [UInt8]) -> Digest {
      let hasher = Digest.Hasher()
      hasher.update(Array(previous.hex.utf8))
      hasher.update(bytes)
      return hasher.finish()
    }
  }

  /// Refuses anything but regular files where SQLite would open one, which it would wait on.
  private static func requireFiles(_ path: String) throws(JournalError) {
    for suffix in ["", "-wal", "-shm", "-journal"] { try SystemFiles.requireFile(path + suffix) }
  }

  static func openForWriting(_ path: String) throws -> DatabaseQueue {
    try requireFiles(path)
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.busyMode = .timeout(2)
    configuration.prepareDatabase { database in
      // Deleted or moved content leaves nothing behind in free space.
      try database.execute(sql: "PRAGMA secure_delete = ON")
      // All rows: the one row comes before the commit, which may fail, and whoever fetches only
      // that never learns of it.
      let mode = try String.fetchAll(database, sql: "PRAGMA journal_mode = WAL").first
      guard mode == "wal" else {
        throw DatabaseError(
          resultCode: .SQLITE_LOCKED,
          message: "no write-ahead log: \(mode ?? "")"
        )
      }
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { database in
      let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
      guard version <= schemaVersion else { throw NewerSchema(found: version) }
      guard version == 0 else { return }
      for statement in schema { try database.execute(sql: statement) }
      try database.execute(sql: "PRAGMA application_id = \(applicationID)")
      try database.execute(sql: "PRAGMA user_version = \(schemaVersion)")
    }
    return queue
  }

  /// Opens a journal to read it.
  ///
  /// Whoever was killed while it became one plain file left that change half done. It is undone
  /// first, as the next writer would: a reader may not, and would see no event at all.
  static func openForReading(_ path: String) throws -> SQLiteReader {
    try requireFiles(path)
    do {
      return try openReadOnly(path)
    } catch let error as DatabaseError
      where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK
    {
      // With the right to write reading once rolls a hot journal back.
      let recovery = try SQLiteReader(path, recovers: true)
      _ = try recovery.integer("PRAGMA user_version")
      recovery.close()
      return try openReadOnly(path)
    }
  }

  private static func openReadOnly(_ path: String) throws -> SQLiteReader {
    let reader = try SQLiteReader(path)
    let version = try reader.integer("PRAGMA user_version") ?? 0
    guard version <= schemaVersion else { throw NewerSchema(found: version) }
    return reader
  }

  /// Appends rows, if the chain still ends where they begin.
  ///
  /// The end of the chain is the fence: whoever takes a run over appends an epoch of its own, and
  /// from then on the runner before it no longer knows the end. Looked at in the transaction that
  /// appends, so that nothing comes between.
  static func insert(
    _ rows: [Row],
    after head: ChainHead,
    of run: RunID,
    into queue: DatabaseQueue
  ) throws {
    try queue.write { database in
      guard try self.head(of: run, in: database) == head else { throw Superseded() }
      let statement = try database.cachedStatement(
        sql: "INSERT INTO event (seq, at, payload, previous, hash) VALUES (?, ?, ?, ?, ?)"
      )
      for row in rows {
        try statement.execute(arguments: [
          row.entry.sequence, row.entry.wall.milliseconds, Data(row.bytes),
          row.entry.previous.hex, row.entry.hash.hex,
        ])
      }
    }
  }

  /// The end of the chain as the last row says; verification checks all of them.
  static func head(of run: RunID, in queue: DatabaseQueue) throws -> ChainHead {
    try queue.read { database in try head(of: run, in: database) }
  }

  /// The same for whoever only reads; nil for a journal without entries.
  static func head(in reader: SQLiteReader) throws -> ChainHead? {
    var head: ChainHead?
    try reader.forEachRow(lastRow) { row in
      head = try Self.head(row.integer(0), row.text(1))
      return false
    }
    return head
  }

  private static let lastRow = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"

  private static func head(of run: RunID, in database: Database) throws -> ChainHead {
    let statement = try database.cachedStatement(sql: lastRow)
    guard let row = try GRDB.Row.fetchOne(statement) else { return .genesis(of: run) }
    return try head(row["seq"], row["hash"])
  }

  private static func head(_ sequence: Int64?, _ hash: String?) throws -> ChainHead {
    guard let sequence, let digest = hash.flatMap(Digest.init(hex:)) else {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a hash is no digest")
    }
    return ChainHead(sequence: sequence, hash: digest)
  }

  /// The hash of one event as its row has it; nil where there is no such row.
  static func hash(of sequence: Int64, in queue: DatabaseQueue) throws -> Digest? {
    try queue.read { database in
      try String.fetchOne(
        database,
        sql: "SELECT hash FROM event WHERE seq = ?",
        arguments: [sequence]
      ).flatMap(Digest.init(hex:))
    }
  }

  /// What came of folding the write-ahead log into the file.
  private enum Folding {
    case oneFile
    /// Somebody reads at this moment.
    case readerInTheWay
    case noRoom
  }

  /// Folds the write-ahead log into the file and closes it.
  ///
  /// SQLite leaves the log only where nobody else has the file open, and does not wait for that. The
  /// consoles that watch a run read it just when it ends, so it is tried again for a while.
  ///
  /// - Parameters:
  ///   - patience: for how long.
  ///   - pause: what is done between two tries.
  /// - Returns: whether one plain file is left; false when a reader stayed in the way, or the disk is
  ///   full: then the log stays where it is.
  static func close(
    _ queue: DatabaseQueue,
    patience: Duration = .seconds(2),
    pause: () -> Void = { usleep(2_000) }
  ) throws -> Bool {
    let deadline = ContinuousClock.now + patience
    var folding = try fold(queue)
    while folding == .readerInTheWay, ContinuousClock.now < deadline {
      pause()
      folding = try fold(queue)
    }
    try retire(queue)
    return folding == .oneFile
  }

  /// Closes a connection for good, and keeps the little that is left of it.
  ///
  /// GRDB hangs a watchdog on the queue of a connection. libdispatch frees it on its global pool, which
  /// it then watches with a timer of one second for as long as the process lives. A process has one
  /// such connection for each run that it begins or drives.
  static func retire(_ queue: DatabaseQueue) throws {
    retired.withLock { $0.append(queue) }
    try queue.close()
  }

  private static let retired = Mutex<[DatabaseQueue]>([])

  private static func fold(_ queue: DatabaseQueue) throws -> Folding {
    try queue.writeWithoutTransaction { database in
      do {
        let busy = try Int.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)").first
        guard busy == 0 else { return .readerInTheWay }
        let mode = try String.fetchAll(database, sql: "PRAGMA journal_mode = DELETE").first
        return mode == "delete" ? .oneFile : .readerInTheWay
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        return .readerInTheWay
      } catch let error as DatabaseError where error.resultCode == .SQLITE_FULL {
        return .noRoom
      }
    }
  }

  /// What SQLite finds wrong with the file, and whether its schema is the one we wrote.
  static func integrityProblems(_ path: String) throws(JournalError) -> [String] {
    try attempt(path) {
      let reader = try openForReading(path)
      defer { reader.close() }
      var problems = try reader.texts("PRAGMA integrity_check(10)").filter { $0 != "ok" }
      let found = try reader.texts("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY rowid")
      if found != schema { problems.append("the schema is not the one a journal has") }
      let number = try reader.integer("PRAGMA application_id")
      if number != applicationID { problems.append("the application id is not a journal's") }
      return problems
    }
  }

  // MARK: - Errors

  /// The chain ends with an event of another runner.
  private struct Superseded: Error {}

  struct NewerSchema: Error {
    let found: Int
  }

  /// Runs database work and gives its errors in our words.
  static func attempt<T>(_ path: String, _ body: () throws -> T) throws(JournalError) -> T {
    do {
      return try body()
    } catch let error as JournalError {
      throw error
    } catch is Superseded {
      throw .superseded(path: path)
    } catch let error as NewerSchema {
      throw .newerSchema(path: path, found: error.found, known: schemaVersion)
    } catch let error as DatabaseError {
      throw translated(error, path)
    } catch {
      throw .inputOutput(path: path, detail: "\(error)")
    }
  }

  private static func translated(_ error: DatabaseError, _ path: String) -> JournalError {
    let detail = error.message ?? error.resultCode.description
    return switch error.resultCode {
    case .SQLITE_FULL: .diskFull(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT, .SQLITE_SCHEMA:
      .corrupt(path: path, detail: detail)
    case .SQLITE_BUSY, .SQLITE_LOCKED: .locked(path: path)
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .notPermitted(path: path, detail: detail)
    case .SQLITE_CANTOPEN: .notPermitted(path: path, detail: detail)
    case .SQLITE_ERROR: .corrupt(path: path, detail: detail)
    default: .inputOutput(path: path, detail: detail)
    }
  }
}
