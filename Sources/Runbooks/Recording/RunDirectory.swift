/// Where everything of one run lies: `$STATE/runs/RUN/`.
///
/// ```
/// journal.sqlite   the events; one database a run, so that damage stays in one run
/// head             how far the journal was acknowledged; when closed, its digest as a file
/// runbook.yaml     the exact text the run is pinned to
/// checks/ID.yaml   the exact text of each check that it uses; only where it uses any
/// site.json        the site's record as it was when the run began
/// allowed_signers  the site's, as it was when the run began; only where sign-offs are signed
/// outputs/SHA256   output, evidence and simulated worlds, named by their digest
/// children/        output and end of commands that are under way, until their step has ended
/// secret.key       the key of the marks of secrets, until the run ends; in no export
/// reserve          room on the disk for the end of what is under way, while the run is open
/// lock             held by the one driver; readers need no lock
/// world.json       the simulated world that the runs within it act on too; no part of the record
/// world.lock       held by the one of them that acts on it
/// ```
/// Directories are 0700 and files 0600; in a shared state directory 2770 and 0660 (``Sharing``).
public struct RunDirectory: Sendable, Hashable {
  public let path: String

  public init(path: String) { self.path = path }

  public var journal: String { path + "/journal.sqlite" }
  public var head: String { path + "/head" }
  public var runbook: String { path + "/runbook.yaml" }
  public var checks: String { path + "/checks" }
  public var site: String { path + "/site.json" }
  public var allowedSigners: String { path + "/allowed_signers" }
  public var outputs: String { path + "/outputs" }
  public var lock: String { path + "/lock" }
  var reserve: String { path + "/reserve" }
  public var secretKey: String { path + "/secret.key" }

  /// What is known of commands under way.
  public var children: ChildStore { ChildStore(path: path + "/children") }

  /// The outputs as files named by digest.
  public var blobs: BlobStore { BlobStore(path: outputs) }

  /// The text the run is pinned to.
  public func pinnedText() throws(JournalError) -> String {
    String(decoding: try SystemFiles.contents(of: runbook), as: UTF8.self)
  }

  /// The runbook's source as it was pinned, for the loader.
  public func pinnedSource() throws(JournalError) -> RunbookSource {
    RunbookSource(path: runbook, text: try pinnedText())
  }

  /// The signers as they were when the run began; nil where there were none.
  ///
  /// - Throws: ``JournalError`` or ``RunbookProblem`` when the file is there and cannot be read.
  public func pinnedSigners() throws -> AllowedSigners? {
    guard SystemFiles.length(of: allowedSigners) != nil else { return nil }
    let text = String(decoding: try SystemFiles.contents(of: allowedSigners), as: UTF8.self)
    return try AllowedSigners(text: text, path: allowedSigners)
  }

  /// A simulated world as it was kept.
  public func world(_ kept: BlobReference) throws(JournalError) -> SimulatedWorld {
    try RecordCoding.decode(SimulatedWorld.self, from: try blobs.bytes(of: kept.digest))
  }

  /// `site.…` as it was when the run began.
  public func pinnedSite() throws(JournalError) -> Value {
    try RecordCoding.decode(Value.self, from: try SystemFiles.contents(of: site))
  }
}
