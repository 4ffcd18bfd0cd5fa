/// Opening a run to drive it further: it is locked, then checked, and only then written.
extension RunStore {
  /// A run that is open for its driver, and what its record, which holds, adds up to.
  public struct CheckedRun: Sendable {
    public let record: OpenRun
    public let history: RunHistory
  }

  /// Opens a run once its record holds: files, chain, seal, `head`, pinned texts, kept files,
  /// replay and the signatures so far, as ``Verification`` judges them.
  ///
  /// The one reading is the driver's as well, so that a long record is not read twice.
  ///
  /// - Throws: ``DriverRefusal`` when somebody drives it, ``UnsoundRecord`` when it does not hold,
  ///   ``OtherSite`` when the site is not the one it is pinned to, ``JournalError`` when its files
  ///   cannot be used; nothing is written then.
  public func open(
    _ run: RunID,
    by name: String,
    on site: Site,
    clock: any RunClock = SystemRunClock(),
    signatures: any SignatureVerifying,
    load: (RunbookSource) throws -> Runbook
  ) async throws -> CheckedRun {
    guard let directory = directory(of: run), SystemFiles.kind(of: directory.path) != nil else {
      throw JournalError.missing(path: runs + "/" + run.name)
    }
    let lock = try lock(directory, for: name, clock)
    var check = RunCheck(of: directory)
    check.judge(load)
    await check.checkSignatures(with: signatures)
    guard check.result.isSound else { throw UnsoundRecord(run: run, verdict: check.result) }
    guard let history = check.result.history else {
      // The text is the pinned one, and this version cannot read it: let it say why.
      _ = try load(try directory.pinnedSource())
      throw UnsoundRecord(run: run, verdict: check.result)
    }
    try directory.require(site, of: run)
    // Runs from before commands were supervised have none.
    try SystemFiles.makeDirectory(directory.children.path)
    let record = try OpenRun(run, in: directory, lock: lock)
    return CheckedRun(record: record, history: history)
  }
}

/// A record that does not hold, so that nothing is performed, signed or told on it.
public struct UnsoundRecord: Error, Sendable, CustomStringConvertible {
  public let run: RunID
  public let verdict: Verification

  public init(run: RunID, verdict: Verification) {
    self.run = run
    self.verdict = verdict
  }

  /// What is wrong in which file, at which event, and what to do next.
  public var description: String {
    let findings = verdict.findings.map { finding in
      "  " + (finding.sequence.map { "journal.sqlite, event \($0): " } ?? "") + finding.message
    }
    return
      ([
        "The record of \(run) does not hold, so nothing was done. What differs from what was "
          + "recorded:"
      ] + findings + [
        "Leave the directory as it is and copy it aside; find out who changed it. Put back what "
          + "was recorded, or abandon the run and begin another. `mailconsole verify \(run)` "
          + "checks it again."
      ]).joined(separator: "\n")
  }
}
