/// What a list shows of the runs that have ended, so that their journals need not be read again.
///
/// It is a cache and no evidence: what is decided on a run is decided on its record. A row counts
/// as long as the files of its run are those it was made from.
struct RunIndex: Sendable, Hashable {
  /// A run that has ended, and its files as they were when it was read.
  struct Row: Sendable, Hashable {
    let stamp: RunStamp
    /// Of a run whose record holds and that no process drives.
    let summary: RunSummary
  }

  /// The rows by the name of the run.
  var rows: [RunID: Row] = [:]

  /// What a run was when it was read; nil where it was never read or has changed since.
  func summary(of run: RunID, in directory: RunDirectory) -> RunSummary? {
    guard let row = rows[run], RunStamp(of: directory) == row.stamp else { return nil }
    return row.summary
  }
}

extension RunIndex {
  /// The form of the file, and the largest that is read, in bytes.
  private static let name = "mailconsole-ended-runs"
  static let version = 1
  static let maximumSize = 64 << 20

  /// The file: a line with its form and the digest of all that follows, then a line a run.
  func encoded() -> [UInt8] {
    var body: [UInt8] = []
    for (_, row) in rows.sorted(by: { $0.key < $1.key }) { Self.append(row, to: &body) }
    return Array("\(Self.name) \(Self.version) \(Digest(of: body).hex)\n".utf8) + body
  }

  /// Reads the file; nil when it is another's, another version's or not whole.
  init?(decoding bytes: [UInt8]) {
    guard let end = bytes.firstIndex(of: 0x0A) else { return nil }
    let first = String(decoding: bytes[..<end], as: UTF8.self).split(separator: " ")
    guard first.count == 3, first[0] == Self.name, first[1] == String(Self.version) else {
      return nil
    }
    let body = bytes[(end + 1)...]
    let hasher = Digest.Hasher()
    body.withUnsafeBytes { hasher.update($0) }
    guard hasher.finish().hex == first[2] else { return nil }
    for line in body.split(separator: 0x0A) {
      guard let row = Self.row(line) else { return nil }
      rows[row.summary.run] = row
    }
  }

  private static func append(_ row: Row, to body: inout [UInt8]) {
    let summary = row.summary
    guard let created = summary.created, let began = summary.began, let last = summary.last,
      case .ended(let outcome, let words)? = summary.status
    else { return }
    var fields = [summary.run.name]
    for stamp in [row.stamp.directory, row.stamp.journal, row.stamp.head] {
      fields += [
        String(Int64(bitPattern: stamp.inode)), String(stamp.size), String(stamp.modified),
        String(stamp.changed),
      ]
    }
    fields += [
      String(summary.events), String(began.milliseconds), String(last.milliseconds),
      outcome.rawValue, words, created.runbook.name, created.site, created.mode.rawValue,
      created.by, String(created.at.milliseconds),
    ]
    for (index, field) in fields.enumerated() {
      if index > 0 { body.append(0x09) }
      for byte in field.utf8 {
        switch byte {
        case 0x09: body += [0x5C, 0x74]
        case 0x0A: body += [0x5C, 0x6E]
        case 0x5C: body += [0x5C, 0x5C]
        default: body.append(byte)
        }
      }
    }
    body.append(0x0A)
  }

  private static func row(_ line: ArraySlice<UInt8>) -> Row? {
    let fields = line.split(separator: 0x09, omittingEmptySubsequences: false)
    guard fields.count == 23, let directory = stamp(fields[1..<5]),
      let journal = stamp(fields[5..<9]), let head = stamp(fields[9..<13]),
      let events = Int64(text(fields[13])), let began = moment(fields[14]),
      let last = moment(fields[15]), let outcome = RunOutcome(rawValue: text(fields[16])),
      let mode = World(rawValue: text(fields[20])), let at = moment(fields[22])
    else { return nil }
    return Row(
      stamp: RunStamp(directory: directory, journal: journal, head: head),
      summary: RunSummary(
        run: RunID(text(fields[0])),
        created: .init(
          runbook: RunbookID(text(fields[18])),
          site: text(fields[19]),
          mode: mode,
          operators: [],
          by: text(fields[21]),
          at: at
        ),
        began: began,
        last: last,
        events: events,
        status: .ended(outcome, summary: text(fields[17])),
        underWay: [],
        runner: nil,
        driver: nil,
        problem: nil
      )
    )
  }

  private static func stamp(_ fields: ArraySlice<ArraySlice<UInt8>>) -> FileStamp? {
    let numbers = fields.compactMap { Int64(text($0)) }
    guard numbers.count == 4 else { return nil }
    return FileStamp(
      inode: UInt64(bitPattern: numbers[0]),
      size: numbers[1],
      modified: numbers[2],
      changed: numbers[3]
    )
  }

  private static func moment(_ field: ArraySlice<UInt8>) -> Moment? {
    Int64(text(field)).map { Moment(milliseconds: $0) }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    guard field.contains(0x5C) else { return String(decoding: field, as: UTF8.self) }
    var bytes: [UInt8] = []
    var rest = field.makeIterator()
    while let byte = rest.next() {
      guard byte == 0x5C, let next = rest.next() else {
        bytes.append(byte)
        continue
      }
      bytes.append(next == 0x74 ? 0x09 : next == 0x6E ? 0x0A : next)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
