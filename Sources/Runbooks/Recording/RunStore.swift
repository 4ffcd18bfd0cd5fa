internal import Glibc

/// The runs of one state directory, `$STATE/runs/`.
public struct RunStore: Sendable, Hashable {
  /// The state directory.
  public let state: String

  public init(state: String) { self.state = state }

  var runs: String { state + "/runs" }

  /// Where a run lies; nil for a name that cannot be that of a run.
  public func directory(of run: RunID) -> RunDirectory? {
    let isSafe = run.name.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isSafe, !run.name.isEmpty else { return nil }
    return RunDirectory(path: runs + "/" + run.name)
  }

  /// The names of all runs, sorted.
  public func list() throws(JournalError) -> [RunID] {
    guard SystemFiles.length(of: runs) != nil else { return [] }
    return try SystemFiles.names(in: runs).filter { !$0.hasPrefix(".") }.map { RunID($0) }
  }

  /// Fails where the runs cannot be listed; there may be none yet.
  public func requireReadable() throws(JournalError) {
    guard SystemFiles.length(of: runs) != nil else { return }
    SystemFiles.close(try SystemFiles.open(runs, O_RDONLY | O_DIRECTORY))
  }

  /// A new name for a run: the runbook, the UTC minute and four random letters.
  public static func newName(for runbook: RunbookID, at moment: Moment) -> RunID {
    let text = moment.description
    let stamp = text.prefix(16).filter { $0 != "-" && $0 != ":" }
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    let tail = String((0..<4).compactMap { _ in letters.randomElement() })
    return RunID("\(runbook)-\(stamp)-\(tail)")
  }

  /// What a run is pinned to when it is created.
  public struct Creation: Sendable {
    public let run: RunID
    public let runbook: Runbook
    public let site: Site
    public let mode: World
    /// Checked, with fallbacks filled in.
    public let inputs: [String: Value]
    /// The first state of a simulated world; required in a tabletop run.
    public let world: SimulatedWorld?
    public let pace: Pace
    /// The run and step it is begun for.
    public let parent: RunParent?
    /// The version of the console.
    public let console: String
    /// The person who starts it.
    public let by: String

    public init(
      run: RunID,
      runbook: Runbook,
      site: Site,
      mode: World,
      inputs: [String: Value] = [:],
      world: SimulatedWorld? = nil,
      pace: Pace = .automatic,
      parent: RunParent? = nil,
      console: String,
      by: String
    ) {
      self.run = run
      self.runbook = runbook
      self.site = site
      self.mode = mode
      self.inputs = inputs
      self.world = world
      self.pace = pace
      self.parent = parent
      self.console = console
      self.by = by
    }
  }

  /// Makes a run and records its first event; the caller drives it.
  ///
  /// It is made under a hidden name and gets its own with its first event on the disk: after a
  /// crash a run is there with its beginning, or not at all. What earlier crashes left of runs that
  /// never came to be is removed first.
  public func create(
    _ creation: Creation,
    clock: any RunClock = SystemRunClock()
  ) throws -> OpenRun {
    guard let directory = directory(of: creation.run) else {
      throw JournalError.notPermitted(
        path: runs,
        detail: "`\(creation.run)` is no name for a run"
      )
    }
    try SystemFiles.makeDirectory("runs", ofState: state)
    sweep()
    let making = try announceMaking()
    defer { SystemFiles.close(making) }
    guard SystemFiles.length(of: directory.path) == nil else {
      throw SystemFiles.error(directory.path, EEXIST)
    }
    let hidden = RunDirectory(path: runs + "/." + creation.run.name)
    // A run that another one has announced is made again under its name, whoever else makes one now
    // and keeps the sweep from it.
    removeRemains(of: creation.run)
    try SystemFiles.makeNewDirectory(hidden.path)
    let lock: RunLock
    do {
      // The lock is the file's, whatever the directory is called.
      lock = try self.lock(hidden, for: creation.by, clock)
      try begin(creation, in: hidden, clock)
      try SystemFiles.rename(hidden.path, to: directory.path)
    } catch {
      SystemFiles.removeDirectory(hidden.path)
      throw error
    }
    try SystemFiles.syncDirectory(runs)
    return try OpenRun(creation.run, in: directory, lock: lock)
  }

  /// Writes what a run is pinned to, and its first event.
  private func begin(
    _ creation: Creation,
    in directory: RunDirectory,
    _ clock: any RunClock
  ) throws {
    try SystemFiles.makeDirectory(directory.outputs)
    try SystemFiles.makeDirectory(directory.children.path)
    let site = try RecordCoding.encode(creation.site.record)
    try SystemFiles.replace(
      directory.runbook,
      in: directory.path,
      with: Array(creation.runbook.source.text.utf8)
    )
    try directory.pin(creation.runbook.source.checks)
    try SystemFiles.replace(directory.site, in: directory.path, with: site)
    let signers = creation.site.signers.allowed
    if let signers {
      try SystemFiles.replace(
        directory.allowedSigners,
        in: directory.path,
        with: Array(signers.text.utf8)
      )
    }
    var world: BlobReference?
    if creation.mode == .tabletop {
      let first = creation.world ?? SimulatedWorld(state: [:], now: 0, seed: 0)
      world = try directory.blobs.keep(try RecordCoding.encode(first))
    }
    let journal = try Journal(of: creation.run, in: directory)
    let reading = clock.read()
    let runbook = creation.runbook
    let created = RunEvent.RunCreated(
      run: creation.run,
      runbook: runbook.id,
      title: runbook.title,
      version: runbook.version,
      text: runbook.source.digest,
      mode: creation.mode,
      site: creation.site.name,
      siteRecord: Digest(of: site),
      inputs: creation.inputs,
      console: creation.console,
      operators: creation.site.operators.map { RunOperator($0) },
      allowedSigners: signers?.digest,
      signOffs: signers == nil ? nil : .sshSignatures,
      duties: Duties(of: creation.site),
      risks: runbook.risks,
      parent: creation.parent,
      checks: runbook.source.checkDigests,
      world: world,
      pace: creation.pace,
      by: creation.by,
      at: creation.world.map { Moment(seconds: $0.now) } ?? reading.wall
    )
    _ = try journal.append(
      [.runCreated(created)],
      by: creation.by,
      at: reading,
      boot: clock.bootID
    )
    try journal.close()
  }

  func lock(
    _ directory: RunDirectory,
    for name: String,
    _ clock: any RunClock
  ) throws -> RunLock {
    try RunLock(of: directory, for: .init(pid: getpid(), boot: clock.bootID, name: name))
  }
}
