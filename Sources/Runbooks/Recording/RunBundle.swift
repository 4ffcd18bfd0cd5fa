/// A run as an archive that anyone can check with `sha256sum` and `ssh-keygen` alone.
///
/// ```
/// RUN/README.txt           how to check it by hand, and what our own check said
/// RUN/verify.sh            `scripts/verify-bundle`
/// RUN/chain.txt            a line an event: `SEQUENCE PREVIOUS HASH`
/// RUN/runbook.yaml         the text the run is pinned to
/// RUN/checks/ID.yaml       the text of each check that it uses
/// RUN/site.json            the site's record as it was when the run began
/// RUN/allowed_signers      where the run has one
/// RUN/events/000001.json   the exact bytes that an event's hash covers
/// RUN/outputs/SHA256       every file that an event names
/// RUN/signatures/000012.txt, .sig   what the signature of event 12 is over, and the signature
/// PART/…                   the same of each run that stands for a step, and of those within it
/// ```
/// Memory grows with the number of events (their chain line, the digests they
/// name), not with what they hold: payloads and files are copied in pieces.
public struct RunBundle {
  public let directory: RunDirectory
  public let verdict: Verification
  /// The runs that stand for its steps, and those within them; each once.
  public let parts: [RunBundle]
  private let run: RunID
  private let base: String
  private var chain = ""
  private var count: Int64 = 0
  private var time: Int64 = 0
  private var digests: Set<Digest> = []
  /// The files of the checks the run is pinned to.
  private var checks: [String] = []
  /// What an unsound run lacks.
  private var absent: [String] = []

  /// Looks through the run; it may grow meanwhile, the bundle ends at what is there now.
  public init(
    of directory: RunDirectory,
    verdict: Verification,
    parts: [RunBundle] = []
  ) throws(JournalError) {
    self.directory = directory
    self.parts = parts
    self.verdict = verdict
    // A forged journal may call itself anything; the archive is named after the directory.
    let base = directory.path.split(separator: "/").last.map(String.init) ?? "run"
    self.base = base
    let named = verdict.run ?? RunID(base)
    run = RunStore(state: "").directory(of: named) == nil ? RunID(base) : named
    // Of an unsound run only what can be read is taken, up to the first row that cannot.
    let last = verdict.isSound ? verdict.soundEvents : Int64.max
    var chain = ""
    var count: Int64 = 0
    var time: Int64 = 0
    var digests: Set<Digest> = []
    var absent: [String] = []
    var checks: [String] = []
    do throws(JournalError) {
      try JournalReader(directory).forEachRow(after: 0) { row in
        guard row.sequence <= last else { return false }
        guard row.payload != nil, row.sequence == count + 1 else {
          absent.append("events from \(count + 1) on")
          return false
        }
        count = row.sequence
        time = row.wall ?? time
        let previous = row.previous.flatMap(Digest.init(hex:))?.hex ?? "unreadable"
        let hash = row.hash.flatMap(Digest.init(hex:))?.hex ?? "unreadable"
        chain += "\(row.sequence) \(previous) \(hash)\n"
        guard let entry = try? row.entry() else { return true }
        digests.formUnion(Self.named(by: entry.event))
        if case .runCreated(let created) = entry.event { checks = created.checkFiles }
        return true
      }
    } catch {
      if verdict.isSound { throw error }
      absent.append("events from \(count + 1) on: \(error)")
    }
    self.chain = chain
    self.count = count
    self.time = time / 1_000
    for digest in digests.sorted(by: { $0.hex < $1.hex })
    where SystemFiles.length(of: directory.blobs.path(of: digest)) == nil {
      absent.append("outputs/\(digest)")
      digests.remove(digest)
    }
    self.digests = digests
    self.checks = checks
    self.absent = absent
  }

  private static func named(by event: RunEvent) -> [Digest] {
    guard case .approvalRequested(let request) = event else { return event.blobs.map(\.digest) }
    return request.evidence.map(\.blob.digest)
  }

  /// Writes the archive; the same run gives the same bytes.
  public func write(to descriptor: Int32, named path: String) throws {
    let tar = TarWriter(time: time) { piece in
      try SystemFiles.write(Array(piece), to: descriptor, path)
    }
    for bundle in [self] + parts { try bundle.write(to: tar) }
    try tar.end()
  }

  private func write(to tar: TarWriter) throws {
    let readme = BundleText.readme(
      of: run,
      count: count,
      verdict: verdict,
      parts: parts.map(\.base),
      absent: absent
    )
    try tar.directory(base)
    try tar.file(base + "/README.txt", Array(readme.utf8))
    try tar.file(base + "/verify.sh", Array(BundleText.script.utf8), mode: 0o755)
    try tar.file(base + "/chain.txt", Array(chain.utf8))
    for (name, source) in [("runbook.yaml", directory.runbook), ("site.json", directory.site)]
    where verdict.isSound || SystemFiles.length(of: source) != nil {
      try tar.file("\(base)/\(name)", copying: source)
    }
    if !checks.isEmpty { try tar.directory(base + "/checks") }
    for name in checks where verdict.isSound || directory.isCheckThere(name) {
      try tar.file("\(base)/\(name)", copying: directory.path + "/" + name)
    }
    let signers = directory.path + "/allowed_signers"
    if SystemFiles.length(of: signers) != nil {
      try tar.file(base + "/allowed_signers", copying: signers)
    }
    try tar.directory(base + "/events")
    try writeEvents(to: tar, base + "/events")
    try tar.directory(base + "/outputs")
    for digest in digests.sorted(by: { $0.hex < $1.hex }) {
      try tar.file("\(base)/outputs/\(digest)", copying: directory.blobs.path(of: digest))
    }
    if !verdict.signatures.isEmpty { try tar.directory(base + "/signatures") }
    for (sequence, sign) in verdict.signatures.sorted(by: { $0.key < $1.key })
    where sequence <= count {
      let name = "\(base)/signatures/\(Self.number(sequence))"
      try tar.file(name + ".txt", sign.document.bytes)
      try tar.file(name + ".sig", Array(sign.signature.armored.utf8))
    }
  }

  /// At least six digits, so that names sort in the order of the events.
  private static func number(_ sequence: Int64) -> String {
    let digits = String(sequence)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
  }

  /// A few events at a time: a slow reader of the archive never holds the journal open.
  private func writeEvents(to tar: TarWriter, _ base: String) throws {
    var written: Int64 = 0
    while written < count {
      var rows: [(sequence: Int64, payload: [UInt8])] = []
      let limit = Int(min(32, count - written))
      try JournalReader(directory).forEachRow(after: written, limit: limit) { row in
        rows.append((row.sequence, row.payload ?? []))
        return true
      }
      guard let last = rows.last?.sequence else {
        throw JournalError.missing(path: directory.journal)
      }
      for row in rows {
        try tar.file("\(base)/\(Self.number(row.sequence)).json", row.payload)
      }
      written = last
    }
  }
}
