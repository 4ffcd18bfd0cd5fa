internal import GRDB
internal import GRDBSQLite

/// A database opened to read it and closed again, by SQLite's own interface (sqlite.org/c3ref).
///
/// GRDB, which writes the journal, gives every connection a dispatch queue, and when it closes libdispatch
/// frees what hangs on that queue on its global pool: from then on it watches the pool with a timer of
/// one second for as long as the process lives. Journals are read all the time by consoles and runners
/// that must not wake up while nothing happens.
///
/// A class because it stands for a connection; used by one thread at a time.
final class SQLiteReader {
  private var handle: OpaquePointer?

  /// Opens a database that is there.
  ///
  /// - Parameter recovers: opens it with the right to write, with which the first reading rolls back what
  ///   somebody who was killed left half done.
  init(_ path: String, recovers: Bool = false) throws(DatabaseError) {
    let way = recovers ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
    let status = sqlite3_open_v2(path, &handle, way | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK else {
      defer { close() }
      throw failure(status)
    }
    sqlite3_extended_result_codes(handle, 1)
    sqlite3_busy_timeout(handle, 2_000)
  }

  deinit { close() }

  /// Lets go of the files; nothing more can be read.
  func close() {
    sqlite3_close_v2(handle)
    handle = nil
  }

  /// Calls with each row of a query in order until it says false.
  ///
  /// - Parameter arguments: for the question marks of the query.
  func forEachRow(
    _ query: String,
    _ arguments: [Int64] = [],
    _ body: (Row) throws -> Bool
  ) throws {
    var statement: OpaquePointer?
    try require(sqlite3_prepare_v2(handle, query, -1, &statement, nil))
    defer { sqlite3_finalize(statement) }
    for (place, argument) in arguments.enumerated() {
      try require(sqlite3_bind_int64(statement, Int32(place + 1), argument))
    }
    while true {
      let status = sqlite3_step(statement)
      if status == SQLITE_DONE { return }
      guard status == SQLITE_ROW else { throw failure(status) }
      guard try body(Row(statement: statement)) else { return }
    }
  }

  /// The first value of the first row, where it is a number.
  func integer(_ query: String) throws -> Int? {
    var found: Int64?
    try forEachRow(query) {
      found = $0.integer(0)
      return true
    }
    return found.map { Int($0) }
  }

  /// The texts in the first column.
  func texts(_ query: String) throws -> [String] {
    var found: [String] = []
    try forEachRow(query) {
      if let text = $0.text(0) { found.append(text) }
      return true
    }
    return found
  }

  /// The values of a row, each only as what it is: the same bytes as a text and as a blob are two
  /// values. It holds until the next row.
  struct Row {
    fileprivate let statement: OpaquePointer?

    func integer(_ column: Int32) -> Int64? {
      sqlite3_column_type(statement, column) == SQLITE_INTEGER
        ? sqlite3_column_int64(statement, column) : nil
    }

    func text(_ column: Int32) -> String? {
      guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
      return String(decoding: bytes(sqlite3_column_text(statement, column), column), as: UTF8.self)
    }

    func blob(_ column: Int32) -> [UInt8]? {
      guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
      return Array(bytes(sqlite3_column_blob(statement, column), column))
    }

    private func bytes(_ start: UnsafeRawPointer?, _ column: Int32) -> UnsafeRawBufferPointer {
      // The size after the value, as fetching it may convert it.
      let count = Int(sqlite3_column_bytes(statement, column))
      return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
    }
  }

  private func require(_ status: Int32) throws(DatabaseError) {
    guard status == SQLITE_OK else { throw failure(status) }
  }

  private func failure(_ status: Int32) -> DatabaseError {
    DatabaseError(
      resultCode: ResultCode(rawValue: handle == nil ? status : sqlite3_extended_errcode(handle)),
      message: handle == nil ? nil : String(cString: sqlite3_errmsg(handle))
    )
  }
}
