internal import Glibc

/// Which process is meant: a number alone is used again, after a while and after every boot.
public struct ProcessIdentity: Sendable, Hashable, Codable {
  public let pid: Int32
  /// When it began, in clock ticks since boot: field 22 of `/proc/PID/stat` (proc(5)).
  public let started: UInt64
  public let boot: String

  public init(pid: Int32, started: UInt64, boot: String) {
    self.pid = pid
    self.started = started
    self.boot = boot
  }

  /// Whether this very process lives; `boot` is the boot of this machine now.
  public func lives(in boot: String) -> Bool {
    self.boot == boot && Self.start(of: pid) == started
  }

  /// When the process of that number began; nil when there is none, or it has ended and is only
  /// waiting to be reaped.
  public static func start(of pid: Int32) -> UInt64? {
    guard let line = SystemFiles.firstLine(of: "/proc/\(pid)/stat"),
      let close = line.lastIndex(of: ")")
    else { return nil }
    // The second field, in parentheses, may hold anything; the third follows it.
    let fields = line[line.index(after: close)...].split(separator: " ")
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return UInt64(fields[19])
  }
}

/// Where what is known of one command lies while its step is under way.
public struct ChildFiles: Sendable, Hashable {
  /// The files' path without its ending.
  public let base: String

  public init(base: String) { self.base = base }

  /// What of the output may be shown and recorded, in the order it came.
  public var output: String { base + ".output" }
  /// How the command ended, once it has; there in full or not at all.
  public var status: String { base + ".status" }
  /// Where the end is written before it is whole; there, with room for a short one, before the
  /// command begins.
  public var place: String { base + ".status.new" }
  /// What becomes of that place when the end cannot be written.
  public var unwritten: String { base + ".unwritten" }

  public var directory: String { String(base[..<(base.lastIndex(of: "/") ?? base.endIndex)]) }
}

/// Keeps the commands of one attempt on record, so that they outlive whoever started them.
///
/// A command is held until ``spawned`` has returned, and never begins when it throws: there is no
/// effect without a record of the process that has it.
public struct Custody: Sendable {
  /// A command that was begun for this attempt by a runner that died, and how it ended.
  public struct Inheritance: Sendable, Hashable {
    public let program: String
    public let status: ChildStatus

    public init(program: String, status: ChildStatus) {
      self.program = program
      self.status = status
    }
  }

  /// Says where the next command's files lie.
  public let next: @Sendable () async -> ChildFiles
  /// Records a process that stands ready, and the one that supervises it.
  public let spawned:
    @Sendable (
      _ program: String, _ process: ProcessIdentity, _ supervisor: ProcessIdentity
    ) async throws(OperationFailure) -> Void
  /// Gives the command that was begun before, once.
  public let inherit: @Sendable () async -> Inheritance?
  /// Whether what a command prints may be kept; else only how it ended is, because all of it may
  /// be a secret that nobody knows yet.
  public let keepsOutput: Bool

  public init(
    next: @escaping @Sendable () async -> ChildFiles,
    spawned:
      @escaping @Sendable (
        _ program: String, _ process: ProcessIdentity, _ supervisor: ProcessIdentity
      ) async throws(OperationFailure) -> Void,
    inherit: @escaping @Sendable () async -> Inheritance? = { nil },
    keepsOutput: Bool = true
  ) {
    self.next = next
    self.spawned = spawned
    self.inherit = inherit
    self.keepsOutput = keepsOutput
  }

  /// The same without what commands print.
  var withoutOutput: Custody {
    Custody(next: next, spawned: spawned, inherit: inherit, keepsOutput: false)
  }
}
