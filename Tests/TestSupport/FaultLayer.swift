public import Foundation

/// A call of the runner or of a supervisor at which the layer of `Tests/FaultLayer` acts.
public struct FaultPoint: Sendable, Hashable, CustomStringConvertible {
  /// `ROLE.CLASS`, e.g. `runner.sync`.
  public let kind: String
  /// Which call of that kind, from 1.
  public let number: Int
  /// What happens there, as in `faultlayer.h`.
  public let action: String

  public init(_ kind: String, _ number: Int, _ action: String) {
    self.kind = kind
    self.number = number
    self.action = action
  }

  public var description: String { "\(kind) \(number) \(action)" }

  /// Every kind of call, of both roles.
  public static let kinds = ["runner", "supervisor"].flatMap { role in
    ["write", "sync", "name", "tell", "spawn"].map { "\(role).\($0)" }
  }
}

/// The layer loaded into one process and the supervisors it starts.
public struct FaultLayer: Sendable {
  private let folder: String
  private let point: FaultPoint?
  private let records: Bool

  /// - Parameters:
  ///   - folder: an empty folder of its own.
  ///   - records: whether everything that reaches the disk is kept.
  public init(in folder: String, at point: FaultPoint? = nil, records: Bool = false) throws {
    self.folder = folder
    self.point = point
    self.records = records
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private var log: String { folder + "/log" }
  private var record: String { folder + "/record" }

  /// The environment that loads it, for the directory whose files are looked at and a file that
  /// tells what happened outside.
  public func variables(disk: String, witness: String) -> [String: String] {
    var variables = [
      "LD_PRELOAD": ConsoleBinary(state: "").directory + "/libFaultLayer.so",
      "FAULT_DISK": disk, "FAULT_LOG": log, "FAULT_BOARD": folder + "/board",
      "FAULT_WITNESS": witness,
      // Programs are found at once: looking for them elsewhere is a spawn that fails.
      "PATH": "/usr/bin:/bin",
    ]
    if let point { variables["FAULT_POINT"] = point.description }
    if records { variables["FAULT_RECORD"] = record }
    return variables
  }

  /// The counted calls, in order: `ROLE.CLASS NUMBER CALL PATH`, and ` !ACTION` where it acted.
  public func calls() throws -> [String] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// The call at which it acted; nil when the process never came there.
  public func hit() throws -> String? { try calls().first { $0.contains(" !") } }

  /// How many calls of each kind there were.
  public func counts() throws -> [String: Int] {
    try calls().reduce(into: [:]) { counts, line in
      counts[String(line.prefix { $0 != " " }), default: 0] += 1
    }
  }

  /// What reached the disk, as `record.c` wrote it.
  public func recorded() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: record)) }
}
